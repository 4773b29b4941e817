"""Decide when enough samples were taken.

A metric is repeated until its 95 % interval is narrow, or a limit of repeats or time is reached. The limit is needed:
if the samples' standard deviation is 25 % of the mean, over a hundred samples are needed (n = (t·CoV/h)²).

The interval must be narrow after two samples in a row. Stopping at the first narrow interval favours intervals that
are narrow by chance: for samples that spread by 6 %, only 91 of 100 then contain the true value (simulated in the
tests). With two in a row, at least 93 of 100 contain it.

Sources: Chow and Robbins, Annals of Mathematical Statistics 36, 1965 (fixed-width intervals); Starr, the same journal,
37, 1966 (their lower coverage in small samples).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hostcheck.quantities import beyond
from hostcheck.run.measured import Sample
from hostcheck.stats.estimate import estimate

PRECISION = 0.05
"""A metric is settled when half the width of its 95 % interval is at most this share of the estimate."""

LEAST = 3
"""Minimum number of samples. The interval of only two samples is wide or narrow by chance."""

PATIENCE_SECONDS = 300.0
"""After this measured time, no further sample is taken, even if there are fewer than the minimum.

A build may take 4 min 12 s, as on the slow host of the article; three of them would take a quarter of an hour.
"""

STEAL_PERCENT = 5.0
"""Percent of the time of all CPUs that the hypervisor may give to other guests before a sample is invalid."""


def stolen(steal_percent: float | None) -> str:
    """Return why a sample with this steal is invalid; empty if the steal is small enough or unknown."""
    if steal_percent is None or steal_percent <= STEAL_PERCENT:
        return ""
    found = beyond(steal_percent, STEAL_PERCENT)
    return f"the hypervisor gave {found} % of the CPU time to others (steal; {STEAL_PERCENT:g} % is allowed)"


def is_precise(samples: Sequence[Sample]) -> bool:
    """Return whether there are enough samples, and their interval is narrow both with and without the last sample."""
    values = [sample.value for sample in samples if sample.valid and sample.value is not None and sample.value > 0]
    return len(values) > LEAST and _is_narrow(values) and _is_narrow(values[:-1])


def _is_narrow(values: Sequence[float]) -> bool:
    width = estimate(values).relative_width
    return width is not None and width <= PRECISION


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often to repeat a workload that does not take turns with others: a build or a launch storm.

    Attributes:
        least: minimum number of samples.
        most: maximum number of samples.
        seconds: measured time after which only the minimum number of samples is taken.
    """

    least: int
    most: int
    seconds: float

    def are_enough(self, samples: Sequence[Sample], spent: float) -> bool:
        """Return whether to stop after these samples, which took ``spent`` seconds together."""
        if spent > max(self.seconds, PATIENCE_SECONDS):
            return True
        if len(samples) < self.least:
            return False
        return len(samples) >= self.most or spent > self.seconds or is_precise(samples)

    def place(self, turn: int) -> str:
        """Return the number of a repeat in words: "2 of 3", or after the minimum "4 of 8 at most"."""
        return f"{turn} of {self.least}" if turn <= self.least else f"{turn} of {self.most} at most"
