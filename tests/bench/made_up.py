"""A workload that is not hostcheck's, as its one file would be."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.bench.base import Context, Effort, Options
from hostcheck.bench.summary import summarise
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import MetricSpec

WAKE = MetricSpec("sleep.wake.seconds", "s", "lower", "Sleep: woken", 0.01, "a short sleep")


@dataclass(frozen=True, slots=True)
class SleepOptions:
    """How long to sleep, and how often."""

    seconds: float
    times: int = 4

    @classmethod
    def preset(cls, effort: Effort) -> "SleepOptions":
        return cls(0.001 if effort == "quick" else 0.01)


class SleepWorkload:
    """A sleep, from its beginning until it is over."""

    name = "sleep"

    def metrics(self, _options: Options) -> tuple[MetricSpec, ...]:
        return (WAKE,)

    def measure(self, context: Context) -> Iterator[Metric]:
        options = context.options.of(SleepOptions)
        samples = []
        for _ in range(options.times):
            context.checkpoint()
            began = time.monotonic()
            time.sleep(options.seconds)
            samples.append(Sample(time.monotonic() - began))
        yield summarise(WAKE, samples, {"seconds": options.seconds}, wanted=options.times)
