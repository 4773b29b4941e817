"""The timed build: hermetic, cold, and not over before the disk has it."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import docker

from hostcheck.bench.base import CannotRun, Context, Interrupted, MetricSpec, Settings
from hostcheck.bench.build_context import BuildContext, load_context
from hostcheck.bench.build_request import build
from hostcheck.bench.busybox import Busybox, find_busybox
from hostcheck.bench.cleanup import remove_once, sweep
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.engine import Engine, engine_must_answer, find_engine
from hostcheck.bench.labels import labels
from hostcheck.bench.page_cache import drop_page_cache, sync_file_system
from hostcheck.bench.room import require_disk
from hostcheck.bench.summary import summarise
from hostcheck.resources import data_dir
from hostcheck.run.model import Metric, Sample

USUAL_SECONDS = 8.0
"""What a build takes on a good disk."""

PATIENCE_SECONDS = 300.0
"""No further build is begun after so long: three of the article's 4m 12s would take a quarter of an hour."""

LONGEST_SECONDS = 600.0
"""A build is cut short then."""


class BuildWorkload:
    """A build of many small files, without cache, from the request until the file system is synced."""

    name = "build"
    metrics = (MetricSpec("build.cold.seconds", "s", "lower"),)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Build ``build_repeats`` times, and give the metric anew after each."""
        engine = find_engine(context.docker_host)
        require_disk(engine.data_root)
        busybox = find_busybox()
        with engine_must_answer("connecting to the engine"):
            client = engine.connect()
        try:
            bench = _Bench(context, engine, client, busybox, _load())
            yield from self._repeat(bench, context)
        finally:
            sweep(client, context.run_id)
            client.close()

    def _repeat(self, bench: "_Bench", context: Context) -> Iterator[Metric]:
        (spec,) = self.metrics
        wanted = context.effort.build_repeats
        samples: list[Sample] = []
        expected = USUAL_SECONDS
        for turn in range(1, wanted + 1):
            context.checkpoint()
            what = f"build {turn} of {wanted}"
            context.progress.start(what, expected)
            sample = bench.sample()
            samples.append(sample)
            expected = sample.seconds
            context.progress.done(what, f"{sample.value:.1f} s" if sample.value else f"invalid ({sample.reason})")
            metric = summarise(spec, samples, bench.settings, wanted=wanted)
            spent = sum(sample.seconds for sample in samples)
            if spent > PATIENCE_SECONDS and metric.state == "partial":
                reason = f"{len(samples)} of {wanted} builds: none is begun after {spent:.0f} s of building"
                metric = replace(metric, reason=reason)
            yield metric
            if not sample.valid or spent > PATIENCE_SECONDS:
                return


@dataclass(frozen=True, slots=True)
class _Bench:
    """What the builds have in common."""

    context: Context
    engine: Engine
    client: docker.APIClient
    busybox: Busybox
    build_context: BuildContext

    @property
    def settings(self) -> Settings:
        return {
            **self.engine.settings,
            "builder": self.engine.builder,
            "context_sha256": self.build_context.sha256,
            "network": "none",
        }

    def sample(self) -> Sample:
        """Build once, and remove what was built.

        Raises:
            CannotRun: when the engine is gone.
            Interrupted: when the user asked to stop.
        """
        archive = self.build_context.archive(self.busybox, labels(self.context.run_id))
        # Other people's dirty pages would be written in our time: overlay's unmount syncs the whole file system.
        sync_file_system(self.engine.data_root)
        dropped = drop_page_cache()
        with Recorder() as recorder:
            answer = build(self.client, archive, uuid.uuid4().hex, seconds=LONGEST_SECONDS, stop=self.context.stop)
            built = time.monotonic()
            synced = sync_file_system(self.engine.data_root)
            syncing = time.monotonic() - built
        if answer.cut == "stopped":
            raise Interrupted
        with engine_must_answer("removing the built image"):
            remove_once(self.client, self.context.run_id)
        reason = answer.error or (f"not done after {LONGEST_SECONDS:.0f} s" if answer.cut else "")
        steps = [{"step": step, "seconds": round(seconds, 3)} for step, seconds in answer.steps]
        return Sample(
            value=None if reason else recorder.seconds,
            valid=not reason,
            reason=reason,
            seconds=recorder.seconds,
            started=recorder.started,
            conditions=recorder.conditions,
            detail={
                "steps": [*steps, {"step": synced, "seconds": round(syncing, 3)}],
                "page_cache": "dropped" if dropped else "kept: dropping it needs root",
                "files": self.build_context.files,
                "context_bytes": len(archive),
                "busybox_sha256": self.busybox.sha256,
                "engine_version": self.engine.version,
            },
        )


def _load() -> BuildContext:
    folder = data_dir("benchmarks") / "build"
    try:
        return load_context(folder)
    except (OSError, ValueError) as error:
        raise CannotRun(f"reading the build's context: {error}", f"put {folder} right") from error
