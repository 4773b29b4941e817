"""The search agrees with trying everything, and the parts that it names cannot go together indeed."""

import itertools
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostcheck.placement.host_ports import HostPorts
from hostcheck.placement.problem import Demand, Even, Limit, Problem, Room
from hostcheck.placement.search import Outcome, search
from hostcheck.placement.shortfall import _only, core
from hostcheck.placement.solver import solve
from hostcheck.workloadfiles.addresses import clash
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.place import Place

HERE = Place("made.yaml", 1)


def port(first: int, last: int | None = None, address: str = "", protocol: str = "tcp") -> HostPort:
    return HostPort(HERE, "", protocol, first, first if last is None else last, address)


GROUPED = {1: (), 2: (), 3: [(Even(1, ("a", "a", "b"), "maxSkew"),), (Even(1, ("a", "b", None), "maxSkew", 3),)]}


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    hosts = draw(st.integers(1, 3))
    names = "abc"
    rooms = tuple(
        Room(
            f"host-{at}",
            {"cpu": draw(st.integers(1, 4)), "memory": draw(st.integers(1, 4))},
            frozenset(draw(st.sets(st.sampled_from([("tcp", 81), ("tcp", 82)]), max_size=2))),
        )
        for at in range(hosts)
    )
    demands = []
    for name in names[: draw(st.integers(1, 3))]:
        ports = draw(
            st.lists(st.sampled_from([port(80), port(81), port(81, 82), port(80, address="10.0.0.1")]), max_size=2)
        )
        single = {(each.protocol, each.first) for each in ports if each.first == each.last}
        may = tuple(
            "fail" if single & rooms[at].busy else draw(st.sampled_from(["pass", "pass", "pass", "fail"]))
            for at in range(hosts)
        )
        limits = draw(st.sampled_from([(), (Limit(1, tuple(f"host-{at}" for at in range(hosts)), "UNIQUE"),)]))
        even = draw(
            st.sampled_from(
                [(), (), (Even(1, tuple(f"host-{at}" for at in range(hosts)), "maxSkew"),), *GROUPED[hosts]]
            )
        )
        demands.append(
            Demand(
                name,
                draw(st.integers(0, 3)),
                must=tuple(at for at in range(hosts) if may[at] == "pass") if draw(st.integers(0, 5)) == 0 else None,
                may=may,
                amounts={"cpu": draw(st.integers(0, 2)), "memory": draw(st.integers(0, 2))},
                ports=tuple(ports),
                alone=draw(st.sampled_from(["", "", "one name"])),
                limits=limits,
                even=even,
                apart=draw(st.sampled_from([(), (), ("a",), ("*",)])),
                beside=draw(st.sampled_from([(), (), ("a",), ("elsewhere",)])),
            )
        )
    return Problem(tuple(demands), rooms)


def instances(problem: Problem) -> list[tuple[int, list[int]]]:
    return [
        (index, [at] if demand.must is not None else list(range(len(problem.hosts))))
        for index, demand in enumerate(problem.demands)
        for at in (demand.must if demand.must is not None else range(demand.count))
    ]


def is_right(problem: Problem, where: list[tuple[int, int]]) -> bool:
    """Whether an assignment, as (demand, host) of each instance, breaks nothing: written without the search's code."""
    for at, host in enumerate(problem.hosts):
        here = [problem.demands[index] for index, place in where if place == at]
        indexes = [index for index, place in where if place == at]
        for resource, most in host.capacity.items():
            if sum((demand.amounts or {}).get(resource, 0) for demand in here) > most:
                return False
        if any(demand.may[at] == "fail" for demand in here):
            return False
        if not ports_fit([each for demand in here for each in demand.ports], host.busy):
            return False
        for one, other in itertools.combinations(range(len(here)), 2):
            if here[one].is_apart_from(here[other]) or (indexes[one] == indexes[other] and here[one].alone):
                return False
        present = {demand.name for demand in here}
        known = {demand.name for demand in problem.demands}
        if any(name in known and name not in present for demand in here for name in demand.beside):
            return False
    for index, demand in enumerate(problem.demands):
        for limit in demand.limits:
            groups = [limit.groups[at] for each, at in where if each == index]
            if any(groups.count(group) > limit.count for group in groups):
                return False
        if not all(is_even(even, [at for each, at in where if each == index]) for even in demand.even):
            return False
    return True


def is_even(even: Even, places: list[int]) -> bool:
    counts = {group: 0 for group in even.groups if group is not None}
    for at in places:
        if even.groups[at] is not None:
            counts[even.groups[at]] += 1
    fewest = min(counts.values(), default=0) if len(counts) >= even.least else 0
    return max(counts.values(), default=0) <= fewest + even.skew


