import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.stats.student import t_quantile


@given(probability=st.floats(0.001, 0.999), degrees=st.floats(1, 500))
def test_agrees_with_scipy(probability, degrees, stats):
    assert t_quantile(probability, degrees) == pytest.approx(stats.t.ppf(probability, degrees), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(("probability", "degrees"), [(0, 3), (1, 3), (-0.1, 3), (0.5, 0), (0.5, -1)])
def test_refuses_what_has_no_quantile(probability, degrees):
    with pytest.raises(ValueError, match="has no quantile"):
        t_quantile(probability, degrees)
