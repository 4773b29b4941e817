"""How far many hosts are apart, and which are unlike the rest."""

import random

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.spread import quantile, spreads
from hostcheck.run.model import Metric

IOPS = "disk.randwrite.iops"


@pytest.fixture
def hosts(run_of, metric):
    """Make hosts of these figures, each measured with a narrow interval."""

    def make(*values, metric_id=IOPS):
        runs = [
            run_of(f"node-{place}", metric(metric_id, value * 0.99, value, value * 1.01))
            for place, value in enumerate(values)
        ]
        return compare(runs)

    return make


def alike(count, spread=0.05):
    rng = random.Random(1)
    return [1000 * rng.lognormvariate(0, spread) for _ in range(count)]


def test_one_slow_host_among_many_is_unlike_the_rest(hosts):
    (found,) = spreads(hosts(*alike(30), 100.0))
    assert [(place.name, place.words) for place in found.unlike] == [("node-30", "10× slower")]


def test_hosts_that_are_alike_have_none_that_is_not(hosts):
    (found,) = spreads(hosts(*alike(200)))
    assert found.unlike == ()
    assert found.low < found.middle < found.high


def test_times_are_turned_round_where_less_is_better(hosts):
    (found,) = spreads(hosts(*alike(30), 100.0, metric_id="build.cold.seconds"))
    assert found.unlike[0].times > 9


def test_a_host_whose_interval_reaches_the_median_may_be_like_the_rest(run_of, metric):
    runs = [run_of(f"node-{place}", metric(IOPS, value, value * 1.01)) for place, value in enumerate(alike(30))]
    noisy = run_of("noisy", metric(IOPS, 100.0, 5000.0))
    (found,) = spreads(compare([*runs, noisy]))
    assert "noisy" not in [place.name for place in found.unlike]


def test_equal_hosts_make_none_unlike_for_a_hair(hosts):
    (found,) = spreads(hosts(*[1000.0] * 20, 1030.0))
    assert found.unlike == ()
    (found,) = spreads(hosts(*[1000.0] * 20, 1200.0))
    assert [place.name for place in found.unlike] == ["node-20"]


def test_of_a_few_hosts_none_is_unlike_the_rest(hosts):
    (found,) = spreads(hosts(1000.0, 1001.0, 1002.0, 10.0))
    assert found.unlike == ()


def test_published_and_missing_figures_are_no_hosts_of_the_set(run_of, metric):
    published = Metric(IOPS, "IOPS", "higher", "published", value=5.0)
    skipped = Metric(IOPS, "IOPS", "higher", "skipped", "no fio")
    runs = [run_of("a", metric(IOPS, 10, 11)), run_of("b", published), run_of("c", skipped), run_of("d")]
    (found,) = spreads(compare(runs))
    assert [place.name for place in found.places] == ["a"]
    assert found.missing == 3


@pytest.mark.parametrize(("share", "value"), [(0, 1), (1, 5), (0.5, 3), (0.25, 2), (0.05, 1.2)])
def test_quantiles_are_linear_between_the_nearest(share, value):
    assert quantile([1, 2, 3, 4, 5], share) == pytest.approx(value)
