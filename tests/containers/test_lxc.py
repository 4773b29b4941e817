"""LXC: a container of one application, whose first process LXC itself is."""

import pytest

from .place import LOOK

pytestmark = pytest.mark.real

SETTINGS = """
lxc.rootfs.path = dir:{root}
lxc.net.0.type = empty
lxc.uts.name = inside
lxc.mount.auto = proc:mixed sys:mixed cgroup:mixed
lxc.mount.entry = {seen} seen none rw,bind 0 0
"""


def executed(place, *settings):
    # Users of its own are to pass through.
    place.folder.chmod(0o755)
    file = place.folder / "settings"
    binds = (f"lxc.mount.entry = {path} {path.relative_to('/')} none ro,bind 0 0" for path in place.bound)
    file.write_text("\n".join([SETTINGS.format(root=place.root, seen=place.seen), *binds, *settings, ""]))
    (place.folder / "containers").mkdir()
    own = ("-P", str(place.folder / "containers"), "-n", place.name, "-f", str(file))
    return place.ran("lxc-execute", *own, "--", "/bin/sh", "-c", LOOK)


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
