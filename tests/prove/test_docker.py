"""A real Docker engine is proved; and where a part is taken away from it, that step fails, for that reason."""

import pytest

from hostcheck.proofs import STEPS
from tests.prove import inside

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def seen():
    return inside.run("takes_away")


def missed(seen):
    """The steps that are not proved."""
    return {name for name in STEPS if seen["steps"].get(name, [None])[0] is not True}


def test_a_whole_engine_does_all_of_it_and_its_checks_agree(seen):
    whole = seen["whole"]
    assert missed(whole) == set()
    assert whole["steps"]["memory"][1] == "killed at a limit of 32 MiB"
    assert "overlay2 in /" in whole["steps"]["layer"][1]
    assert (whole["missed"], whole["notes"]) == ([], [])


def test_nothing_is_left_in_the_engine(seen):
    assert seen["left"] == [True, True]


def test_a_port_that_others_hold_is_the_port_s_fault_alone(seen):
    assert missed(seen["without port"]) == {"port"}
    assert seen["without port"]["missed"] == ["prove.container"]
    ok, words = seen["without port"]["steps"]["port"]
    assert ok is False
    assert "address already in use" in words or "all ports are allocated" in words


def test_a_storage_driver_without_room_is_the_layer_s_fault(seen):
    ok, words = seen["without room"]["steps"]["layer"]
    assert ok is False
    assert "overlay2 in /" in words
    assert "no space left on device" in words
    assert seen["without room"]["steps"]["removed"][0] is True
    assert seen["without room"]["missed"] == ["storage.writable", "prove.container"]
    # The full disk explains it: the driver is not named.
    assert seen["without room"]["notes"] == []


def test_control_groups_and_a_bridge_that_are_not_there():
    seen = inside.run("without_groups_and_bridge")
    steps = seen["steps"]
    assert missed(seen) == {"memory", "pids", "gateway"}
    assert "not held: 64 MiB allocated" in steps["memory"][1]
    assert "does not support memory limit" in steps["memory"][1]
    assert "not held: 64 processes" in steps["pids"][1]
    assert "no default bridge" in steps["gateway"][1]
    assert "prove.container" in seen["missed"]
    assert "cgroup.v1.controllers" in seen["missed"]
    assert any("net.bridge found yes" in note and "no default bridge" in note for note in seen["notes"])
