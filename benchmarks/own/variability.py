#!/usr/bin/env python3
"""What a day's steadiness is here, and by the indicator of the authors of arXiv 2309.11959.

    .venv/bin/python benchmarks/own/variability.py DAYS

Draws days of 48 visits of three turns each, with noise of 8 % a turn, and prints for each kind of day as Markdown: the
variation over hours, the causes that are named, and the indicator with its three terms, of the visits' levels.

The paper names its indicator the Variability Indicator. Its text could not be read offline; the indicator here is that
of its authors' published analysis (deib-polimi/VMBS-tool-Analyzer, PerformanceQualityIndicator.ipynb, qi_s): a weighted
sum, with a third each, of the mean shortfall below the mean, the standard deviation, and the standard deviation of the
gradient from one measurement to the next, each as a share of the mean.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import fmean, stdev

from hostcheck.stats.visits import Visit, cause

VISITS, TURNS, PERIOD_HOURS, NOISE = 48, 3, 0.5, 0.08
LEVEL, LOW = 5000.0, 2200.0

Course = Callable[[int, int, float], float]
"""The level of a visit's turn, by the number of the visit, that of the turn, and the hour."""


def indicator(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the three terms of the authors' indicator, as shares: shortfall, deviation, deviation of the gradient."""
    mean, count = fmean(values), len(values)
    below = [min(0.0, value / mean - 1) for value in values]
    shortfall = abs(sum((one + other) / 2 for one, other in pairwise(below))) / count
    inner = [(values[at + 1] - values[at - 1]) / 2 for at in range(1, count - 1)]
    gradient = [values[1] - values[0], *inner, values[-1] - values[-2]]
    return shortfall, stdev(values) / mean, stdev(gradient) / mean


def steady(_visit: int, _turn: int, _hour: float) -> float:
    """A level that stays."""
    return LEVEL


def restless(_visit: int, turn: int, _hour: float) -> float:
    """A level that moves by half within each visit, the same in each."""
    return LEVEL * (0.6, 1.0, 1.4)[turn]


def evening(_visit: int, _turn: int, hour: float) -> float:
    """Four low hours in a row."""
    return LOW if 18 <= hour < 22 else LEVEL


def scattered(visit: int, _turn: int, _hour: float) -> float:
    """As many low visits, each alone."""
    return LOW if visit % 6 == 3 else LEVEL


def spent(visit: int, turn: int, _hour: float) -> float:
    """A quota by volume that is spent at noon."""
    return LEVEL if (visit, turn) < (24, 1) else LOW


def credits_(_visit: int, turn: int, _hour: float) -> float:
    """An allowance that each visit spends."""
    return (LEVEL, 4200.0, 1500.0)[turn]


def rising(visit: int, _turn: int, _hour: float) -> float:
    """A level that is higher for four hours."""
    return LEVEL * LEVEL / LOW if 36 <= visit < 44 else LEVEL


DAYS: Sequence[Course] = (steady, restless, evening, scattered, spent, credits_, rising)


def drawn(course: Course, seed: int) -> list[Visit]:
    """Return one day."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    visits = []
    for number in range(VISITS):
        hour = (number + chance.uniform(0, 0.98)) * PERIOD_HOURS
        turns = (course(number, turn, hour) * chance.lognormvariate(0, NOISE) for turn in range(TURNS))
        visits.append(Visit(hour, tuple(turns), 0.015))
    return visits


def main() -> None:
    """Print the table."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write = sys.stdout.write
    write("| the day | variation over hours | named | indicator | shortfall | deviation | gradient |\n")
    write("|---|---|---|---|---|---|---|\n")
    for course in DAYS:
        days = [drawn(course, seed) for seed in range(int(sys.argv[1]))]
        levels = [[visit.level for visit in day] for day in days]
        terms = [fmean(each) for each in zip(*map(indicator, levels), strict=True)]
        named = ", ".join(f"{found} {count}" for found, count in Counter(map(cause, days)).most_common())
        varies = fmean(stdev(each) / fmean(each) for each in levels)
        shown = " | ".join(f"{each:.1%}" for each in (fmean(terms), *terms))
        write(f"| {(course.__doc__ or '').rstrip('.')} | {varies:.0%} | {named} | {shown} |\n")


if __name__ == "__main__":
    main()
