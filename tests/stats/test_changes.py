"""Changes of level: found where there are some, and hardly ever where there are none."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.stats.changes import change_points, levels, two_levels


def noise(rng: random.Random, count: int, correlation: float, cov: float) -> list[float]:
    """Rates that spread by ``cov`` and remember ``correlation`` of the window before (an AR(1) on logarithms)."""
    width, state, values = math.sqrt(math.log(1 + cov * cov)), rng.gauss(0, 1), []
    for _ in range(count):
        state = correlation * state + math.sqrt(1 - correlation**2) * rng.gauss(0, 1)
        values.append(math.exp(width * state))
    return values


@pytest.mark.parametrize("count", [12, 24, 60, 240])
@pytest.mark.parametrize("correlation", [0.0, 0.44, 0.66])
def test_one_level_is_called_two_in_at_most_one_of_a_hundred(count: int, correlation: float) -> None:
    rng = random.Random(f"{count} {correlation}")
    found = sum(
        bool(change_points(noise(rng, count, correlation, cov), 2)) for cov in (0.05, 0.3, 0.6) for _ in range(100)
    )
    assert found <= 3


@pytest.mark.parametrize("cov", [0.01, 0.12])
def test_a_burst_that_ends_is_found_where_it_ended(cov: float) -> None:
    rng = random.Random(7)
    for _ in range(50):
        rates = [value * (3000 if place < 12 else 350) for place, value in enumerate(noise(rng, 27, 0.44, cov))]
        assert change_points(rates, 2) == (12,)


def test_every_level_is_found_and_averaged() -> None:
    rates = [100.0] * 8 + [400.0] * 8 + [50.0] * 8
    assert change_points(rates, 2) == (8, 16)
    assert levels(rates, (8, 16)) == (100, 400, 50)


@pytest.mark.parametrize("cov", [0.01, 0.1])
def test_levels_that_alternate_are_all_found(cov: float) -> None:
    rng = random.Random(5)
    for _ in range(50):
        rates = [value * (3000 if place // 8 % 2 else 350) for place, value in enumerate(noise(rng, 40, 0.44, cov))]
        assert change_points(rates, 2) == (8, 16, 24, 32)


@pytest.mark.parametrize("rates", [[], [1.0], [0.0] * 30, [5.0] * 30, [1.0, 9.0] * 3])
def test_too_few_or_even_ones_have_one_level(rates: list[float]) -> None:
    assert change_points(rates, 2) == ()


def test_levels_that_are_nearer_than_asked_for_are_one() -> None:
    assert change_points([100.0] * 20 + [190.0] * 20, 2) == ()
    assert change_points([100.0] * 20 + [210.0] * 20, 2) == (20,)


@pytest.mark.parametrize(
    ("found", "both"),
    [
        ((3000, 350, 3000), (350, 3000)),
        ((350, 3000, 400, 2800), (374, 2898)),
        ((3000, 350), None),
        ((3000, 1200, 350), None),
        ((3000, 350, 1400), None),
        ((3000, 350, 3000, 40), None),
        ((3000, 0, 3000), None),
        ((), None),
    ],
)
def test_what_comes_back_to_its_level_has_not_changed_for_good(found, both) -> None:
    assert two_levels(found) == (None if both is None else pytest.approx(both, rel=0.01))


@given(st.lists(st.floats(0, 1e9, allow_nan=False), max_size=60), st.floats(1e-6, 1e6))
def test_the_unit_does_not_matter(rates: list[float], factor: float) -> None:
    whole = [round(rate) for rate in rates]
    assert change_points([rate * factor for rate in whole], 2) == change_points(whole, 2)
