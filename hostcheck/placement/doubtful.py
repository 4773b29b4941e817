"""Workloads that perhaps do not run at the same time as others, or not on the given hosts.

If all workloads can be placed together, the file fits. Otherwise, these workloads are left out, and the answer is
unknown. But those of them that run together must have a placement if nothing else runs; if not, the file does not fit.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from hostcheck.placement.problem import Demand, Problem
from hostcheck.placement.search import Outcome
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.model import Content, Workload


def without_doubtful(
    problem: Problem, perhaps: Sequence[str], decide: Callable[[Problem], Outcome]
) -> tuple[Problem, Outcome | None]:
    """Return the problem without the demands that perhaps do not run beside the others, and None.

    Demands with the same reason run together if they run at all. If such a group has no placement even if nothing else
    runs, return the problem with only this group, and the outcome of its search.

    Args:
        problem: the demands and the hosts.
        perhaps: for each demand, why it perhaps does not run beside the others; empty if it does.
        decide: the search to use.
    """
    for why in sorted({*perhaps} - {""}):
        alone = _only(problem, [own == why for own in perhaps], together=why)
        outcome = decide(alone)
        if outcome.assignment is None and outcome.proved:
            return alone, outcome
    return _only(problem, [not own for own in perhaps]), None


def _only(problem: Problem, kept: Sequence[bool], together: str = "") -> Problem:
    """Return the problem with 0 instances of all other demands.

    Args:
        problem: the demands and the hosts.
        kept: for each demand, whether it remains.
        together: why demands with an instance on each host run on the same hosts; then one host is enough. Empty if
            such demands remain unchanged.
    """

    def left(demand: Demand, keeps: bool) -> Demand:  # noqa: FBT001  one of two lists
        if not keeps:
            return replace(demand, must=None, count=0, even=())
        if not together or demand.must is None:
            return demand
        return replace(demand, must=None, count=1, even=(), together=together)

    demands = (left(demand, keeps) for demand, keeps in zip(problem.demands, kept, strict=True))
    return replace(problem, demands=tuple(demands))


def doubts(pairs: Sequence[tuple[Content, Workload]]) -> Iterator[str]:
    """Yield a note for each workload that perhaps does not run beside the others."""
    for _, workload in pairs:
        if workload.perhaps:
            yield f"{plain(workload.name)} ({plain(str(workload.place))}): {plain(workload.perhaps)}"
