"""Find what changes a rate over hours: the time of day (neighbours), or the work itself (burst credits, volume quotas).

A rate is measured in visits of a few turns each, at random times with long rests between them. The rests are alike, and
so is the work of each visit. If the level is low during a whole visit and high again in a later one, the work is not
the cause. If the level falls within visits and never between them, the work is the cause: visits are a small share of
the time, so a change by the time of day would fall into one only by chance.
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
"""Levels that differ by a smaller ratio are treated as one level."""

LEAST_STRETCH = 2
"""Minimum number of consecutive visits at one level; fewer are a short disturbance."""

LONG_REST = 2.5
"""Minimum length of a long rest, as a multiple of the usual rest. Two random times in neighbouring periods are always
closer together."""

CHANCE = 0.05
"""If a pattern has at least this probability by chance, nothing is reported."""

Cause = Literal["none", "clock", "credits", "volume", "unknown"]
"""What changes the level.

"none": the level does not change. "clock": it changes with the time. "credits": it falls within visits, and rests
restore it. "volume": it fell within one visit and stayed low. "unknown": it changed, and the visits do not show why.
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """The turns of one visit.

    Attributes:
        hour: start of the visit, in hours from any origin.
        values: the rates of the visit's turns, in order; above zero.
        share: the share of the visit's period during which it measured.
    """

    hour: float
    values: tuple[float, ...]
    share: float

    @property
    def level(self) -> float:
        """The median of the rates."""
        return median(self.values)


def cause(visits: Sequence[Visit]) -> Cause:
    """Return what changes the level of a rate; "unknown" unless the visits prove the cause.

    Args:
        visits: the visits in order of time.
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


def only_fall(visits: Sequence[Visit]) -> int | None:
    """Return the index of the first visit at the lower level, if the level fell once and stayed low; else None."""
    if len(visits) < LEAST_VISITS:
        return None
    levels = [visit.level for visit in visits]
    border = _border(levels)
    low = [border is not None and level < border for level in levels]
    first = low.index(True) if True in low else 0
    return first if first and all(low[first:]) else None


def _is_back_after_a_usual_rest(visits: Sequence[Visit], low: Sequence[bool]) -> bool:
    """Return whether the high level returned after a rest of usual length. A longer rest could restore credits.

    A missed visit, for example while the host was off, makes a rest longer.
    """
    rests = [after.hour - before.hour for before, after in pairwise(visits)]
    back = [rest for rest, before, after in zip(rests, low, low[1:], strict=False) if before and not after]
    return min(back) <= LONG_REST * median(rests)


def _falls_within_a_visit(visits: Sequence[Visit], low: Sequence[bool], border: float) -> bool:
    """Return whether a fall is within a visit. A quota that is renewed each day makes the level fall only there."""
    falls = (at for at in range(1, len(low)) if low[at] and not low[at - 1])
    return any(_is_mixed(visit, border) for at in falls for visit in visits[at - 1 : at + 1])


def _border(levels: Sequence[float]) -> float | None:
    """Return the border between two groups of levels that are clearly apart; None if there are no two groups.

    The groups are found by Otsu's method (IEEE Transactions on Systems, Man, and Cybernetics 9, 1979). Each has at
    least two visits.
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
    """Return whether a visit has turns in both groups."""
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
    """Return the median level of the visits in each hour, by the whole hours of Visit.hour."""
    hours: dict[int, list[float]] = {}
    for visit in visits:
        hours.setdefault(math.floor(visit.hour), []).append(visit.level)
    return {hour: median(levels) for hour, levels in sorted(hours.items())}
