import math
import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.stats import bootstrap
from hostcheck.stats.bootstrap import LEAST, has_outliers, medians_of_resamples, ratio_of_medians
from hostcheck.stats.estimate import ratio

many = st.lists(st.floats(1e-3, 1e6), min_size=LEAST, max_size=16)


@pytest.mark.parametrize("count", [8, 9, 30, 31])
def test_medians_of_resamples_are_as_often_below_each_value_as_those_of_resamples_that_are_made(
    monkeypatch, count, stats
):
    monkeypatch.setattr(bootstrap, "DRAWS", 20_000)
    chance = random.Random(4)
    values = [chance.gauss(100, 10) for _ in range(count)]
    drawn = list(medians_of_resamples(values, chance))
    made = [median(chance.choices(values, k=count)) for _ in range(bootstrap.DRAWS)]
    assert stats.ks_2samp(drawn, made).statistic < 0.02


def test_the_interval_is_about_what_scipys_is(stats):
    chance = random.Random(4)
    sides = tuple([chance.gauss(100, 10) for _ in range(count)] for count in (40, 31))
    theirs = stats.bootstrap(
        sides,
        lambda one, other: median(one) / median(other),
        method="percentile",
        n_resamples=4000,
        vectorized=False,
        random_state=1,
    ).confidence_interval
    interval = ratio_of_medians(*sides).interval
    assert interval is not None
    assert interval == pytest.approx((theirs.low, theirs.high), abs=(theirs.high - theirs.low) / 8)


def test_many_samples_take_as_many_draws_as_few():
    calls = []

    class Counted(random.Random):
        def random(self):
            calls.append(1)
            return super().random()

    counts = []
    for count in (10, 1000):
        calls.clear()
        list(medians_of_resamples([float(value) for value in range(1, count + 1)], Counted(1)))
        counts.append(len(calls))
    assert counts[1] < 1.5 * counts[0]


def test_the_same_samples_have_the_same_interval():
    values = [float(value) for value in range(1, 20)]
    assert ratio_of_medians(values, values[3:]) == ratio_of_medians(values, values[3:])


@given(top=many, bottom=many)
def test_the_ratio_is_of_the_medians_and_its_interval_of_ratios_that_the_samples_have(top, bottom):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "DRAWS", 40)
        found = ratio_of_medians(top, bottom)
    assert found.value == pytest.approx(median(top) / median(bottom))
    assert min(top) / max(bottom) <= found.interval[0] <= found.interval[1] <= max(top) / min(bottom)


def test_one_disturbed_sample_in_ten_does_not_widen_it_as_it_does_the_means():
    quiet = [100.0, 101, 99, 100.5, 99.5, 100.2, 99.8, 100.9, 99.1, 100.1]
    disturbed = [*quiet[:9], 30.0]
    medians, means = ratio_of_medians(disturbed, quiet).interval, ratio(disturbed, quiet).interval
    assert medians[1] / medians[0] < 1.05
    assert means[1] / means[0] > 1.2


@pytest.mark.parametrize(
    "noise",
    [
        lambda chance: chance.gauss(0, 0.06),
        lambda chance: chance.gauss(0, 0.3),
        # One sample in ten is taken while other work has half of the disk.
        lambda chance: chance.gauss(0, 0.05) - 0.7 * (chance.random() < 0.1),
        # A disk that has two levels.
        lambda chance: chance.gauss(0, 0.05) + 0.7 * (chance.random() < 0.5),
    ],
    ids=["even", "noisy", "disturbed", "two levels"],
)
@pytest.mark.parametrize("count", [8, 24])
def test_the_interval_covers_the_true_ratio_95_times_in_100(monkeypatch, noise, count):
    monkeypatch.setattr(bootstrap, "DRAWS", 300)
    chance, hits, trials = random.Random(9), 0, 300
    for _ in range(trials):
        top, bottom = ([scale * math.exp(noise(chance)) for _ in range(count)] for scale in (200, 100))
        low, high = ratio_of_medians(top, bottom).interval
        hits += low <= 2 <= high
    assert 0.92 <= hits / trials <= 0.99


def test_too_few_samples_and_what_is_no_quantity_are_refused():
    with pytest.raises(ValueError, match="8 samples"):
        ratio_of_medians([1.0] * 7, [1.0] * 8)
    with pytest.raises(ValueError, match="above zero"):
        ratio_of_medians([0.0] * 8, [1.0] * 8)


def test_a_sample_far_outside_the_middle_half_is_an_outlier():
    assert has_outliers([100, 101, 99, 100, 102, 98, 100, 30])
    assert has_outliers([100, 101, 99, 100, 102, 98, 100, 300])
    assert not has_outliers([100, 101, 99, 100, 102, 98, 100, 97])
    assert not has_outliers([100, 101, 99, 30])
