"""Compare many hosts: the spread of each metric, and which hosts are outliers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from hostcheck.comparison.labels import times_better
from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.ratio import SAME_MARGIN
from hostcheck.quantities import Scale, scale_of
from hostcheck.run.model import Better

UNLIKE_SCORE = 3.5
"""A value whose modified z-score is at least this is an outlier.

Source: Iglewicz and Hoaglin, "How to Detect and Handle Outliers", ASQC 1993. The factor 0.6745 converts the median
absolute deviation into the standard deviation of a normal distribution. Scores are computed on logarithms.
"""
_NORMAL = 0.6745

FEWEST = 5
"""Minimum number of hosts for the search for outliers."""


@dataclass(frozen=True, slots=True)
class Place:
    """One host in the spread of one metric.

    Attributes:
        name: the host's name.
        value: the host's value, in the metric's unit.
        times: how many times better the host is than the median. Above 1 is better for every metric.
        unlike: whether the host is an outlier, and its interval does not contain the median.
        unit: the metric's unit.
    """

    name: str
    value: float
    times: float
    unlike: bool
    unit: str

    @property
    def words(self) -> str:
        """The ratio to the median in words."""
        if abs(self.times - 1) <= SAME_MARGIN:
            return "as the median"
        return times_better(self.times, self.unit)


@dataclass(frozen=True, slots=True)
class Spread:
    """One metric of all hosts.

    Attributes:
        id: the metric's id.
        label: the metric's label.
        unit: the unit of the values.
        better: which direction is better.
        middle: the median of the hosts' values.
        low: the 5th percentile: 5 % of the hosts are below it.
        high: the 95th percentile: 5 % of the hosts are above it.
        places: one place for each host that has a measured value, in the hosts' order.
        missing: number of hosts without a measured value.
    """

    id: str
    label: str
    unit: str
    better: Better
    middle: float
    low: float
    high: float
    places: tuple[Place, ...]
    missing: int

    @property
    def scale(self) -> Scale:
        """The one unit in which all values of the metric are written."""
        return scale_of((place.value for place in self.places), self.unit)

    @property
    def heading(self) -> str:
        """The label with the unit of the values: "Sequential read, MB/s"."""
        return f"{self.label}, {self.scale.unit}"

    @property
    def unlike(self) -> tuple[Place, ...]:
        """The hosts that are outliers, the worst first."""
        return tuple(sorted((place for place in self.places if place.unlike), key=lambda place: place.times))


def spreads(comparison: Comparison) -> tuple[Spread, ...]:
    """Return the spread of each metric that at least one host has measured. Published values are left out."""
    return tuple(spread for row in comparison.rows if (spread := _spread(comparison.names, row)))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of ordered values by linear interpolation (Hyndman and Fan's type 7)."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _spread(names: Sequence[str], row: Row) -> Spread | None:
    measured = [(name, cell, value) for name, cell in zip(names, row.cells, strict=True) if (value := _value(cell))]
    if not measured:
        return None
    ordered = sorted(value for _, _, value in measured)
    middle = median(ordered)
    typical = median(abs(math.log(value / middle)) for value in ordered)
    places = tuple(
        Place(
            name,
            value,
            value / middle if row.better == "higher" else middle / value,
            len(ordered) >= FEWEST and _is_unlike(value, cell, middle, typical),
            row.unit,
        )
        for name, cell, value in measured
    )
    low, high = quantile(ordered, 0.05), quantile(ordered, 0.95)
    return Spread(row.id, row.label, row.unit, row.better, middle, low, high, places, len(names) - len(places))


def _value(cell: Cell) -> float | None:
    metric = cell.metric
    return metric.value if metric is not None and metric.state != "published" and (metric.value or 0) > 0 else None


def _is_unlike(value: float, cell: Cell, middle: float, typical: float) -> bool:
    far = abs(math.log(value / middle))
    if far <= math.log1p(SAME_MARGIN) or _NORMAL * far <= UNLIKE_SCORE * typical:
        return False
    interval = cell.metric.interval if cell.metric else None
    return interval is None or not interval[0] <= middle <= interval[1]
