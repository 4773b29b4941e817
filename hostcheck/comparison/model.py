"""The data classes of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hostcheck.comparison.bounds import is_bound
from hostcheck.quantities import Scale, scale_of, times_span
from hostcheck.run.measured import Metric
from hostcheck.run.model import Better, Run

Judgement = Literal["better", "worse", "same", "inconclusive", "not comparable"]

VAGUE = 10
"""If the ends of an interval are further than this factor from its middle, they are not written."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of a host's metric to the baseline's metric.

    Attributes:
        value: how many times better the host is than the baseline. Above 1 means better, also for metrics of which a
            lower value is better. None if the two are not comparable.
        interval: 95 % interval of the value. If one side is a published value, the interval covers only the noise of
            the measured side. None if both are published, or a side has fewer than two samples.
        judgement: better or worse, if the interval excludes 1 by more than two runs of one host may differ, or both
            sides are published; same, if the interval lies within the margin of equivalence; otherwise inconclusive.
            Not comparable, if there is no ratio.
        reason: why the two are not comparable or cannot be distinguished, or what the interval does not cover;
            otherwise empty.
        words: the ratio in words, "10.0× faster".
        at_least: whether a side is a lower bound, so that the true ratio may be further from 1.
    """

    value: float | None
    interval: tuple[float, float] | None
    judgement: Judgement
    reason: str
    words: str
    at_least: bool = False

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The interval of the number in ``words``: for "2.0× slower", how many times slower. None if there is none."""
        if self.interval is None:
            return None
        low, high = self.interval
        return (1 / high, 1 / low) if self.judgement == "worse" else (low, high)

    @property
    def spread(self) -> str:
        """The interval in the direction of the words, "6.0–30×"; empty without an interval, and for a lower bound."""
        return times_span(*self.bounds) if self.bounds and not self.at_least else ""

    @property
    def beside(self) -> str:
        """The interval to write beside the words; empty if it says no more than they do: "2.9× faster", "2.9×"."""
        said = self.spread if self.judgement in {"better", "worse", "same"} else ""
        return "" if self.words.startswith(f"{said} ") else said


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one host.

    Attributes:
        metric: the metric of the run; None if the run does not have it.
        ratio: the ratio to the baseline; None for the baseline itself, and if one of the two was not measured.
        earlier: this metric in earlier runs of the host, which show how much its runs differ.
    """

    metric: Metric | None
    ratio: Ratio | None
    earlier: tuple[Metric, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of all hosts.

    Attributes:
        id: the metric's id.
        label: the metric's label.
        unit: the unit in the run file.
        better: whether a higher or a lower value is better.
        cells: one cell for each host, in the hosts' order.
    """

    id: str
    label: str
    unit: str
    better: Better
    cells: tuple[Cell, ...]

    @property
    def scale(self) -> Scale:
        """The common unit in which all values of the row are written."""
        values = (cell.metric.value for cell in self.cells if cell.metric is not None)
        return scale_of((value for value in values if value is not None), self.unit)

    @property
    def heading(self) -> str:
        """The label with the unit of the row's values: "Sequential read, MB/s"."""
        return f"{self.label}, {self.scale.unit}"

    def amount_of(self, metric: Metric) -> str:
        """Write a metric's value without its unit. A lower bound gets a plus sign: "25,000+"."""
        assert metric.value is not None
        return self.scale.amount(metric.value) + ("+" if is_bound(metric) else "")

    def towards(self, place: int) -> int:
        """Return where the true ratio may be if one side is a lower bound: 1 higher, -1 lower, otherwise 0."""
        metric, baseline = self.cells[place].metric, self.cells[0].metric
        if metric is None or baseline is None:
            return 0
        higher = is_bound(metric) - is_bound(baseline)
        return higher if self.better == "higher" else -higher

    def span_of(self, metric: Metric) -> str:
        """Write a metric's interval without its unit; empty without an interval.

        The ends of an interval that is wider than VAGUE on both sides say nothing: two samples that are far apart can
        give 0.000 to 10^18.
        """
        if metric.interval is None:
            return ""
        return f"uncertain by over {VAGUE}×" if is_vague(metric) else self.scale.span(*metric.interval)


def is_vague(metric: Metric) -> bool:
    """Return whether a metric has an interval that is wider than VAGUE on both sides."""
    return metric.interval is not None and metric.interval[1] > VAGUE**2 * metric.interval[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of runs.

    Attributes:
        runs: one run for each host, the baseline first. Several runs of one host may be pooled into one.
        sources: for each entry of ``runs``, the runs that were read and pooled.
        names: a unique name for each host. It includes a mark if the values are emulated, imported, incomplete or
            published.
        rows: the metrics, the headline metrics first.
        answer: which host is faster, and by how much: one sentence for each pair or group of hosts.
        fitness: for which profiles the hosts are ready, in sentences.
        findings: further sentences: limits, steadiness, durability, what was not measured.
        files: the files of the runs, by the runs' ids, as the user named them. A run of unknown origin is left out.
    """

    runs: tuple[Run, ...]
    sources: tuple[tuple[Run, ...], ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    answer: tuple[str, ...]
    fitness: tuple[str, ...]
    findings: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """All sentences, first the answer."""
        return (*self.answer, *self.fitness, *self.findings)
