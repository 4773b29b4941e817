"""Which of many hosts are unlike the rest. benchmarks/own/outliers.py does the same with many more fleets."""

import math
import random

import pytest

from hostcheck.stats.outliers import FEWEST, Side, alone, reference, unlike

FIGURES = 4


def fleet(chance: random.Random, hosts: int, spread: float = 0.05) -> list[list[float]]:
    """Return of each host its figures."""
    return [[math.exp(spread * chance.gauss(0, 1)) for _ in range(FIGURES)] for _ in range(hosts)]


def named(hosts: list[list[float]]) -> dict[int, frozenset[int]]:
    references = [reference(column) for column in zip(*hosts, strict=True)]
    chances = [
        [found.chance(value) for found, value in zip(references, values, strict=True) if found] for values in hosts
    ]
    return {host: figures for host, figures in enumerate(unlike(chances)) if figures}


@pytest.fixture(scope="module")
def fleets() -> list[list[list[float]]]:
    chance = random.Random(3)
    return [fleet(chance, 250) for _ in range(20)]


def test_healthy_fleets_have_hardly_anyone_named(fleets):
    # Of 20, three are exceeded in less than 2 of 100 draws where the rate is 5 %.
    assert sum(bool(named(hosts)) for hosts in fleets) <= 3


def test_one_figure_of_one_host_at_seven_tenths_is_found(fleets):
    found = 0
    for hosts in fleets:
        faulty = [[hosts[0][0] * 0.7, *hosts[0][1:]], *hosts[1:]]
        found += named(faulty).get(0) == {0}
    assert found >= 17


def test_of_those_named_beside_a_faulty_cluster_few_are_healthy(fleets):
    wrong = []
    for hosts in fleets:
        faulty = [[value / 2 for value in values] if place < 20 else values for place, values in enumerate(hosts)]
        found = {*named(faulty)}
        assert found >= {*range(20)}
        wrong.append(len(found) / 20 - 1)
    assert sum(wrong) / len(wrong) <= 0.05


def test_where_most_are_equal_the_others_say_how_far_hosts_are_apart():
    chance = random.Random(1)
    values = [350.0] * 60 + [350 * math.exp(-0.1 * chance.random()) for _ in range(40)]
    found = reference(values)
    assert found
    assert found.chance(330.0) > 0.01
    assert found.chance(35.0) < 1e-6


def test_equal_hosts_are_apart_as_much_as_a_run_measures_exactly():
    found = reference([350.0] * 50)
    assert found
    assert found.chance(350.0) == pytest.approx(1)
    assert found.chance(349.0) > 0.05
    assert found.chance(300.0) < 1e-9


def test_the_long_side_of_a_skewed_figure_has_a_scale_of_its_own():
    chance = random.Random(1)
    found = reference([math.exp(0.05 * chance.expovariate(1)) for _ in range(500)])
    assert found
    assert found.above.scale > found.below.scale
    assert found.chance(math.exp(found.centre + 0.25)) > found.chance(math.exp(found.centre - 0.25))


def test_a_heavy_tail_is_seen_where_there_are_hosts_enough():
    chance = random.Random(1)
    normal = reference([math.exp(0.05 * chance.gauss(0, 1)) for _ in range(2000)])
    heavy = reference([math.exp(0.05 * chance.choice((-1, 1)) * chance.expovariate(1)) for _ in range(2000)])
    assert normal
    assert heavy
    assert normal.below.weight < 0.4
    assert heavy.below.weight > 0.7


def test_too_few_hosts_have_no_reference():
    assert reference([1.0] * (FEWEST - 1)) is None
    assert reference([1.0] * FEWEST) is not None


def test_a_reach_is_the_distance_of_its_probability():
    side = Side(100, 0.03, 0.5)
    assert side.chance(side.reach(1e-4)) == pytest.approx(1e-4, rel=1e-6)
    assert math.isinf(Side(2, 0.03, 1.0).reach(1e-12))


def test_the_smallest_fault_is_smaller_of_more_hosts_and_fewer_figures():
    few, many = Side(10, 0.03, 0.5), Side(1000, 0.03, 0.1)
    assert few.fault(alone(10, 14)) > many.fault(alone(1000, 14)) > many.fault(alone(1000, 1)) > 1.2


def test_a_host_without_figures_is_counted_nowhere():
    chances = [[1e-3], *[[0.5]] * 20]
    assert unlike(chances)[0] == {0}
    assert unlike([*chances, *[[]] * 1000])[0] == {0}
    assert unlike([]) == []


def test_only_the_figures_that_are_apart_are_named():
    assert unlike([[0.9, 1e-9, 0.8], *[[0.5, 0.5, 0.5]] * 50])[:2] == [{1}, frozenset()]
