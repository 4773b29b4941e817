"""The data classes of a comparison."""

from dataclasses import dataclass
from typing import Literal

from hostcheck.run.model import Better, Metric, Run

Judgement = Literal["better", "worse", "same", "inconclusive", "not comparable"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of a host's metric to the baseline's metric.

    Attributes:
        value: how many times better the host is than the baseline. Above 1 is better for every metric, also where a
            lower value is better. None if the two are not comparable.
        interval: 95 % interval of the value. If one side is a published value, it covers the noise of the measured side
            only. None if both are published, or a side has fewer than two samples.
        judgement: better or worse, if the interval excludes 1 by more than two runs of one host may differ, or both
            sides are published; same, if the interval lies within the margin of equivalence; else inconclusive.
        reason: why the two are not comparable or cannot be distinguished, or what the interval does not cover; else
            empty.
        words: the ratio in words, "10.0× faster".
        at_least: whether a side is a lower bound, so that the true ratio may be further from 1.
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
        metric: the metric of the run; None if the run does not have it.
        ratio: the ratio to the baseline; None for the baseline itself, and if one of the two was not measured.
    """

    metric: Metric | None
    ratio: Ratio | None


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of all hosts.

    Attributes:
        id: the metric's id.
        label: the metric's label.
        unit: the unit in the run file; tables show times as "4m 12s".
        better: which direction is better.
        cells: one cell for each host, in the hosts' order.
    """

    id: str
    label: str
    unit: str
    better: Better
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of runs.

    Attributes:
        runs: one run for each host, the baseline first. Several runs of one host may be pooled into one.
        sources: for each of them, the runs that were read and pooled.
        names: a unique name for each host.
        rows: the metrics, the headline metrics first.
        ranking: sentences about which hosts are fastest and which cannot be distinguished; empty for two hosts.
        verdicts: all findings as sentences, beginning with the ranking.
    """

    runs: tuple[Run, ...]
    sources: tuple[tuple[Run, ...], ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    ranking: tuple[str, ...]
    verdicts: tuple[str, ...]