def ports_fit(ports: list[HostPort], busy: frozenset[tuple[str, int]]) -> bool:
    def choices(one: HostPort) -> Iterator[HostPort]:
        for number in range(one.first, one.last + 1):
            if one.first == one.last or (one.protocol, number) not in busy:
                yield port(number, address=one.address, protocol=one.protocol)

    return any(
        not any(clash(one, other) for one, other in itertools.combinations(chosen, 2))
        for chosen in itertools.product(*(list(choices(one)) for one in ports))
    )


def by_trying_all(problem: Problem) -> bool:
    wanted = instances(problem)
    return any(
        is_right(problem, [(index, at) for (index, _), at in zip(wanted, places, strict=True)])
        for places in itertools.product(*(hosts for _, hosts in wanted))
    )


@settings(max_examples=250, deadline=None)
@given(problems())
def test_it_finds_one_where_there_is_one_and_else_proves_that_there_is_none(problem: Problem) -> None:
    outcome = search(problem)
    assert (outcome.assignment is not None) == by_trying_all(problem)
    if outcome.assignment is None:
        assert outcome.proved
    else:
        where = [(index, at) for index, places in enumerate(outcome.assignment) for at in places]
        assert sorted(index for index, _ in where) == sorted(index for index, _ in instances(problem))
        assert is_right(problem, where)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_solver_agrees_with_the_search(problem: Problem) -> None:
    ours, solved = search(problem), solve(problem)
    assert (solved.assignment is None, solved.proved) == (ours.assignment is None, ours.assignment is None)
    if solved.assignment is not None:
        assert is_right(problem, [(index, at) for index, places in enumerate(solved.assignment) for at in places])


@settings(max_examples=60, deadline=None)
@given(problems())
def test_what_cannot_go_together_can_without_any_one_part(problem: Problem) -> None:
    if search(problem).assignment is not None:
        return
    parts = core(problem)
    assert parts
    assert not by_trying_all(_only(problem, list(parts)))
    for left_out in parts:
        assert by_trying_all(_only(problem, [part for part in parts if part != left_out]))


def test_hundreds_of_instances_on_tens_of_hosts_take_few_steps() -> None:
    hosts = tuple(Room(f"host-{at}", {"cpu": 16, "memory": 64}) for at in range(30))
    demands = tuple(
        Demand(f"w{number}", 10, may=("pass",) * 30, amounts={"cpu": 1, "memory": 4}, ports=(port(8000 + number),))
        for number in range(40)
    )
    assert search(Problem(demands, hosts), steps=500).assignment is not None


def test_a_search_that_meets_its_limit_proves_nothing() -> None:
    # Thirteen of twelve pigeonholes, hidden from counting by two ports each of which is wanted six or seven times.
    hosts = tuple(Room(f"host-{at}", {"cpu": 1.0}) for at in range(12))
    demands = tuple(Demand(f"w{number}", 1, may=("pass",) * 12, apart=("*",)) for number in range(13))
    outcome = search(Problem(demands, hosts), steps=100)
    assert (outcome.assignment, outcome.proved) == (None, False)


@pytest.mark.parametrize(
    ("ports", "busy", "fits"),
    [
        ([port(80), port(80)], [], False),
        ([port(80), port(80, protocol="udp")], [], True),
        ([port(80, address="10.0.0.1"), port(80, address="10.0.0.2")], [], True),
        ([port(80, address="10.0.0.1"), port(80)], [], False),
        ([port(80, 81), port(80, 81)], [], True),
        ([port(80, 81), port(80, 81)], [("tcp", 81)], False),
        ([port(80, 82), port(80, 81), port(80)], [], True),
    ],
)
def test_ports_on_one_host(ports: list[HostPort], busy: list[tuple[str, int]], fits: bool) -> None:
    whole, one_by_one = HostPorts(frozenset(busy)), HostPorts(frozenset(busy))
    assert whole.fit(ports) == fits == ports_fit(ports, frozenset(busy))
    had = []
    for each in ports:
        had.append(one_by_one.fit([each]))
        one_by_one.add([each])
    assert all(had) == fits


def test_the_solver_proves_what_the_search_gives_up() -> None:
    hosts = tuple(Room(f"host-{at}", {"cpu": 1.0}) for at in range(12))
    demands = tuple(Demand(f"w{number}", 1, may=("pass",) * 12, apart=("*",)) for number in range(13))
    assert solve(Problem(demands, hosts)).proved


def test_a_range_on_one_address_is_left_open_by_the_solver() -> None:
    demand = Demand("a", 1, may=("pass",), ports=(port(80, 81, address="10.0.0.1"),))
    assert solve(Problem((demand,), (Room("a", {}),))) == Outcome(None, proved=False)


def test_the_solver_is_loaded_only_when_it_solves() -> None:
    code = "import sys, hostcheck.placement.placing; assert 'ortools' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
