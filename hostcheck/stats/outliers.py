"""Find hosts that differ from the others, with a limited false discovery rate.

All computations use logarithms, as in ``hostcheck.stats.estimate``. The distance of a host is its distance from the
median, in median absolute deviations (MAD). Both are reliable while less than half of the hosts are faulty (Rousseeuw
and Croux, "Alternatives to the median absolute deviation", Journal of the American Statistical Association 88, 1993).

The probability of a distance for a healthy host depends on the tail of the distribution, and few hosts lie in the tail.
The tail is modelled as N^(1 - w) * L^w, where N is the normal tail and L the Laplace tail with the same MAD (a rate
with Laplace logarithms has the tails of a power law). The weight w, from 0 to 1, is fitted so that one host in twenty
lies beyond the distance where one in twenty is observed. If the fit is uncertain, the heavier tail is used. The
sampling error of the MAD is integrated out.

All metrics of all hosts are tested together: on average at most one in twenty of the named hosts is healthy (Benjamini
    and Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57, 1995), and in a
    fleet of healthy hosts a host is named one time in twenty.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from hostcheck.stats.quantiles import quantile

RATE = 0.05
"""Largest expected share of healthy hosts among those named."""

FEWEST = 5
"""Minimum number of hosts.

Among five hosts that vary by 5 %, with fourteen metrics each, a metric is found if it is 0.47 times the median.
"""

LEAST_SCALE = 0.002
"""Smallest MAD, as a logarithm: the accuracy of a run (``hostcheck.stats.turns.ACCURACY``)."""

_NORMAL = 0.6744897501960817
"""Median absolute deviation of a normal distribution, in standard deviations."""

_NINETEEN = 1.6448536269514722
"""The 95 % quantile of the normal distribution, in standard deviations above the median."""

_RATIO_ERROR = 5.0
"""Standard error of the distance of the farthest twentieth, in MADs, times the square root of the number of hosts."""

_SCALE_ERROR = 1.3
"""Standard error of the logarithm of the MAD, times the square root of the number of hosts. The product is 1.17 for
the normal and 1.44 for the Laplace distribution."""

_FAR = 40.0
"""Largest distance, in MADs, whose probability is computed: beyond it the normal tail underflows a float."""

_NEAR = 2.0
"""Distance in MADs below which a host is not named. More than 17 of 100 healthy hosts are further away, with either
tail."""

_NODES = tuple((step / 2, math.exp(-((step / 2) ** 2) / 2)) for step in range(-8, 9))
"""(node, weight) pairs for the integral over a normally distributed error."""


@dataclass(frozen=True, slots=True)
class Side:
    """The tail of the distribution below or above the median.

    Attributes:
        count: number of hosts on both sides together.
        scale: MAD of the logarithms.
        weight: how heavy the tail is, from 0 (normal) to 1 (Laplace).
    """

    count: int
    scale: float
    weight: float

    def chance(self, distance: float) -> float:
        """Return the probability that a healthy host is at least this far from the median.

        It is 1 for distances below two MADs, so such a host is never named.

        Args:
            distance: the distance of the logarithms, at least 0.
        """
        far, error = min(distance / self.scale, _FAR), _SCALE_ERROR / math.sqrt(self.count)
        if far < _NEAR:
            return 1.0
        total = math.fsum(share for _, share in _NODES)
        found = (share * _tail(far * math.exp(-error * place), self.weight) for place, share in _NODES)
        return math.fsum(found) / total

    def reach(self, probability: float) -> float:
        """Return the distance, as a logarithm, whose probability is this; infinity if all have larger probabilities."""
        low, high = 0.0, _FAR * self.scale
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.chance(middle) > probability else (low, middle)
        return math.inf if self.chance(high) > probability else high

    def fault(self, probability: float) -> float:
        """Return the factor by which a fault must change a metric so that 19 of 20 such hosts have this probability."""
        return math.exp(min(self.reach(probability) + _NINETEEN * self.scale / _NORMAL, 700.0))


@dataclass(frozen=True, slots=True)
class Reference:
    """The median of one metric in a group of hosts, and how far from it a healthy host may be.

    Attributes:
        centre: the median of the logarithms.
        below: the tail below the median.
        above: the tail above the median.
    """

    centre: float
    below: Side
    above: Side

    def chance(self, value: float) -> float:
        """Return the probability that a healthy host is at least as far from the median as this positive value."""
        distance = math.log(value) - self.centre
        return (self.above if distance > 0 else self.below).chance(abs(distance))


def reference(values: Sequence[float]) -> Reference | None:
    """Return the reference of a group of hosts; None for fewer than FEWEST.

    If more than half of the hosts are equal, the MAD is zero. Then the MAD of a Laplace distribution with the same
    upper quartile of distances is used. Each side of a skewed distribution has its own MAD.

    Args:
        values: one positive value for each host.
    """
    if len(values) < FEWEST:
        return None
    logs = sorted(map(math.log, values))
    centre = median(logs)
    both = sorted(abs(value - centre) for value in logs)
    least = max(median(both), quantile(both, 0.75) / 2, LEAST_SCALE)
    half = (len(logs) + 1) // 2
    below, above = [centre - value for value in reversed(logs[:half])], [value - centre for value in logs[-half:]]
    return Reference(centre, *(_side(len(logs), least, distances) for distances in (below, above)))


def _side(count: int, least: float, distances: Sequence[float]) -> Side:
    scale = max(least, median(distances))
    ratio = quantile(distances, 0.95) / scale + _RATIO_ERROR / math.sqrt(count)
    return Side(count, scale, _weight(ratio))


def alone(hosts: int, figures: int) -> float:
    """Return the threshold for a fleet in which only one metric of one host deviates.

    The metric is named if the probability of its deviation, on a healthy host, is at most this.

    Args:
        hosts: number of hosts.
        figures: number of metrics of each host.
    """
    return RATE / hosts / figures


def unlike(hosts: Sequence[Sequence[float]]) -> list[frozenset[int]]:
    """Return, for each host, the indexes of the metrics that differ from those of the other hosts.

    Hosts are selected first, each by its probabilities combined by Simes' test (Biometrika 73, 1986), so that the false
    discovery rate applies to hosts. Then the metrics of the selected hosts are tested (Benjamini and Bogomolov,
    "Selective inference on multiple families of hypotheses", Journal of the Royal Statistical Society B 76, 2014).

    Args:
        hosts: for each host, the probabilities of all its metrics, including those near the median. A host without
            metrics is ignored.
    """
    measured = [chances for chances in hosts if chances]
    limit = _limit([_simes(chances) for chances in measured], RATE)
    named = sum(_simes(chances) <= limit for chances in measured)
    level = RATE * named / max(1, len(measured))
    found = []
    for chances in hosts:
        within = _limit(chances, level) if chances and _simes(chances) <= limit else -1.0
        found.append(frozenset(place for place, chance in enumerate(chances) if chance <= within))
    return found


def _simes(chances: Sequence[float]) -> float:
    return min(chance * len(chances) / place for place, chance in enumerate(sorted(chances), 1))


def _limit(chances: Sequence[float], rate: float) -> float:
    """Return the largest probability that is significant by Benjamini and Hochberg; -1 if there is none."""
    return max(
        (chance for place, chance in enumerate(sorted(chances), 1) if chance <= rate * place / len(chances)),
        default=-1.0,
    )


def _weight(ratio: float) -> float:
    """Return the weight of the Laplace tail with which one host in twenty is at least ``ratio`` MADs away."""
    if ratio >= _FAR:
        return 1.0
    normal, laplace = -math.log(_normal_tail(ratio)), ratio * math.log(2)
    return min(1.0, max(0.0, (normal - math.log(20)) / (normal - laplace)))


def _tail(distance: float, weight: float) -> float:
    return math.exp((1 - weight) * math.log(_normal_tail(min(distance, _FAR))) - weight * distance * math.log(2))


def _normal_tail(distance: float) -> float:
    return math.erfc(distance * _NORMAL / math.sqrt(2))
