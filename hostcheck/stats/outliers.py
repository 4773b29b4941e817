"""Find which of many hosts are unlike the rest, with the false discovery rate held.

All of it is done on logarithms, as in ``hostcheck.stats.estimate``. The distance of a host is that from the median, in
median absolute deviations (MAD): up to a half of the hosts may be faulty before either is theirs (Rousseeuw and Croux,
"Alternatives to the median absolute deviation", Journal of the American Statistical Association 88, 1993).

How probable such a distance is for a healthy host depends on the tail, which few hosts show. Of two tails with the same
MAD, the normal one N and that of Laplace L (a rate with Laplace logarithms has the tails of a power law), the tail of
the hosts is taken to be N^(1 - w) * L^w. The weight w, from 0 to 1, is that at which one host in twenty is as far as
one in twenty is; where that is not known well, the heavier tail. The error of the MAD of few hosts is averaged over.

Which distances count is decided over all figures of all hosts together: of those that are named, at most one in twenty
is healthy on average (Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical
Society B 57, 1995), and a fleet of healthy hosts has anyone named one time in twenty.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from hostcheck.stats.quantiles import quantile

RATE = 0.05
"""Share of those named that may be healthy."""

FEWEST = 5
"""Minimum number of hosts. Five that are 5 % apart, each with fourteen figures, show one figure at 0.47 times."""

LEAST_SCALE = 0.002
"""Smallest MAD, as a logarithm: how exactly a run measures (``hostcheck.stats.turns.ACCURACY``)."""

_NORMAL = 0.6744897501960817
"""MAD of a normal distribution, in standard deviations."""

_NINETEEN = 1.6448536269514722
"""Nineteen of twenty healthy hosts are less than so many standard deviations above the median."""

_RATIO_ERROR = 5.0
"""Standard error of how far one in twenty is, in MADs, times the square root of the number of hosts."""

_SCALE_ERROR = 1.3
"""Standard error of the logarithm of the MAD, times the square root of the number: 1.17 of N, 1.44 of L."""

_FAR = 40.0
"""Largest distance, in MADs, whose probability is computed: beyond it the normal tail is below every float."""

_NEAR = 2.0
"""In MADs: of healthy hosts more than 17 in 100 are further away, whatever the tail."""

_NODES = tuple((step / 2, math.exp(-((step / 2) ** 2) / 2)) for step in range(-8, 9))
"""Places and weights that average over a normal error."""


@dataclass(frozen=True, slots=True)
class Side:
    """The tail of the hosts below or above the median.

    Attributes:
        count: number of hosts, of both sides.
        scale: MAD of the logarithms.
        weight: how heavy the tail is, from 0 (normal) to 1 (Laplace).
    """

    count: int
    scale: float
    weight: float

    def chance(self, distance: float) -> float:
        """Return the probability that a healthy host is at least so far from the median, as a logarithm.

        It is 1 for less than two MADs: so near, no host is named.
        """
        far, error = min(distance / self.scale, _FAR), _SCALE_ERROR / math.sqrt(self.count)
        if far < _NEAR:
            return 1.0
        total = math.fsum(share for _, share in _NODES)
        found = (share * _tail(far * math.exp(-error * place), self.weight) for place, share in _NODES)
        return math.fsum(found) / total

    def reach(self, probability: float) -> float:
        """Return the distance, as a logarithm, that has this probability; infinity where every distance has more."""
        low, high = 0.0, _FAR * self.scale
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.chance(middle) > probability else (low, middle)
        return math.inf if self.chance(high) > probability else high

    def fault(self, probability: float) -> float:
        """Return how many times less or more a fault makes that gets this probability in 19 of 20 hosts."""
        return math.exp(min(self.reach(probability) + _NINETEEN * self.scale / _NORMAL, 700.0))


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the hosts of a group are in one figure, and how far from there a healthy host may be.

    Attributes:
        centre: the median of the logarithms.
        below: the hosts with less.
        above: the hosts with more.
    """

    centre: float
    below: Side
    above: Side

    def chance(self, value: float) -> float:
        """Return the probability that a healthy host is at least as far from the median as this positive value is."""
        distance = math.log(value) - self.centre
        return (self.above if distance > 0 else self.below).chance(abs(distance))


def reference(values: Sequence[float]) -> Reference | None:
    """Return where the hosts of a group are; None for fewer than FEWEST.

    Where more than a half of the hosts are equal, the MAD is zero, and that of a Laplace distribution with their upper
    quartile of distances is taken. The longer side of a skewed distribution has a MAD of its own.

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
    """Return the largest probability for which one figure of one host is named, if nothing else is."""
    return RATE / hosts / figures


def unlike(hosts: Sequence[Sequence[float]]) -> list[frozenset[int]]:
    """Return for each host which of its figures are unlike the rest.

    A host is named first, by the smallest of its probabilities that its number of figures allows (Simes, Biometrika 73,
    1986), so that the rate is one of hosts; then its figures (Benjamini and Bogomolov, "Selective inference on
    multiple families of hypotheses", Journal of the Royal Statistical Society B 76, 2014).

    Args:
        hosts: for each host the probabilities of its figures, also of those that are near the median. A host
            without figures is not counted.
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
    """Return the largest probability that counts, by Benjamini and Hochberg; -1 if none does."""
    return max(
        (chance for place, chance in enumerate(sorted(chances), 1) if chance <= rate * place / len(chances)),
        default=-1.0,
    )


def _weight(ratio: float) -> float:
    """Return the weight at which one host in twenty is at least so many MADs away."""
    if ratio >= _FAR:
        return 1.0
    normal, laplace = -math.log(_normal_tail(ratio)), ratio * math.log(2)
    return min(1.0, max(0.0, (normal - math.log(20)) / (normal - laplace)))


def _tail(distance: float, weight: float) -> float:
    return math.exp((1 - weight) * math.log(_normal_tail(min(distance, _FAR))) - weight * distance * math.log(2))


def _normal_tail(distance: float) -> float:
    return math.erfc(distance * _NORMAL / math.sqrt(2))
