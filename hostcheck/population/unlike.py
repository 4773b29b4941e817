"""Find hosts that are unlike the rest: by figures that differ from those of their kind, or by rare values of facts."""

import math
from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median

from hostcheck.comparison.labels import in_order, label, times_better
from hostcheck.comparison.ratio import SAME_MARGIN
from hostcheck.population.columns import FigureColumn, Population
from hostcheck.quantities import Scale, scale_of
from hostcheck.run.model import Better
from hostcheck.stats.outliers import FEWEST, Reference, alone, reference, unlike
from hostcheck.stats.quantiles import quantile

MIXED = "of other kinds"
"""The kind of all hosts whose own kind has fewer than FEWEST hosts."""

SHARED_BY, RARE = 0.9, 0.05
"""A value is rare if at least the first share of the hosts has one other value, and at most the second share has it."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A host that is unlike the rest of its kind in one figure.

    Attributes:
        host: the index of the host.
        metric: the metric's id.
        value: the value of the host.
        middle: the median of the host's kind.
        times: how many times better than the median the value is; below 1 it is worse.
        words: ``times`` in words.
    """

    host: int
    metric: str
    value: float
    middle: float
    times: float
    words: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure of all hosts.

    Attributes:
        id: the metric's id.
        label: the metric's label.
        unit: the unit of the values.
        better: which direction is better.
        middle: the median of all hosts.
        low: the 5th percentile of all hosts.
        high: the 95th percentile of all hosts.
        hosts: the indexes of the hosts that measured it.
        times: for each of these hosts, how many times better its value is than the median of its kind.
        outliers: the hosts that are unlike the rest of their kind, the worst first.
        faults: for each kind, how many times worse than the median a single host must be to be found 19 times in 20;
            None if the kind has too few hosts.
        scale: the unit in which all values are written.
    """

    id: str
    label: str
    unit: str
    better: Better
    middle: float
    low: float
    high: float
    hosts: "array[int]"
    times: "array[float]"
    outliers: tuple[Outlier, ...]
    faults: Mapping[str, float | None]
    scale: Scale

    @property
    def heading(self) -> str:
        """The label with the unit of the values: "Sequential read, MB/s"."""
        return f"{self.label}, {self.scale.unit}"


@dataclass(frozen=True, slots=True)
class RareFact:
    """A value of a fact that few hosts have, while nearly all others share one value.

    Attributes:
        fact: the fact's id; for a fact with several parts, also the name of the part.
        value: the rare value, in words.
        hosts: the indexes of the hosts with the rare value.
        usual: the common value, in words.
        count: the number of hosts with the common value.
    """

    fact: str
    value: str
    hosts: tuple[int, ...]
    usual: str
    count: int


def kinds_of(population: Population) -> list[str]:
    """Return for each host the kind with which its figures are compared. Kinds with few hosts are merged into one."""
    kinds = [member.kind for member in population.members]
    count = Counter(kinds)
    return [kind if count[kind] >= FEWEST or len(count) == 1 else MIXED for kind in kinds]


def spreads(population: Population) -> tuple[Spread, ...]:
    """Return the spread of each figure. ``hostcheck.stats.outliers`` finds the outliers over all figures and hosts.

    A host is not an outlier if its value is within 5 % of the median of its kind, if its interval contains the median,
    or if its settings differ from those of most hosts of its kind.
    """
    kinds = kinds_of(population)
    ids = in_order(population.figures)
    middles, references, comparable = {}, {}, {}
    for metric in ids:
        comparable[metric] = _comparable(population.figures[metric], kinds)
        for kind, values in _by_kind(population.figures[metric], kinds, comparable[metric]).items():
            middles[metric, kind] = median(values)
            references[metric, kind] = reference(values)
    chances: list[dict[str, float]] = [{} for _ in kinds]
    for metric in ids:
        column = population.figures[metric]
        for row, host in enumerate(column.hosts):
            if (found := references[metric, kinds[host]]) and row in comparable[metric]:
                chances[host][metric] = _chance(column, row, found)
    named = unlike([list(figures.values()) for figures in chances])
    outliers = {
        (host, metric)
        for host, (figures, places) in enumerate(zip(chances, named, strict=True))
        for place, metric in enumerate(figures)
        if place in places
    }
    tested = [len(figures) for figures in chances if figures]
    least = alone(len(tested), max(tested)) if tested else 0.0
    return tuple(
        _spread(metric, population.figures[metric], kinds, middles, references, outliers, least) for metric in ids
    )


def rare_facts(population: Population) -> tuple[RareFact, ...]:
    """Return the rare values of facts. Those that the fewest hosts have are last."""
    found = []
    for fact, values in population.facts.items():
        total = sum(map(len, values.values()))
        usual, hosts = max(values.items(), key=lambda item: len(item[1]))
        if total < FEWEST or len(hosts) < SHARED_BY * total:
            continue
        found += [
            RareFact(fact, value, tuple(few), usual, len(hosts))
            for value, few in values.items()
            if value != usual and len(few) <= max(1, RARE * total)
        ]
    return tuple(sorted(found, key=lambda rare: (-len(rare.hosts), rare.fact, rare.value)))


def _comparable(column: FigureColumn, kinds: list[str]) -> frozenset[int]:
    """Return the rows of a column that were measured like most of their kind: equal settings, and enough samples.

    If most have an interval, a figure without one has too few samples and is left out.
    """
    measured = [(settings, math.isnan(low)) for settings, low in zip(column.settings, column.lows, strict=True)]
    count: dict[str, Counter[tuple[int, bool]]] = {}
    for host, how in zip(column.hosts, measured, strict=True):
        count.setdefault(kinds[host], Counter())[how] += 1
    usual = {kind: found.most_common(1)[0][0] for kind, found in count.items()}
    pairs = enumerate(zip(column.hosts, measured, strict=True))
    return frozenset(row for row, (host, how) in pairs if how == usual[kinds[host]])


def _by_kind(column: FigureColumn, kinds: list[str], rows: Collection[int]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for row in sorted(rows):
        found.setdefault(kinds[column.hosts[row]], []).append(column.values[row])
    return found


def _chance(column: FigureColumn, row: int, found: Reference) -> float:
    """Return the probability that a healthy host has a value at least this far from the median; 1 if it is close."""
    middle = math.exp(found.centre)
    near = abs(math.log(column.values[row]) - found.centre) <= math.log1p(SAME_MARGIN)
    if near or column.lows[row] <= middle <= column.highs[row]:
        return 1.0
    return found.chance(column.values[row])


def _spread(  # noqa: PLR0917 - what one figure is made of
    metric: str,
    column: FigureColumn,
    kinds: list[str],
    middles: Mapping[tuple[str, str], float],
    references: Mapping[tuple[str, str], Reference | None],
    outliers: set[tuple[int, str]],
    least: float,
) -> Spread:
    ordered = sorted(column.values)
    times = array("d")
    found = []
    for host, value in zip(column.hosts, column.values, strict=True):
        middle = middles[metric, kinds[host]]
        ratio = value / middle if column.better == "higher" else middle / value
        times.append(ratio)
        if (host, metric) in outliers:
            found.append(Outlier(host, metric, value, middle, ratio, times_better(ratio, column.unit)))
    return Spread(
        metric,
        label(metric),
        column.unit,
        column.better,
        median(ordered),
        quantile(ordered, 0.05),
        quantile(ordered, 0.95),
        column.hosts,
        times,
        tuple(sorted(found, key=lambda outlier: outlier.times)),
        {kind: _fault(known, column.better, least) for (figure, kind), known in references.items() if figure == metric},
        scale_of(ordered, column.unit),
    )


def _fault(found: Reference | None, better: Better, least: float) -> float | None:
    side = found and (found.below if better == "higher" else found.above)
    return max(side.fault(least), 1 + SAME_MARGIN) if side else None
