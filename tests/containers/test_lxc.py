"""LXC: a container of one application, whose first process LXC itself is."""

import subprocess

import pytest

from .lxc import executing
from .place import TRY_PROC

pytestmark = pytest.mark.real


def executed(place, *settings):
    return place.ran(*executing(place, *settings))


def test_it_is_named_although_no_environment_names_it(place, below):
    seen = executed(place)
    assert (seen["virt.container"], seen["virt.layers"]) == ("lxc", ["lxc", *below])
    assert seen["virt.user_namespace"] is False


def test_what_is_removed_from_it_is_listed(place):
    seen = executed(place, "lxc.cap.drop = sys_admin sys_module")
    assert seen["virt.container"] == "lxc"
    assert {"sys_admin", "sys_module"} <= set(seen["virt.capabilities_dropped"])


def test_users_of_its_own_are_a_user_namespace(place):
    seen = executed(place, "lxc.idmap = u 0 0 65536", "lxc.idmap = g 0 0 65536")
    assert seen["virt.container"] == "lxc"
    assert seen["virt.user_namespace"] is True


@pytest.mark.parametrize("users", [(), ("lxc.idmap = u 0 0 65536", "lxc.idmap = g 0 0 65536")], ids=["host's", "own"])
def test_root_mounts_another_proc_though_parts_of_it_are_covered_and_a_user_does_not(place, users):
    command = executing(place, *users, look=TRY_PROC)
    subprocess.run(command, capture_output=True, timeout=120, stdin=subprocess.DEVNULL, check=False)
    said, seen = place.mounted_proc()
    assert said == seen == [True, False]
