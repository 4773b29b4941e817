"""The launch storm: containers launched at once, each timed from the request to its first output."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import docker

from hostcheck.bench.base import CannotRun, Context, MetricSpec, Settings
from hostcheck.bench.busybox import Busybox, find_busybox
from hostcheck.bench.cleanup import swept
from hostcheck.bench.company import foreign_containers, require_alone, require_idle
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.engine import Engine, engine_must_answer, find_engine
from hostcheck.bench.image import import_image, own_image
from hostcheck.bench.labels import labels
from hostcheck.bench.look import look_first
from hostcheck.bench.page_cache import sync_file_system
from hostcheck.bench.room import require_disk, require_memory
from hostcheck.bench.storm_definition import StormDefinition, read_definition
from hostcheck.bench.storm_launch import Launched, launch
from hostcheck.bench.summary import summarise
from hostcheck.resources import data_dir
from hostcheck.run.model import Metric, Sample

USUAL_SECONDS = 5.0
"""What a storm of 20 takes on a good host with two CPUs, removal included."""

MAKESPAN = MetricSpec("storm.makespan.seconds", "s", "lower")
READY_P50 = MetricSpec("storm.ready.p50.seconds", "s", "lower")
READY_MAX = MetricSpec("storm.ready.max.seconds", "s", "lower")


class StormWorkload:
    """Containers launched at once. The makespan is the time from their release until the last has made itself heard."""

    name = "storm"
    metrics = (MAKESPAN, READY_P50, READY_MAX)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Launch ``storm_repeats`` storms, and give each metric anew after each."""
        engine = find_engine(context.docker_host)
        count = context.effort.storm_containers
        busybox = None if context.image else find_busybox()
        definition = _read()
        with ExitStack() as cleanup:
            with engine_must_answer("connecting to the engine"):
                # All are connected before any clock starts.
                clients = [cleanup.enter_context(engine.connect()) for _ in range(count)]
            forced = look_first(
                context,
                partial(require_disk, engine.data_root),
                partial(require_memory, count),
                partial(require_alone, clients[0], context.run_id),
                require_idle,
            )
            cleanup.enter_context(swept(engine, clients[0], context.run_id))
            image = _image(clients[0], context, busybox)
            # The image's own entry point would be given the command as its words.
            begin = {"Entrypoint": [definition.command[0]], "Cmd": list(definition.command[1:])}
            request = definition.request(image, labels(context.run_id)) | begin
            bench = _Bench(context, engine, clients, definition, request, forced)
            bench.warm_up()
            yield from _repeat(bench, context)


def _repeat(bench: "_Bench", context: Context) -> Iterator[Metric]:
    wanted = context.effort.storm_repeats
    samples: dict[MetricSpec, list[Sample]] = {spec: [] for spec in StormWorkload.metrics}
    expected = USUAL_SECONDS
    for turn in range(1, wanted + 1):
        context.checkpoint()
        what = f"storm of {context.effort.storm_containers}, {turn} of {wanted}"
        context.progress.start(what, expected)
        taken = bench.samples()
        makespan = taken[MAKESPAN]
        expected = makespan.seconds
        context.progress.done(what, f"{makespan.value:.2f} s" if makespan.value else f"invalid ({makespan.reason})")
        for spec, sample in taken.items():
            samples[spec].append(sample)
            yield summarise(spec, samples[spec], bench.settings, wanted=wanted)


@dataclass(frozen=True, slots=True)
class _Bench:
    """What the storms have in common."""

    context: Context
    engine: Engine
    clients: Sequence[docker.APIClient]
    definition: StormDefinition
    request: dict[str, Any]
    forced: tuple[str, ...]

    @property
    def settings(self) -> Settings:
        return {
            **self.engine.settings,
            "containers": len(self.clients),
            "network": self.definition.network,
            **({"image": self.request["Image"]} if self.context.image else {}),
            "workload_sha256": self.definition.sha256,
        }

    def warm_up(self) -> None:
        """Launch one container, to see that it can be done, and then two; no time is kept, since first ones are slow.

        Raises:
            CannotRun: when the engine does not launch it, in the engine's own words.
            Interrupted: when the user asked to stop.
        """
        for count, name in ((1, "canary"), (2, "warm-up")):
            launched = self._launch(self.clients[:count], name)
            if launched.failed:
                raise CannotRun(f"launching one container: {launched.errors[0]}", "look at the engine's log")

    def samples(self) -> dict[MetricSpec, Sample]:
        """Launch a storm, and give its sample of each metric.

        Raises:
            CannotRun: when the engine is gone.
            Interrupted: when the user asked to stop.
        """
        with engine_must_answer("listing containers"):
            foreign = foreign_containers(self.clients[0], self.context.run_id)
        # Other people's dirty pages would be written in our time: a container's creation syncs the whole file system.
        sync_file_system(self.engine.data_root)
        with Recorder() as recorder:
            launched = self._launch(self.clients, "storm")
        reason = ""
        if launched.failed:
            reason = f"{launched.failed} of {len(launched.lives)} containers failed: {'; '.join(launched.errors)}"
        detail = {
            "failed": launched.failed,
            "total_seconds": round(launched.total, 4),
            "foreign_containers": foreign,
            "forced": list(self.forced),
            "engine_version": self.engine.version,
            "containers": [life.as_json() for life in launched.lives],
            "series": _on_the_storms_clock(recorder, launched.released),
        }
        latencies = [life.latency for life in launched.lives if life.latency is not None]
        return {
            MAKESPAN: _sample(recorder, reason, launched.makespan, detail),
            READY_P50: _sample(recorder, reason, median(latencies) if latencies else 0.0, {}),
            READY_MAX: _sample(recorder, reason, max(latencies, default=0.0), {}),
        }

    def _launch(self, clients: Sequence[docker.APIClient], name: str) -> Launched:
        return launch(clients, self.request, f"hostcheck-{self.context.run_id[:8]}-{name}", self.context.stop)


def _sample(recorder: Recorder, reason: str, value: float, detail: dict[str, Any]) -> Sample:
    return Sample(
        value=None if reason else value,
        valid=not reason,
        reason=reason,
        seconds=recorder.seconds,
        started=recorder.started,
        conditions=recorder.conditions,
        detail=detail,
    )


def _on_the_storms_clock(recorder: Recorder, released: float) -> list[dict[str, float | None]]:
    """The series with its times counted from the release, as those of the containers are."""
    shift = released - recorder.origin
    return [{**point, "t": round((point["t"] or 0.0) - shift, 3)} for point in recorder.series]


def _image(client: docker.APIClient, context: Context, busybox: Busybox | None) -> str:
    if busybox is None:
        return own_image(client, context.image or "")
    return import_image(client, busybox, context.run_id)


def _read() -> StormDefinition:
    path = data_dir("benchmarks") / "storm" / "storm.toml"
    try:
        return read_definition(path)
    except (OSError, ValueError) as error:
        raise CannotRun(f"reading the storm's definition: {error}", f"put {path} right") from error
