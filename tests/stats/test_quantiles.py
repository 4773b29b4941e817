"""Quantiles by linear interpolation."""

import pytest

from hostcheck.stats.quantiles import quantile


@pytest.mark.parametrize(("share", "value"), [(0, 1), (1, 5), (0.5, 3), (0.25, 2), (0.05, 1.2)])
def test_quantiles_are_linear_between_the_nearest(share, value):
    assert quantile([1, 2, 3, 4, 5], share) == pytest.approx(value)
