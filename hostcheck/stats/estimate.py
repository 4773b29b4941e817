"""Estimates with intervals, and the ratio of two quantities.

Rates and times are positive and their noise is multiplicative, so everything is done on logarithms: an interval never
reaches below zero, and "ten times faster" and "ten times slower" have equal distances from "no difference".
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


@dataclass(frozen=True, slots=True)
class Level:
    """The level of a positive quantity on logarithms, and its uncertainty.

    Attributes:
        log: the logarithm of the level.
        error: standard error of ``log``; None for a single sample.
        degrees: degrees of freedom of the error.
    """

    log: float
    error: float | None
    degrees: float

    @property
    def estimate(self) -> Estimate:
        """The level in the samples' unit, with Student's t interval."""
        if self.error is None:
            return Estimate(math.exp(self.log), None)
        half = t_quantile(_UPPER, self.degrees) * self.error
        return Estimate(math.exp(self.log), (_exp(self.log - half), _exp(self.log + half)))


def level(values: Sequence[float]) -> Level:
    """Return the level of independent samples: their geometric mean.

    Raises:
        ValueError: if there are no samples, or a sample is not above zero.
    """
    logs = logarithms(values)
    error = math.sqrt(variance(logs) / len(logs)) if len(logs) > 1 else None
    return Level(fmean(logs), error, len(logs) - 1)


def estimate(values: Sequence[float]) -> Estimate:
    """Estimate a positive quantity from independent samples: geometric mean, and Student's t interval on logarithms.

    A single sample is returned unchanged. With the logarithm and its inverse, 60 would become 59.999999999999986.

    Raises:
        ValueError: if there are no samples, or a sample is not above zero.
    """
    found = level(values).estimate
    return found if len(values) > 1 else Estimate(float(values[0]), None)


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> Estimate:
    """Estimate the ratio of two positive quantities from samples of each: Welch's interval on logarithms.

    Source: Welch, "The generalization of 'Student's' problem when several different population variances are
    involved", Biometrika 34 (1947). The interval is None if either side has fewer than two samples.

    Raises:
        ValueError: if a side has no samples, or a sample is not above zero.
    """
    return ratio_of(level(numerator), level(denominator))


def ratio_of(top: Level, bottom: Level) -> Estimate:
    """Estimate the ratio of two levels, as ``ratio`` does."""
    middle = top.log - bottom.log
    if top.error is None or bottom.error is None:
        return Level(middle, None, 0).estimate
    parts = [(side.error**2, side.degrees) for side in (top, bottom) if side.error]
    if not parts:
        return Estimate(math.exp(middle), (math.exp(middle), math.exp(middle)))
    total = sum(part for part, _ in parts)
    return Level(middle, math.sqrt(total), total**2 / sum(part**2 / df for part, df in parts)).estimate


def require_positive(values: Sequence[float]) -> None:
    """Check that there are samples, and that all are finite and above zero.

    Raises:
        ValueError: if there are no samples, or one is not finite and above zero.
    """
    if not values or any(not value > 0 or math.isinf(value) for value in values):
        raise ValueError("an estimate needs samples that are all above zero and finite")


def logarithms(values: Sequence[float]) -> list[float]:
    """Return the logarithms of positive values.

    Raises:
        ValueError: if there are no values, or one is not above zero.
    """
    require_positive(values)
    return [math.log(value) for value in values]


def _exp(value: float) -> float:
    # Two very different samples can give a bound that is too large for a float.
    return math.exp(min(max(value, -700.0), 700.0))
