"""What moves a rate over hours: the clock, as neighbours do, or the work itself, as credits and volumes do.

A rate is measured in visits, each of a few turns, at random moments with long rests between. The rests are alike, and
so is the work of each visit. So a level that is low from a visit's begin to its end, and high again in a later visit,
does not follow from the work: something else moved it. A level that falls within visits, which are a small share of the
time, and never between them, follows from the work: the clock would meet a visit by chance alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import fmean, median
from typing import Literal

from hostcheck.stats.changes import THRESHOLD, change_points

LEAST_VISITS = 8
LEAST_RATIO = 1.5
"""Levels that differ by less are called one."""

LEAST_STRETCH = 2
"""Visits of one level in a row that are a level of the host's, and not a moment of it."""

LONG_REST = 2.5
"""Rest, as a multiple of the usual one, that is longer than two random moments of neighbouring periods are apart."""

CHANCE = 0.05
"""Probability of a pattern by chance from which on nothing is said."""

Cause = Literal["none", "clock", "credits", "volume", "unknown"]
"""What moves the level. "none": it stays. "credits": it falls within a visit, and is back after the rest. "volume": it
fell within one visit, and stayed. "unknown": it moved, and the visits do not show by what."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The turns of one visit.

    Attributes:
        hour: the moment of its begin, in hours from any origin.
        values: the rates of its turns, in order; above zero.
        share: the share of its period in which it measured.
    """

    hour: float
    values: tuple[float, ...]
    share: float

    @property
    def level(self) -> float:
        """The middle of its turns."""
        return median(self.values)


def cause(visits: Sequence[Visit]) -> Cause:
    """Return what moves the level of a rate, as far as the visits force it.

    Args:
        visits: in order of time.
    """
    if len(visits) < LEAST_VISITS or any(not visit.values for visit in visits):
        return "unknown"
    if _falls_within_each(visits):
        return "credits"
    border = _border([visit.level for visit in visits])
    if border is None:
        turns = [value for visit in visits for value in visit.values]
        return "unknown" if change_points(turns, LEAST_RATIO) else "none"
    low = [visit.level < border for visit in visits]
    lengths = [len(list(group)) for _, group in groupby(low)]
    if len(lengths) > 2:
        # A stretch of one visit may be a moment's disturbance; at the ends it may be a part of a longer one.
        lasting = min(lengths[1:-1]) >= LEAST_STRETCH
        is_clock = (
            lasting and _is_back_after_a_usual_rest(visits, low) and not _falls_within_a_visit(visits, low, border)
        )
        return "clock" if is_clock else "unknown"
    first_low = low.index(True)
    mixed = any(_is_mixed(visit, border) for visit in visits[max(0, first_low - 1) : first_low + 1])
    return "volume" if first_low and mixed and _share(visits) <= CHANCE else "unknown"


def _is_back_after_a_usual_rest(visits: Sequence[Visit], low: Sequence[bool]) -> bool:
    """Return whether the high level came back after a rest like the others: a longer one could have restored it.

    A visit that was missed, as while the host was off, makes a rest longer.
    """
    rests = [after.hour - before.hour for before, after in pairwise(visits)]
    back = [rest for rest, before, after in zip(rests, low, low[1:], strict=False) if before and not after]
    return min(back) <= LONG_REST * median(rests)


def _falls_within_a_visit(visits: Sequence[Visit], low: Sequence[bool], border: float) -> bool:
    """Return whether a fall is within a visit: a quota that is spent, and given anew each day, falls there alone."""
    falls = (at for at in range(1, len(low)) if low[at] and not low[at - 1])
    return any(_is_mixed(visit, border) for at in falls for visit in visits[at - 1 : at + 1])


def _border(levels: Sequence[float]) -> float | None:
    """Return what separates two groups of levels that are clearly apart; None if there are no two.

    The groups are those that Otsu's method finds (IEEE Transactions on Systems, Man, and Cybernetics 9, 1979), with two
    visits or more in each.
    """
    logs = sorted(map(math.log, levels))
    splits = range(LEAST_STRETCH, len(logs) - LEAST_STRETCH + 1)
    place = max(splits, key=lambda at: (fmean(logs[at:]) - fmean(logs[:at])) ** 2 * at * (len(logs) - at))
    below, above = logs[:place], logs[place:]
    apart = fmean(above) - fmean(below)
    rest = [value - fmean(group) for group in (below, above) for value in group]
    deviation = math.sqrt(sum(value * value for value in rest) / (len(rest) - 2))
    if apart < math.log(LEAST_RATIO) or apart < THRESHOLD * deviation:
        return None
    return math.exp((below[-1] + above[0]) / 2)


def _is_mixed(visit: Visit, border: float) -> bool:
    """Return whether a visit has turns of both groups."""
    return len({value < border for value in visit.values}) == 2


def _falls_within_each(visits: Sequence[Visit]) -> bool:
    """Return whether nearly every visit begins at one level and ends at a lower one."""
    if min(len(visit.values) for visit in visits) < 2:
        return False
    falls = sum(visit.values[0] / visit.values[-1] >= LEAST_RATIO for visit in visits)
    first, last = (sorted(visit.values[place] for visit in visits) for place in (0, -1))
    # The levels at the begin and at the end must not overlap but for a tenth of the visits.
    tenth = len(visits) // 10
    return falls >= len(visits) - tenth and first[tenth] > last[-1 - tenth]


def _share(visits: Sequence[Visit]) -> float:
    return fmean(visit.share for visit in visits)


def by_hour(visits: Sequence[Visit]) -> dict[int, float]:
    """Return the middle level of each hour that has a visit, by its number in Visit.hour."""
    hours: dict[int, list[float]] = {}
    for visit in visits:
        hours.setdefault(math.floor(visit.hour), []).append(visit.level)
    return {hour: median(levels) for hour, levels in sorted(hours.items())}
