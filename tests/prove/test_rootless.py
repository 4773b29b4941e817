"""Engines of an ordinary user are proved by that user; where a part is not there, that step fails, for that reason."""

import pytest

from tests.prove import as_user
from tests.prove.test_docker import missed

pytestmark = pytest.mark.real

NO_LIMITS = {"memory", "pids"}
"""cgroup v1 cannot be delegated to a user."""


@pytest.fixture(scope="module")
def docker():
    return as_user.run("docker")


def test_docker_of_dockerd_rootless_does_all_but_limits_and_its_checks_agree(docker):
    whole = docker["whole"]
    assert missed(whole) == NO_LIMITS
    assert "overlay2 in /" in whole["steps"]["layer"][1]
    assert (whole["missed"], whole["notes"]) == ([], [])
    assert {"cgroup.mode", "prove.comfort"} <= set(whole["warned"])
    assert docker["left"] is True


def test_a_port_that_others_hold_is_the_port_s_fault(docker):
    assert missed(docker["without port"]) == {*NO_LIMITS, "port"}
    assert "address already in use" in docker["without port"]["steps"]["port"][1]
    assert docker["without port"]["missed"] == ["prove.container"]


def test_without_a_bridge_of_its_own_the_gateway_is_missed():
    seen = as_user.run("docker", "--bridge=none")["whole"]
    assert missed(seen) == {*NO_LIMITS, "gateway"}
    assert "no default bridge" in seen["steps"]["gateway"][1]


def test_where_the_driver_overlay_is_refused_images_are_copied_and_the_checks_say_so():
    seen = as_user.run("docker", more=as_user.ON_OVERLAY)["whole"]
    assert missed(seen) == {*NO_LIMITS, "cow"}
    assert seen["steps"]["cow"][1] == "the driver is vfs"
    assert seen["missed"] == ["storage.driver"]
    assert seen["notes"] == []


@pytest.fixture(scope="module")
def podman():
    return as_user.run("podman", "runc")


def test_podman_with_runc_does_all_but_limits_and_the_resolver(podman):
    seen = podman["first"]
    # Debian's resolver is in a package of its own, and Podman 4.3 copies images where no storage.conf names overlay.
    assert missed(seen) == {*NO_LIMITS, "resolver", "cow"}
    assert seen["steps"]["cow"][1] == "the driver is vfs"
    assert "engine.podman_shares_layers" in seen["warned"]
    assert (seen["missed"], seen["notes"]) == ([], [])


def test_after_the_printed_remedy_podman_shares_layers(podman):
    seen = podman["then"]
    assert missed(seen) == {*NO_LIMITS, "resolver"}
    assert "engine.podman_shares_layers" not in seen["warned"]
    assert (seen["missed"], seen["notes"]) == ([], [])


def test_podman_with_crun_is_refused_by_hybrid_control_groups_and_says_so():
    seen = as_user.run("podman", "crun")["first"]
    assert seen["steps"]["start"][0] is False
    assert "crun: cgroups in hybrid mode not supported" in seen["steps"]["start"][1]
    assert "prove.container" in seen["missed"]


def test_podman_is_not_advised_to_take_a_driver_that_is_refused():
    seen = as_user.run("podman", "runc", more=as_user.ON_OVERLAY)
    assert missed(seen["first"]) == {*NO_LIMITS, "resolver", "cow"}
    assert (seen["first"]["missed"], seen["first"]["notes"]) == (["storage.driver"], [])
    assert "then" not in seen
