"""systemd-nspawn, without a manager to register with: as build tools run it."""

import pytest

from .place import LOOK, TRY_PROC

pytestmark = pytest.mark.real


def spawning(place, *options, look=LOOK):
    binds = (f"--bind-ro={path}" for path in place.bound)
    machine = ("--register=no", "--keep-unit", f"--machine={place.name}")
    inside = (f"--directory={place.root}", f"--bind={place.seen}:/seen", *binds, "--pipe")
    return ("systemd-nspawn", "--quiet", *machine, *inside, *options, "/bin/sh", "-c", look)


def spawned(place, *options):
    return place.ran(*spawning(place, *options))


def test_it_is_named_with_what_is_below_and_what_it_takes_away(place, below):
    seen = spawned(place)
    assert (seen["virt.container"], seen["virt.layers"]) == ("systemd-nspawn", ["systemd-nspawn", *below])
    assert seen["virt.user_namespace"] is False
    assert seen["virt.seccomp_filter"] == "filter"
    assert "sys_module" in seen["virt.capabilities_dropped"]
    assert "sys_admin" not in seen["virt.capabilities_dropped"]


def test_users_of_its_own_are_a_user_namespace(place):
    seen = spawned(place, "--private-users=524288:65536", "--private-users-ownership=chown")
    assert seen["virt.container"] == "systemd-nspawn"
    assert seen["virt.user_namespace"] is True


@pytest.mark.parametrize(
    "users", [(), ("--private-users=524288:65536", "--private-users-ownership=chown")], ids=["host's", "own"]
)
def test_whether_another_proc_can_be_mounted_is_found_by_trying(place, users):
    place.run(*spawning(place, *users, look=TRY_PROC))
    said, seen = place.mounted_proc()
    # Which releases leave the proc of the host in the mount namespace is not said here.
    assert said == seen
