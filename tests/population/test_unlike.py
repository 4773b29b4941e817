"""Which hosts are unlike the rest of their kind, in figures and in facts."""

import random
from dataclasses import replace

import pytest

from hostcheck.population.columns import Placed, Population, population_of_runs
from hostcheck.population.unlike import MIXED, kinds_of, rare_facts, spreads
from hostcheck.run.measured import Metric
from hostcheck.run.model import Fact, HostIdentity

IOPS = "disk.randwrite.iops"


@pytest.fixture
def hosts(run_of, metric):
    """Make a population of hosts with these figures, each measured with a narrow interval."""

    def make(*values, metric_id=IOPS):
        return population_of_runs(
            [
                run_of(f"node-{place}", metric(metric_id, value * 0.99, value, value * 1.01))
                for place, value in enumerate(values)
            ]
        )

    return make


def alike(count, middle=1000):
    rng = random.Random(1)
    return [middle * rng.lognormvariate(0, 0.05) for _ in range(count)]


def names(population, outliers):
    return [population.names[outlier.host] for outlier in outliers]


def test_one_slow_host_among_many_is_unlike_the_rest(hosts):
    population = hosts(*alike(30), 100.0)
    (found,) = spreads(population)
    assert [(population.names[each.host], each.words) for each in found.outliers] == [("node-30", "10× slower")]


def test_hosts_that_are_alike_have_none_that_is_not(hosts):
    (found,) = spreads(hosts(*alike(200)))
    assert found.outliers == ()
    assert found.low < found.middle < found.high


def test_times_are_turned_round_where_less_is_better(hosts):
    (found,) = spreads(hosts(*alike(30), 100.0, metric_id="build.cold.seconds"))
    assert found.outliers[0].times > 9


def test_a_host_whose_interval_reaches_the_median_may_be_like_the_rest(run_of, metric):
    runs = [run_of(f"node-{place}", metric(IOPS, value, value * 1.01)) for place, value in enumerate(alike(30))]
    (found,) = spreads(population_of_runs([*runs, run_of("noisy", metric(IOPS, 100.0, 5000.0))]))
    assert found.outliers == ()


def test_a_host_measured_with_other_settings_is_not_compared(run_of, metric):
    runs = [run_of(f"node-{place}", metric(IOPS, value * 0.99, value * 1.01)) for place, value in enumerate(alike(30))]
    slow = metric(IOPS, 99.0, 101.0)
    deep = replace(slow, settings={"queue_depth": 1})
    (found,) = spreads(population_of_runs([*runs, run_of("shallow", deep)]))
    assert found.outliers == ()
    population = population_of_runs([*runs, run_of("shallow", deep), run_of("slow", slow)])
    (found,) = spreads(population)
    assert names(population, found.outliers) == ["slow"]


@pytest.mark.parametrize(("others_have_one", "named"), [(True, []), (False, ["slow"])])
def test_a_figure_without_an_interval_is_compared_with_its_like(run_of, metric, others_have_one, named):
    runs = [run_of(f"node-{place}", metric(IOPS, value * 0.99, value * 1.01)) for place, value in enumerate(alike(30))]
    if not others_have_one:
        runs = [replace(run, metrics=(replace(run.metrics[0], interval=None),)) for run in runs]
    slow = run_of("slow", replace(metric(IOPS, 99.0, 101.0), interval=None))
    population = population_of_runs([*runs, slow])
    (found,) = spreads(population)
    assert names(population, found.outliers) == named


def test_equal_hosts_make_none_unlike_for_a_hair(hosts):
    (found,) = spreads(hosts(*[1000.0] * 20, 1030.0))
    assert found.outliers == ()
    population = hosts(*[1000.0] * 20, 1200.0)
    (found,) = spreads(population)
    assert names(population, found.outliers) == ["node-20"]


def test_the_smallest_fault_that_would_be_found_is_known_of_enough_hosts(hosts):
    (few,), (twenty,), (many,) = (spreads(hosts(*alike(count))) for count in (4, 20, 200))
    ((_, none),), ((_, large),), ((_, small),) = (found.faults.items() for found in (few, twenty, many))
    assert none is None
    assert 1.1 < small < large
    population = hosts(*alike(200), 1000 / (small * 1.1))
    (found,) = spreads(population)
    assert names(population, found.outliers) == ["node-200"]


def test_published_and_missing_figures_are_no_hosts_of_the_set(run_of, metric):
    published = Metric(IOPS, "IOPS", "higher", "published", value=5.0)
    skipped = Metric(IOPS, "IOPS", "higher", "skipped", "no fio")
    runs = [run_of("a", metric(IOPS, 10, 11)), run_of("b", published), run_of("c", skipped), run_of("d")]
    (found,) = spreads(population_of_runs(runs))
    assert list(found.hosts) == [0]


def sized(run, cpus):
    return replace(run, host=HostIdentity(run.host.name, cpus=cpus))


def test_a_small_plan_is_not_unlike_the_large_ones_beside_it(run_of, metric):
    values = [(value, 2) for value in alike(30)] + [(value, 16) for value in alike(30, 8000)]
    runs = [sized(run_of(f"n{n}", metric(IOPS, v * 0.99, v * 1.01)), cpus) for n, (v, cpus) in enumerate(values)]
    (found,) = spreads(population_of_runs(runs))
    assert found.outliers == ()
    assert set(found.faults) == {"2 CPUs", "16 CPUs"}
    slow = sized(run_of("slow", metric(IOPS, 990, 1010)), 16)
    population = population_of_runs([*runs, slow])
    (found,) = spreads(population)
    assert names(population, found.outliers) == ["slow"]


def test_kinds_of_few_hosts_are_one(run_of):
    population = Population()
    for number in range(20):
        run = sized(run_of(f"n{number}"), 2 if number < 10 else number)
        population.add(Placed(f"n{number}", provider="acme" if number < 19 else ""), run)
    assert kinds_of(population) == ["acme, 2 CPUs"] * 10 + [MIXED] * 10


@pytest.fixture
def with_facts(run_of):
    def make(*values, fact="cgroup.mode"):
        return population_of_runs(
            [
                run_of(f"n{place}", facts={fact: Fact(fact, value, known=value is not None)})
                for place, value in enumerate(values)
            ]
        )

    return make


def test_a_value_that_few_hosts_have_is_named_beside_that_of_the_others(with_facts):
    (rare,) = rare_facts(with_facts(*["v2"] * 30, "v1"))
    assert (rare.fact, rare.value, rare.hosts, rare.usual, rare.count) == ("cgroup.mode", "v1", (30,), "v2", 30)


def test_a_part_of_a_fact_is_named_by_its_key(with_facts):
    (rare,) = rare_facts(with_facts(*[{"overlay": "builtin", "vxlan": "absent"}] * 30, {"overlay": "absent"}))
    assert (rare.fact, rare.value) == ("cgroup.mode overlay", "absent")


@pytest.mark.parametrize(
    "values",
    [
        ["v2"] * 30 + [None],
        ["v2"] * 20 + ["v1"] * 10,
        [str(number) for number in range(30)],
        ["v2"] * 3 + ["v1"],
    ],
    ids=["unknown", "no majority", "each its own", "few hosts"],
)
def test_what_is_unknown_shared_or_unique_is_not_rare(with_facts, values):
    assert rare_facts(with_facts(*values)) == ()
