"""2,000 random cases: the search and the solver agree with trying everything, and each core is one."""

import pytest
from hypothesis import HealthCheck, given, settings

from hostcheck.placement.problem import Problem
from hostcheck.placement.search import search
from hostcheck.placement.shortfall import _only, core
from hostcheck.placement.solver import solve
from tests.placement.test_search import by_trying_all, is_right, problems

pytestmark = pytest.mark.real


@settings(max_examples=2_000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems())
def test_all_agree_and_a_core_is_needed_in_all_its_parts(problem: Problem) -> None:
    ours, solved, possible = search(problem), solve(problem), by_trying_all(problem)
    assert (ours.assignment is not None) == (solved.assignment is not None) == possible
    assert possible or (ours.proved and solved.proved)
    for found in (ours.assignment, solved.assignment):
        if found is not None:
            assert is_right(problem, [(index, at) for index, places in enumerate(found) for at in places])
    if not possible:
        parts = core(problem)
        assert parts
        assert not by_trying_all(_only(problem, list(parts)))
        assert all(by_trying_all(_only(problem, [each for each in parts if each != part])) for part in parts)
