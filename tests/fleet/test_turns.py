"""Who measures when: no two of a failure domain at once, in random order, and never more than the limit."""

import pytest

from hostcheck.fleet.host import Placed
from hostcheck.fleet.turns import Turns


def hosts(domains):
    return [Placed(f"{domain}{number}", domain=domain) for domain in domains for number in range(domains[domain])]


def orders(placed, most):
    """Run all turns, each due set ending before the next, and return the sets."""
    turns, found = Turns(placed, most, 0), []
    while turns.waiting:
        found.append(turns.due(0))
        for name in found[-1]:
            turns.ended(name)
    return found


@pytest.mark.parametrize("most", [1, 2, 3, 10])
@pytest.mark.parametrize("domains", [{"a": 4, "b": 2, "c": 1}, {"": 3}, {"": 2, "a": 2}], ids=str)
def test_each_host_has_its_turn_and_none_beside_another_of_its_domain(domains, most):
    placed = hosts(domains)
    domain = {host.name: host.domain for host in placed}
    found = orders(placed, most)
    assert sorted(name for names in found for name in names) == sorted(domain)
    assert all(len({domain[name] for name in names}) == len(names) <= most for names in found)
    for place, names in enumerate(found):
        # No slot stays free while a domain that is not busy waits.
        assert len(names) == min(most, len({domain[name] for names in found[place:] for name in names}))


def test_a_domain_stays_busy_until_its_host_has_ended_and_holds_back_no_other():
    turns = Turns(hosts({"a": 2, "b": 1}), 10, 0)
    turns.begins(Placed("earlier", domain="a"))
    assert turns.due(0) == ["b0"]
    assert turns.due(100) == []
    turns.ended("earlier")
    assert len(turns.due(100)) == 1


def test_the_order_is_another_each_time():
    placed = [Placed(f"h{number}", domain=str(number)) for number in range(40)]
    assert Turns(placed, 40, 0).due(0) != Turns(placed, 40, 0).due(0)


def test_hosts_that_are_spread_begin_evenly():
    placed = [Placed(f"h{number}", domain=str(number)) for number in range(6)]
    turns = Turns(placed, 10, 3600)
    assert [len(turns.due(seconds)) for seconds in (0, 599, 600, 1300, 3599)] == [1, 0, 1, 1, 3]
    assert not turns.waiting
