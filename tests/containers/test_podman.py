"""Podman on a folder, with data of its own."""

import os
import shutil
from pathlib import Path

import pytest

from hostcheck.bench.remains import unmount_below

from .place import LOOK

pytestmark = pytest.mark.real

MARKER = Path("/run/.containerenv")


@pytest.fixture
def run(place):
    folder = place.folder
    here = MARKER.exists()
    # Debian's crun knows no hybrid control groups; runc, which docker.io brings, does.
    runtime = shutil.which("runc", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    own = ["--root", f"{folder}/data", "--runroot", f"{folder}/run", "--tmpdir", f"{folder}/tmp"]
    own += ["--cgroup-manager", "cgroupfs", *(["--runtime", runtime] if runtime else [])]
    binds = [f"--volume={path}:{path}:ro" for path in place.bound]

    def started(*options):
        inside = ["run", "--rm", "--network=none", f"--volume={place.seen}:/seen", *binds, *options]
        return place.ran("podman", *own, *inside, "--rootfs", str(place.root), "/bin/sh", "-c", LOOK)

    yield started
    unmount_below((folder,))
    assert MARKER.exists() == here


def test_it_is_named_with_what_is_below_and_what_it_takes_away(run, below):
    seen = run()
    assert (seen["virt.container"], seen["virt.layers"]) == ("podman", ["podman", *below])
    assert seen["virt.seccomp_filter"] == "filter"
    assert "sys_admin" in seen["virt.capabilities_dropped"]


def test_it_is_named_in_the_hosts_pid_namespace(run):
    assert run("--pid=host")["virt.container"] == "podman"


def test_a_privileged_one_has_lost_nothing_and_is_still_a_container(run):
    seen = run("--privileged")
    assert (seen["virt.container"], seen["virt.seccomp_filter"]) == ("podman", "disabled")
    assert seen["virt.capabilities_dropped"] == []
