"""A bare runtime, containerd and Podman are proved by a container that leaves nothing."""

import pytest

from tests.prove import inside

pytestmark = pytest.mark.real

STEPS = {
    "runtime": {"start", "layer", "pids", "memory", "removed"},
    "containerd": {"start", "layer", "cow", "memory", "removed"},
    "podman": {"start", "layer", "cow", "pids", "memory", "gateway", "resolver", "port", "removed"},
}


MISSED = {
    "runtime": set(),
    # No kubelet of today starts there, and containerd runs containers all the same. The test's network has no way out.
    "containerd": {"cgroup.mode.v2", "net.default_route"},
    "podman": set(),
}
"""What the profile of each requires and this machine has not, with its cgroup v1."""


@pytest.fixture(scope="module")
def seen():
    return inside.run("runtimes")


@pytest.mark.parametrize("engine", STEPS)
def test_each_does_all_that_is_asked_of_it_and_nothing_is_left(seen, engine):
    steps = dict(seen[engine]["steps"])
    assert seen[engine]["left"] == []
    # Debian's Podman has a resolver only with the package golang-github-containernetworking-plugin-dnsname.
    resolver = steps.pop("resolver", [True, ""])
    assert resolver[0] is True or "names no resolver of the engine" in resolver[1]
    assert {name: step for name, step in steps.items() if step[0] is not True} == {}
    assert set(steps) | {"resolver"} == STEPS[engine] | {"resolver"}


@pytest.mark.parametrize("engine", STEPS)
def test_no_check_says_otherwise(seen, engine):
    assert seen[engine]["notes"] == []
    assert set(seen[engine]["missed"]) == MISSED[engine]
