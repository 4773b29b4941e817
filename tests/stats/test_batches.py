import math
import random
from statistics import fmean, stdev

import numpy as np
import pytest

from hostcheck.stats.batches import LEAST, batch_means, correlation
from hostcheck.stats.student import t_quantile


def series(chance, count, memory, spread=0.2):
    """A disk's rates: log-normal, each like the one before it (autoregressive)."""
    state = chance.gauss(0, 1)
    for _ in range(count):
        yield 100 * math.exp(spread * state)
        state = memory * state + math.sqrt(1 - memory**2) * chance.gauss(0, 1)


@pytest.mark.parametrize("memory", [0.0, 0.44, 0.66])
def test_ten_minutes_of_half_seconds_have_an_interval_that_covers_their_mean_as_often_as_it_says(memory):
    chance, truth = random.Random(11), 100 * math.exp(0.2**2 / 2)
    hits = given = 0
    for _ in range(400):
        means = batch_means(list(series(chance, 1200, memory)))
        if means:
            half = t_quantile(0.975, len(means) - 1) * stdev(means) / math.sqrt(len(means))
            given += 1
            hits += abs(fmean(means) - truth) <= half
    assert given > 340
    assert 0.93 <= hits / given <= 0.975


def test_taking_neighbours_for_independent_would_miss_the_mean_far_more_often():
    chance, truth, hits = random.Random(11), 100 * math.exp(0.2**2 / 2), 0
    for _ in range(200):
        rates = list(series(chance, 1200, 0.66))
        hits += abs(fmean(rates) - truth) <= t_quantile(0.975, 1199) * stdev(rates) / math.sqrt(1200)
    assert hits / 200 < 0.8


def test_batches_are_of_one_length_and_the_latest_is_among_them():
    chance = random.Random(5)
    values = list(series(chance, 1203, 0.9))
    means = batch_means(values)
    size = len(values) // len(means)
    assert size & (size - 1) == 0
    assert len(means) >= LEAST
    assert means[-1] == pytest.approx(fmean(values[-size:]))


def test_too_short_a_series_says_nothing():
    assert batch_means([1.0, 2.0] * 4) == []
    assert batch_means([]) == []


def test_a_series_that_only_climbs_says_nothing():
    assert batch_means([float(step) for step in range(1, 1201)]) == []


def test_an_even_series_has_as_many_batches_as_values():
    assert batch_means([350.0] * 40) == [350.0] * 40


def test_the_correlation_is_numpys_but_for_its_bias():
    values = list(series(random.Random(2), 4000, 0.5))
    assert correlation(values) == pytest.approx(np.corrcoef(values[:-1], values[1:])[0, 1], abs=2e-3)
