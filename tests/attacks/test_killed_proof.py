"""An audit that is killed in the midst of a proof leaves nothing in the engine, and no process."""

import pytest

from tests.prove import inside

pytestmark = pytest.mark.real

MOMENTS = ("load", "_make_network", "_launch", "_watch", "_is_removed")
"""What the audit has just done, or is about to do, when it is killed."""


@pytest.fixture(scope="module")
def outcomes():
    return inside.run("killed_at", *MOMENTS)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_in_the_midst_of_a_proof_it_leaves_nothing(outcomes, moment):
    outcome = outcomes[moment]
    assert outcome["code"] == -9
    assert outcome["cleaned"], "the engine still has something of the killed proof"


def test_what_a_guard_that_was_killed_too_left_is_removed_by_the_next_proof(outcomes):
    outcome = outcomes["guard killed too"]
    assert outcome["remained"], "nothing was left to be removed"
    assert outcome["cleaned"]


def test_a_bare_runtime_and_containerd_keep_nothing_of_a_killed_proof():
    assert inside.run("killed_runtimes") == {"runtime": [], "containerd": []}
