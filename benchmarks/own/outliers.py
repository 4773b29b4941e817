#!/usr/bin/env python3
"""How often a healthy host is called unlike the rest, and how often a faulty one is.

    .venv/bin/python benchmarks/own/outliers.py [FLEETS] [HOSTS]

Pretended fleets of HOSTS hosts (1,000) with fourteen figures each, which are 5 % apart. In a healthy fleet none is to
be named, five times in a hundred excepted: in 200 fleets at most 17, which is exceeded once in a hundred where the
rate is 5 %. In the others one host has one figure at 0.7 times, and is to be named in 95 of 100; or one host in twelve
has all figures at half, and of those named at most one in twenty is to be healthy.
"""

import math
import random
import sys
from collections.abc import Callable

from hostcheck.stats.outliers import reference, unlike

FIGURES = 14
SPREAD = 0.05

Draw = Callable[[random.Random], float]


def laplace(chance: random.Random) -> float:
    """Return a value of a Laplace distribution with the MAD of a normal one."""
    return math.copysign(chance.expovariate(math.log(2) / 0.6745), chance.random() - 0.5)


def student(degrees: int) -> Draw:
    """Return what draws of Student's t distribution."""
    return lambda chance: chance.gauss(0, 1) / math.sqrt(chance.gammavariate(degrees / 2, 2 / degrees))


TAILS: dict[str, Draw] = {
    "normal": lambda chance: chance.gauss(0, 1),
    "Laplace": laplace,
    "skewed (gamma of 4)": lambda chance: (chance.gammavariate(4, 1) - 4) / 2,
    "skewed (exponential)": lambda chance: chance.expovariate(1) - 1,
    "in steps of a deviation": lambda chance: round(chance.gauss(0, 1)),
    "Student's t, 10": student(10),
    "Student's t, 5": student(5),
}
"""How the logarithms of healthy hosts are distributed."""


def named(columns: list[list[float]]) -> set[int]:
    """Return the hosts that are unlike the rest, of a list of values for each figure."""
    chances: list[list[float]] = [[] for _ in columns[0]]
    for column in columns:
        found = reference(column)
        assert found is not None
        for host, value in enumerate(column):
            chances[host].append(found.chance(value))
    return {host for host, figures in enumerate(unlike(chances)) if figures}


def fleet(draw: Draw, hosts: int, chance: random.Random) -> list[list[float]]:
    """Return a list of values for each figure of healthy hosts."""
    return [[math.exp(SPREAD * draw(chance)) for _ in range(hosts)] for _ in range(FIGURES)]


def main() -> None:
    """Print a row for each distribution."""
    fleets, hosts = (*map(int, sys.argv[1:]), *(200, 1000)[len(sys.argv) - 1 :])
    sys.stdout.write(f"{fleets} fleets of {hosts} hosts\n")
    sys.stdout.write("logarithms                anyone named  named on average  0.7x found  of a cluster  healthy\n")
    for name, draw in TAILS.items():
        chance = random.Random(1)  # noqa: S311 - pretended figures
        false = healthy = found = 0
        cluster, wrong = 0.0, 0.0
        for _ in range(fleets):
            columns = fleet(draw, hosts, chance)
            wrongly = named(columns)
            false, healthy = false + bool(wrongly), healthy + len(wrongly)
            columns[0][0] *= 0.7
            found += 0 in named(columns)
            faulty = range(1, 1 + hosts // 12)
            for column in columns:
                for host in faulty:
                    column[host] *= 0.5
            unlike_rest = named(columns) - {0}
            cluster += len(unlike_rest & {*faulty}) / len(faulty)
            wrong += len(unlike_rest - {*faulty}) / max(1, len(unlike_rest))
        sys.stdout.write(
            f"{name:24}  {false:12}  {healthy / fleets:16.2f}  {found:10}  {100 * cluster / fleets:10.1f} %"
            f"  {100 * wrong / fleets:5.1f} %\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
