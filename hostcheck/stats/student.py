"""Quantiles of Student's t distribution, for any positive real number of degrees of freedom.

SciPy has them too, but takes 100 MB, which a measured host should not need. The tests compare the results with SciPy.
"""

import math
from functools import lru_cache


@lru_cache(maxsize=128)
def t_quantile(probability: float, degrees: float) -> float:
    """Return a quantile of Student's t distribution.

    Args:
        probability: the probability of a value below the quantile; above 0 and below 1.
        degrees: degrees of freedom, above 0; may be fractional (Welch 1947).

    Raises:
        ValueError: if the probability or the degrees are out of range.
    """
    if not 0 < probability < 1 or not degrees > 0:
        raise ValueError(f"Student's t has no quantile of {probability} with {degrees} degrees of freedom")
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees)
    low, high = 0.0, 1.0
    while _t_cdf(high, degrees) < probability:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if _t_cdf(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_cdf(t: float, degrees: float) -> float:
    """Return the probability of a value below t, for t ≥ 0 (Abramowitz and Stegun 26.7.1)."""
    return 1 - _incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    # Lentz's method, two coefficients a step: even then odd (DLMF 8.17.23).
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for coefficient in (even, odd):
            d = 1 / _away_from_zero(1 + coefficient * d)
            c = _away_from_zero(1 + coefficient / c)
            change = c * d
            fraction *= change
        if abs(change - 1) < 1e-15:
            break
    return front * fraction


def _away_from_zero(value: float) -> float:
    return value if abs(value) > 1e-300 else 1e-300
