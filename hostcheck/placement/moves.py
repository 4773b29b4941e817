"""Keep running instances on their hosts, and report the instances that would move."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from hostcheck.placement.problem import Problem
from hostcheck.placement.search import Outcome, search

_MOST_MOVES = 2
"""Maximum number of moves: every choice of so few instances is tried. After that, running instances are ignored."""
_MOST_TRIED = 200
_STEPS = 5_000


def settled(problem: Problem, running: Sequence[Sequence[int]], decide: Callable[[Problem], Outcome]) -> Outcome:
    """Return an assignment that moves as few running instances as possible.

    Args:
        problem: the demands and the hosts.
        running: for each demand, the index of the host of each running instance.
        decide: the search to use if no instance can stay, or no choice of few moves is possible.
    """
    pins = list(_pins(problem, running))
    tried = 0
    for count in range(min(_MOST_MOVES, len(pins)) + 1 if pins else 0):
        for moved in combinations(range(len(pins)), count):
            tried += 1
            if tried > _MOST_TRIED:
                return decide(problem)
            found = search(_pinned(problem, [pin for at, pin in enumerate(pins) if at not in moved]), steps=_STEPS)
            if found.assignment is not None:
                return found
    return decide(problem)


def moves(
    problem: Problem,
    running: Sequence[Sequence[int]],
    seen: Container[int],
    assignment: Sequence[Sequence[int]] | None,
) -> Iterator[str]:
    """Yield, in words, the workloads that an assignment moves.

    A workload is not reported as moved from a host on which it is unknown whether it fits.

    Args:
        problem: the demands and the hosts.
        running: for each demand, the index of the host of each running instance.
        seen: the indexes of the hosts whose running containers are known.
        assignment: for each demand, the indexes of its instances' hosts; None if there is no assignment.
    """
    for demand, before, after in zip(problem.demands, running, assignment or (), strict=bool(assignment)):
        left, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
        doubtful = [at for at in left if demand.may[at] == "unknown"]
        other = [at for at in left if at not in doubtful]
        to = _named(problem, [at for at in new if at in seen])
        if other and to:
            yield f"{demand.name} runs on {_named(problem, other)} now, and would move to {to}"
        sure = _named(problem, [at for at in new if demand.may[at] == "pass"])
        if doubtful and sure:
            yield f"whether {demand.name} can stay on {_named(problem, doubtful)} is unknown; it can run on {sure}"


def _named(problem: Problem, places: Iterable[int]) -> str:
    return ", ".join(problem.hosts[at].name for at in sorted(places))


def _pins(problem: Problem, running: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield the index of the demand and of the host for each running instance that may stay.

    A demand has at most as many as it wants instances.
    """
    for index, (demand, places) in enumerate(zip(problem.demands, running, strict=True)):
        if demand.must is None:
            stay = [at for at in places if demand.may[at] != "fail"]
            yield from ((index, at) for at in stay[: demand.count])


def _pinned(problem: Problem, pins: Sequence[tuple[int, int]]) -> Problem:
    demands = (
        replace(demand, stays=tuple(at for own, at in pins if own == index))
        for index, demand in enumerate(problem.demands)
    )
    return Problem(tuple(demands), problem.hosts)
