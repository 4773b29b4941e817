import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.stats.estimate import estimate, ratio

positive = st.floats(1e-3, 1e9)
samples = st.lists(positive, min_size=2, max_size=12)


@given(values=samples)
def test_the_interval_is_students_on_logarithms(values, stats):
    logs = np.log(values)
    if logs.std() < 1e-12:
        return
    low, high = stats.t.interval(0.95, len(logs) - 1, loc=logs.mean(), scale=stats.sem(logs))
    found = estimate(values)
    assert found.interval is not None
    bounds = [min(max(bound, -700.0), 700.0) for bound in (low, high)]
    assert np.log(found.interval) == pytest.approx(bounds, rel=1e-6, abs=1e-6)


@given(top=samples, bottom=samples)
def test_a_ratio_and_its_inverse_mirror_each_other(top, bottom):
    forward, backward = ratio(top, bottom), ratio(bottom, top)
    assert forward.value == pytest.approx(1 / backward.value)
    assert forward.interval is not None
    assert backward.interval is not None
    assert math.log(forward.interval[0]) == pytest.approx(-math.log(backward.interval[1]), abs=1e-6)


def test_the_ratios_interval_is_welchs(stats):
    top, bottom = [9.0, 10.0, 11.5, 10.2], [1.0, 1.3, 0.8]
    test = stats.ttest_ind(np.log(top), np.log(bottom), equal_var=False).confidence_interval(0.95)
    assert np.log(ratio(top, bottom).interval) == pytest.approx([test.low, test.high], rel=1e-9)


def test_one_sample_gives_a_value_and_no_interval():
    assert estimate([5.0]).interval is None
    assert ratio([5.0], [1.0, 1.1]).interval is None
    assert ratio([5.0], [1.0, 1.0]).value == pytest.approx(5.0)


@pytest.mark.parametrize("values", [[], [0.0], [1.0, -1.0], [1.0, math.inf], [math.nan]])
def test_refuses_what_is_no_positive_quantity(values):
    with pytest.raises(ValueError, match="above zero"):
        estimate(values)


def test_intervals_cover_the_truth_95_times_in_100_on_lognormal_noise():
    random.seed(7)
    trials = 2000
    hits = 0
    for _ in range(trials):
        low, high = estimate([350 * math.exp(random.gauss(0, 0.2)) for _ in range(4)]).interval
        hits += low <= 350 <= high
    assert 0.93 <= hits / trials <= 0.97


def autoregressive(rng: random.Random, count: int, correlation: float) -> list[float]:
    """Standard normal noise that remembers a share of the window before."""
    state, values = rng.gauss(0, 1), []
    for _ in range(count):
        state = correlation * state + math.sqrt(1 - correlation**2) * rng.gauss(0, 1)
        values.append(state)
    return values


@pytest.mark.parametrize("cov", [0.058, 0.276])
@pytest.mark.parametrize("count", [3, 8])
@pytest.mark.parametrize("correlation", [0.0, 0.66])
def test_intervals_of_samples_that_are_means_of_a_remembering_series_cover_93_to_97_in_100(cov, count, correlation):
    """Each sample is the mean rate of two seconds, of quarter seconds that remember each other; samples do not.

    The spreads are those of a quiet and of a noisy shared disk. What is estimated is the median.
    """
    rng = random.Random(f"{cov} {count} {correlation}")
    trials, covered = 1000, 0
    spread = math.sqrt(math.log(1 + cov**2))
    for _ in range(trials):
        values = []
        for _ in range(count):
            windows = autoregressive(rng, 8, correlation)
            values.append(math.exp(spread * sum(windows) / len(windows)))
        found = estimate(values).interval
        covered += found is not None and found[0] <= 1 <= found[1]
    # Within 93 to 97, and the luck of so many trials (2.6 standard errors).
    assert 0.93 - 0.018 <= covered / trials <= 0.97 + 0.018


def test_one_sample_is_its_own_estimate():
    assert estimate([60.0]).value == 60.0
