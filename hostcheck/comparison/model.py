"""What a comparison is made of."""

from dataclasses import dataclass
from typing import Literal

from hostcheck.run.model import Better, Metric, Run

Judgement = Literal["better", "worse", "same", "inconclusive", "not comparable"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How one host's metric stands to the baseline's.

    Attributes:
        value: how many times better than the baseline: above 1 is better, whatever the metric's direction. None
            when the two are not comparable.
        interval: 95 % interval of the value; where one side is published, that of the measured side alone; None where
            both are, or a side has fewer than two samples.
        judgement: better or worse where the interval excludes 1 by more than two runs of one host may be apart (or
            both are published, and have none); same where it lies within the margin of equivalence; inconclusive
            otherwise.
        reason: why the two are not comparable or cannot be distinguished, or what the interval lacks; else empty.
        words: the ratio as people say it, "10.0× faster".
        at_least: whether a side is published as a bound, so that the true ratio may be further from 1.
    """

    value: float | None
    interval: tuple[float, float] | None
    judgement: Judgement
    reason: str
    words: str
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one host.

    Attributes:
        metric: as in the run; None when the run does not have it.
        ratio: to the baseline; None for the baseline itself, and where one of the two was not measured.
    """

    metric: Metric | None
    ratio: Ratio | None


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of all hosts.

    Attributes:
        id: the metric's.
        label: what people call it.
        unit: as in the run file; times are shown as people write them.
        better: which direction is better.
        cells: one a host, in the hosts' order.
    """

    id: str
    label: str
    unit: str
    better: Better
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs beside each other.

    Attributes:
        runs: one a host; the first is the baseline. Several runs of one host are pooled into one.
        sources: the runs that each of them was made of, as they were read.
        names: what to call each host; no two alike.
        rows: headline metrics first.
        ranking: who leads a set of hosts, and which hosts cannot be distinguished, as sentences; empty for two.
        verdicts: the findings as sentences; the ranking is first among them.
    """

    runs: tuple[Run, ...]
    sources: tuple[tuple[Run, ...], ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    ranking: tuple[str, ...]
    verdicts: tuple[str, ...]
