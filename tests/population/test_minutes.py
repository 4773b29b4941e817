"""Hosts that were slow in the same minutes."""

import random

import pytest

from hostcheck.population.minutes import SLOW, Minutes
from hostcheck.run.measured import Metric, Sample

IOPS = "disk.randwrite.iops"


@pytest.fixture
def measured(run_of):
    """Make minutes of so many hosts, of ten minutes each; some are slow in some of them."""

    def make(hosts, slow=(), minutes=(), noise=0.03, better="higher"):
        chance, found = random.Random(1), Minutes()
        for host in range(hosts):
            samples = []
            for minute in range(10):
                times = 2.0 if host in slow and minute in minutes else 1.0
                value = 1000 * (1 + host) * chance.lognormvariate(0, noise) / times
                samples.append(
                    Sample(value if better == "higher" else 1 / value, started=f"2026-11-29T12:{minute:02}:30Z")
                )
            found.add(host, run_of(f"n{host}", Metric(IOPS, "IOPS", better, "ok", samples=tuple(samples))))
        return found

    return make


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_hosts_that_are_slow_together_are_named_with_their_minutes(measured, better):
    found = measured(30, slow=(3, 7, 12, 20), minutes=(4, 5), better=better).shared([""] * 30)
    assert [(each.slow, each.measured) for each in found] == [((3, 7, 12, 20), 30)] * 2
    assert all(each.times == pytest.approx(2, rel=0.1) for each in found)


def test_a_slow_host_alone_and_a_host_that_is_always_slow_are_in_no_company(measured):
    assert measured(30, slow=(3,), minutes=(4,)).shared([""] * 30) == []
    assert measured(30).shared([""] * 30) == []


def test_noise_makes_hardly_a_minute_slow_by_chance(measured):
    assert len(measured(100, noise=0.2).shared([""] * 100)) <= 1


def test_a_domain_that_is_slow_by_itself_is_found_among_many_hosts(measured):
    domains = [f"rack-{host % 25}" for host in range(100)]
    found = measured(100, slow=range(4, 100, 25), minutes=(4,)).shared(domains)
    assert ("rack-4", (4, 29, 54, 79)) in [(each.domain, each.slow) for each in found]


def test_where_every_minute_is_slow_none_is():
    found = Minutes()
    assert found.shared([]) == []
    assert SLOW > 1
