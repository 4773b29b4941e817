"""When enough has been measured.

A metric is repeated until its 95 % interval is narrow, or a limit of repeats or time is reached. A host whose
samples spread by a quarter would need over a hundred of them (n = (t·CoV/h)², as for any interval of a mean).

A test after each sample that stops as soon as the interval is narrow stops where it is narrow by luck: of such
intervals only 91 in 100 hold the true value where samples spread by 6 % (simulated in the tests; fixed-width intervals
are Chow and Robbins', Annals of Mathematical Statistics 36, 1965, and what they lose in small samples is Starr's, the
same 37, 1966). So an interval must be narrow after two samples in a row: then it is at least 93 in 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hostcheck.run.model import Sample
from hostcheck.stats.estimate import estimate

PRECISION = 0.05
"""Half the width of the 95 % interval, as a share of the estimate, from which on a metric is settled."""

LEAST = 3
"""Samples at the least: two have an interval that is wide by luck or narrow by luck."""

MOST = 8
"""Attempts at the most."""

PATIENCE_SECONDS = 300.0
"""None is begun after so long, however few there are: three of the article's 4m 12s would take a quarter of an hour."""

STEAL_PERCENT = 5.0
"""CPU time taken by the hypervisor, of all CPUs, above which a sample is of the neighbours rather than of the disk."""


def stolen(steal_percent: float | None) -> str:
    """Return why this much steal makes a sample invalid; empty where it does not, or the kernel gives no figure."""
    if steal_percent is None or steal_percent <= STEAL_PERCENT:
        return ""
    return (
        f"the hypervisor gave {steal_percent:.0f} % of the CPU time to others (steal; {STEAL_PERCENT:g} % is allowed)"
    )


def is_settled(samples: Sequence[Sample]) -> bool:
    """Whether no further sample is wanted: there are enough that agree, or too many that do not."""
    return len(samples) >= MOST or is_precise(samples)


def is_precise(samples: Sequence[Sample]) -> bool:
    """Whether there are enough samples, and their interval is narrow, with the last one and without it."""
    values = [sample.value for sample in samples if sample.valid and sample.value is not None and sample.value > 0]
    return len(values) > LEAST and _is_narrow(values) and _is_narrow(values[:-1])


def _is_narrow(values: Sequence[float]) -> bool:
    width = estimate(values).relative_width
    return width is not None and width <= PRECISION


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often to repeat what nothing else takes turns with: a build, a storm.

    Attributes:
        least: so often, whatever the samples are.
        most: never more often.
        seconds: measured time after which none is begun beyond the least.
    """

    least: int
    most: int
    seconds: float

    def are_enough(self, samples: Sequence[Sample], spent: float) -> bool:
        """Whether no further sample is wanted, after so many measured seconds."""
        if spent > max(self.seconds, PATIENCE_SECONDS):
            return True
        if len(samples) < self.least:
            return False
        return len(samples) >= self.most or spent > self.seconds or is_precise(samples)

    def place(self, turn: int) -> str:
        """Say which repeat one is: "2 of 3", or beyond the least "4 of 8 at most"."""
        return f"{turn} of {self.least}" if turn <= self.least else f"{turn} of {self.most} at most"
