"""The timed build. It uses no cache, and its time includes the sync of all data to the disk."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import docker

from hostcheck.bench.base import CannotRun, Context, Interrupted, Options, Settings, as_named
from hostcheck.bench.bottleneck import Watched, explain, watched
from hostcheck.bench.build.cache import remove_made_since
from hostcheck.bench.build.default_context import BuildContext, load_context
from hostcheck.bench.build.made import noted
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.request import build
from hostcheck.bench.build.turn import build_turn
from hostcheck.bench.build.user_context import OwnContext, fitted, read_context
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.engine_objects import remove_once, sweep, swept
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.engine.connection import Engine, engine_must_answer, find_engine
from hostcheck.bench.engine.restart import despite_restarts
from hostcheck.bench.idle import await_calm, require_alone, require_idle
from hostcheck.bench.page_cache import drop_page_cache, sync_file_system
from hostcheck.bench.preflight import preflight
from hostcheck.bench.room import require_disk
from hostcheck.bench.series import SERIES, in_columns, of_the_typical, thinned
from hostcheck.bench.stopping import PATIENCE_SECONDS, PRECISION, Repeats
from hostcheck.bench.summary import summarise
from hostcheck.counts import number_of
from hostcheck.labels import labels
from hostcheck.resources import data_dir
from hostcheck.run.fields import BuildFields, StepFields
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import BUILD, METRICS, MetricSpec

SPEC = METRICS[BUILD]

DOING = "measuring the build"

USUAL_SECONDS = 8.0
"""Usual duration of a build on a fast disk, in seconds."""

LONGEST_SECONDS = 600.0
"""Time limit of a build in seconds. A build that exceeds it is cancelled, and has no valid time."""


class BuildWorkload:
    """A build with many small files and without cache, timed from the request until the file system is synced."""

    name = "build"

    def metrics(self, _options: Options) -> tuple[MetricSpec, ...]:
        """Return the build's only metric, which does not depend on the options."""
        return (SPEC,)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Build as often as the options say. After each build, yield the metric, computed from all samples so far."""
        options = context.options.of(BuildOptions)
        with as_named(context.docker_host, DOING):
            engine = find_engine(context.docker_host, context.stop, context.own_log)
        with as_named(options.context, DOING):
            build_context = _read(options, engine.builder, context) if options.context else _shipped()
        with engine_must_answer("connecting to the engine"):
            client = engine.connect()
        with client:
            if isinstance(build_context, OwnContext):
                with as_named(options.context, DOING):
                    build_context = fitted(build_context, client, engine.builder)
            forced = preflight(
                context,
                ("low-space", partial(require_disk, engine.layers.folder)),
                ("running", partial(require_alone, client, context.run_id)),
                ("busy", partial(require_idle, context)),
            )
            bench = _Bench(context, engine, client, build_context, forced, watched(engine))
            began = time.time()
            with swept(engine, client, context):
                yield from self._repeat(bench, context, options.repeats)
            _say_what_stays(bench, began)

    def _repeat(self, bench: "_Bench", context: Context, repeats: Repeats) -> Iterator[Metric]:
        samples: list[Sample] = []
        expected = USUAL_SECONDS
        spent = 0.0
        while not repeats.are_enough(samples, spent):
            context.checkpoint()
            what = f"build {repeats.place(len(samples) + 1)}"
            context.progress.start(what, expected)
            asked = time.time()
            taken, restarted = despite_restarts(
                bench.engine.heartbeat, (SPEC,), lambda: {SPEC: bench.sample()}, partial(bench.mend, asked)
            )
            sample = taken[SPEC]
            samples.append(sample)
            expected = sample.seconds or expected
            spent += sample.seconds
            context.progress.done(what, f"{sample.value:.1f} s" if sample.value else f"invalid ({sample.reason})")
            metric = summarise(SPEC, of_the_typical(samples), bench.settings, wanted=repeats.least, precision=PRECISION)
            if spent > PATIENCE_SECONDS and metric.state == "partial":
                reason = f"only {len(samples)} of {repeats.least} builds: stopped after {spent:.0f} s of building"
                metric = replace(metric, reason=reason)
            yield metric
            if not sample.valid and not restarted:
                return


@dataclass(frozen=True, slots=True)
class _Bench:
    """The builds of one workload; each is a sample."""

    context: Context
    engine: Engine
    client: docker.APIClient
    build_context: BuildContext | OwnContext
    forced: tuple[str, ...]
    watch: Watched

    @property
    def settings(self) -> Settings:
        return {
            **self.engine.settings,
            "builder": self.engine.builder,
            **self.build_context.settings,
        }

    def sample(self) -> Sample:
        """Build once, and remove the built objects. Wait first while another run of this user builds with BuildKit.

        Raises:
            CannotRun: if the engine has stopped.
            Interrupted: if the user asked to stop.
        """
        with build_turn(self.engine, LONGEST_SECONDS, self.context.checkpoint):
            return self._sample()

    def _sample(self) -> Sample:
        archive = self.build_context.archive()
        # Unmounting an overlay syncs the whole file system: dirty pages of other programs must be written before.
        sync_file_system(self.engine.layers.folder)
        dropped = drop_page_cache()
        busy_before = await_calm(self.context)
        nonce = uuid.uuid4().hex
        before = self.engine.layers.moments()
        asked = time.time()
        with self._noted() as note, Recorder(self.watch.gauges) as recorder:
            answer = build(
                self.client,
                archive,
                nonce,
                builder=self.engine.builder,
                network=str(self.build_context.settings["network"]),
                seconds=LONGEST_SECONDS,
                stop=self.context.stop,
                labels=labels(self.context.run_id),
                note=note,
                **self._asked(nonce),
            )
            built = time.monotonic()
            synced = sync_file_system(self.engine.layers.folder)
            syncing = time.monotonic() - built
        if answer.cut == "stopped":
            raise Interrupted
        self.engine.layers.prove(before)
        with engine_must_answer("removing the built image"):
            remove_once(self.client, self.context.run_id)
            cache = self._remove_cache(asked)
        reason = answer.output.error or (f"cancelled after {LONGEST_SECONDS / 60:.0f} min" if answer.cut else "")
        steps: list[StepFields] = [
            {"step": step, "seconds": round(seconds, 3)} for step, seconds in answer.output.steps
        ]
        detail: BuildFields = {
            "steps": [*steps, {"step": synced, "seconds": round(syncing, 3)}],
            "busy_before_percent": busy_before,
            "page_cache": "dropped" if dropped else "not dropped: that needs root",
            "files": self.build_context.files,
            "context_bytes": len(archive),
            "engine": self.engine.title,
            "layers": f"{self.engine.layers.folder} ({self.engine.layers.known_by})",
            "forced": list(self.forced),
            **cache,
            "why": explain(self.watch, recorder.series, (0.0, recorder.seconds), recorder.counted),
            SERIES: in_columns(thinned(recorder.series)),
        }
        return Sample(
            value=None if reason else recorder.seconds,
            valid=not reason,
            reason=reason,
            seconds=recorder.seconds,
            started=recorder.started,
            conditions=recorder.conditions,
            detail=detail,
        )

    def _asked(self, nonce: str) -> dict[str, Any]:
        """Return the user's Dockerfile, target and build arguments, or hostcheck's own, as arguments of ``build``."""
        own = self.build_context
        if not isinstance(own, OwnContext):
            return {"arguments": {"NONCE": nonce}}
        return {"dockerfile": own.name, "target": own.target, "arguments": dict(own.arguments)}

    def _noted(self) -> AbstractContextManager[Callable[[str], None]]:
        """Record the objects that the classic builder makes. BuildKit makes only one image, which has a label."""
        if self.engine.builder == "buildkit":
            return nullcontext(lambda _text: None)
        return noted(self.client, self.engine.url, self.context.run_id)

    def mend(self, asked: float) -> None:
        """Remove the objects that a build left in the engine, after a restart of the engine interrupted it.

        Args:
            asked: the time of the build's request, in seconds since the epoch.

        Raises:
            CannotRun: if something cannot be removed.
        """
        since = asked if self.engine.keeps_cache else None
        give_up = self.engine.heartbeat.is_over
        sweep(self.client, self.context.run_id, cache_since=since, looks=1, give_up=give_up)

    def _remove_cache(self, asked: float) -> BuildFields:
        if not self.engine.keeps_cache:
            return {}
        unclear = remove_made_since(self.client, asked).unclear
        stays = number_of(unclear, "record stays", "records stay")
        left = f"{stays} in BuildKit's cache: another build ran at the same time"
        return {"build_cache": left if unclear else "removed"}


def _say_what_stays(bench: _Bench, began: float) -> None:
    """Report how many new records stay in BuildKit's cache because another build may have made them."""
    if not bench.engine.keeps_cache:
        return
    with engine_must_answer("looking at BuildKit's cache"):
        unclear = remove_made_since(bench.client, began).unclear
    if unclear:
        bench.context.progress.done(
            "build cache",
            f"{number_of(unclear, 'new record stays', 'new records stay')}, because another build ran at the same "
            "time; docker builder prune removes what is not in use, also of other builds",
        )


def _read(options: BuildOptions, builder: str, context: Context) -> OwnContext:
    what = f"reading {options.context}"
    context.progress.start(what, USUAL_SECONDS)
    found = read_context(options, builder=builder)
    context.progress.done(what, f"{found.files:,} files, {len(found.archive()) / 1e6:,.1f} MB")
    return found


def _shipped() -> BuildContext:
    busybox = find_busybox()
    folder = data_dir("benchmarks") / "build"
    try:
        return load_context(folder, busybox)
    except (OSError, ValueError) as error:
        remedy = f"install hostcheck again: the files in {folder} are damaged"
        raise CannotRun(f"cannot read the build context: {error}", remedy) from error
