"""A workload: how fast SHA-256 is computed."""

import hashlib
import time
from collections.abc import Iterator

from hostcheck.bench.base import Context, Options
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.summary import summarise
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import MetricSpec

SPEC = MetricSpec("hashing.bandwidth", "MB/s", "higher", "SHA-256 of 64 MB")
DATA = bytes(64_000_000)
TIMES = 5


class HashingWorkload:
    """SHA-256 of 64 MB, five times."""

    name = "hashing"

    def metrics(self, _options: Options) -> tuple[MetricSpec, ...]:
        """The one figure, whatever the options."""
        return (SPEC,)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Hash, and give the metric when all samples are taken."""
        context.progress.start("hashing", 1)
        samples = []
        for _ in range(TIMES):
            context.checkpoint()
            with Recorder() as recorder:
                began = time.perf_counter()
                hashlib.sha256(DATA)
                seconds = time.perf_counter() - began
            rate = len(DATA) / 1e6 / seconds
            samples.append(Sample(rate, seconds=seconds, started=recorder.started, conditions=recorder.conditions))
        metric = summarise(SPEC, samples, {"bytes": len(DATA)}, wanted=TIMES)
        context.progress.done("hashing", f"{metric.value:.0f} MB/s")
        yield metric
