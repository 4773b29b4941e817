"""Estimates with intervals, and the ratio of two quantities.

Rates and times are positive and their noise is multiplicative, so everything is done on logarithms: an interval
never reaches below zero, and "ten times faster" and "ten times slower" are the same distance from "the same".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from hostcheck.stats.student import t_quantile

CONFIDENCE = 0.95
_UPPER = 1 - (1 - CONFIDENCE) / 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate of a positive quantity.

    Attributes:
        value: the estimate, in the samples' unit.
        interval: 95 % interval in the same unit; None for fewer than two samples.
    """

    value: float
    interval: tuple[float, float] | None

    @property
    def relative_width(self) -> float | None:
        """Half the interval's width as a share of the value; None if there is no interval."""
        if self.interval is None:
            return None
        low, high = self.interval
        return (high - low) / 2 / self.value


def estimate(values: Sequence[float]) -> Estimate:
    """Estimate a positive quantity from independent samples of it: geometric mean and Student's t on logarithms.

    Raises:
        ValueError: if there are no samples, or a sample is not above zero.
    """
    logs = _logs(values)
    middle = fmean(logs)
    if len(logs) < 2:
        return Estimate(math.exp(middle), None)
    half = t_quantile(_UPPER, len(logs) - 1) * math.sqrt(variance(logs) / len(logs))
    return Estimate(math.exp(middle), (_exp(middle - half), _exp(middle + half)))


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> Estimate:
    """Estimate the ratio of two positive quantities from samples of each: Welch's interval on logarithms.

    Source: Welch, "The generalization of 'Student's' problem when several different population variances are
    involved", Biometrika 34 (1947). The interval is None if either side has fewer than two samples.

    Raises:
        ValueError: if a side has no samples, or a sample is not above zero.
    """
    top, bottom = _logs(numerator), _logs(denominator)
    middle = fmean(top) - fmean(bottom)
    if len(top) < 2 or len(bottom) < 2:
        return Estimate(math.exp(middle), None)
    parts = [(variance(logs) / len(logs), len(logs) - 1) for logs in (top, bottom)]
    total = sum(part for part, _ in parts)
    if total == 0:
        return Estimate(math.exp(middle), (math.exp(middle), math.exp(middle)))
    degrees = total**2 / sum(part**2 / df for part, df in parts)
    half = t_quantile(_UPPER, degrees) * math.sqrt(total)
    return Estimate(math.exp(middle), (_exp(middle - half), _exp(middle + half)))


def require_positive(values: Sequence[float]) -> None:
    """Check that there are samples, and that all are finite and above zero.

    Raises:
        ValueError: if not.
    """
    if not values or any(not value > 0 or math.isinf(value) for value in values):
        raise ValueError("an estimate needs samples that are all above zero and finite")


def _logs(values: Sequence[float]) -> list[float]:
    require_positive(values)
    return [math.log(value) for value in values]


def _exp(value: float) -> float:
    # Two very different samples can give a bound that is too large for a float.
    return math.exp(min(max(value, -700.0), 700.0))
