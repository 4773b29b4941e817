"""LXC: a container of one application, whose first process LXC itself is."""

import json
import sys

import pytest

from .lxc import executing
from .place import CHECKOUT, TRY_PROC

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
    place.run(*executing(place, *users, look=TRY_PROC))
    said, seen = place.mounted_proc()
    assert said == seen == [True, False]


PROVE = (
    f"cd {CHECKOUT} && {sys.executable} -B -m hostcheck audit -p nerdctl --prove -o json:/seen/proved.json >/dev/null"
)


def test_a_container_starts_in_one_with_users_of_its_own_and_no_check_says_otherwise(place):
    users = ("lxc.idmap = u 0 0 65536", "lxc.idmap = g 0 0 65536", "lxc.mount.auto = cgroup:rw:force")
    place.run(*executing(place, *users, look=PROVE))
    run = json.loads((place.seen / "proved.json").read_text())
    assert run["facts"]["prove.runtime"]["value"]["start"] is True, run["facts"]["prove.runtime"]
    assert {row["check"] for row in run["verdicts"] if row["status"] == "fail"} & {
        "ns.proc_mount",
        "cgroup.mode",
    } == set()
