"""A guest with control groups v2 alone is proved by runc or crun: not on its initramfs, and all on another root."""

from pathlib import Path

import pytest

from tests.packages import unpacked

from .conftest import Audit
from .cpio import Archive
from .image import shared_libraries
from .machine import CGROUP_V2, DATA_DISK

pytestmark = pytest.mark.real

PROVE = "hostcheck audit --prove -p docker -o json:/audit >/dev/null && cat /audit"
MOVE = """
mkdir /new && mount -t tmpfs none /new && mkdir /new/tmp
for name in /*; do
    case $name in /new|/tmp|/proc|/sys|/dev|/run|/var|/out|/audit) ;; *) busybox cp -a $name /new/ ;; esac
done
for name in proc sys dev run var; do mkdir -p /new/$name; mount -o rbind /$name /new/$name; done
"""
"""What an initramfs does before it starts a system: another root, on a file system that can be exchanged."""


def files_of(runtime):
    archive = Archive()
    if runtime == "crun":
        files = unpacked("bookworm", "crun", "libyajl2")
        program = files / "usr/bin/crun"
        archive.copy(program, "/usr/bin/crun")
        archive.copy(files / "usr/lib/x86_64-linux-gnu/libyajl.so.2", "/usr/lib/x86_64-linux-gnu/libyajl.so.2")
    else:
        program = Path("/usr/sbin/runc")
        archive.copy(program)
    for needed in shared_libraries(program):
        archive.copy(needed)
    return archive.bytes()


@pytest.fixture(scope="module", params=["runc", "crun"])
def states(guests, request):
    """One guest with a runtime, proved on its first root and on another."""
    commands = {"initramfs": PROVE, "moved": f"({MOVE}) >/dev/null && chroot /new sh -c '{PROVE}'"}
    answers = guests.ask(commands, settle=[DATA_DISK, CGROUP_V2], files=files_of(request.param), megabytes=900)
    return {name: Audit(answer) for name, answer in answers.items()}


def steps(audit):
    return audit["prove.runtime"]


def test_on_the_initramfs_no_container_starts_and_the_check_says_so(states):
    assert steps(states["initramfs"]) == {"start": False, "removed": True}
    assert states["initramfs"].statuses["docker", "host.root_pivots"] == "fail"
    [start] = [piece for piece in states["initramfs"].facts["prove.runtime"]["evidence"] if "start" in piece["source"]]
    assert "pivot_root" in start["value"]


def test_on_another_root_it_does_all_and_no_check_differs(states):
    assert steps(states["moved"]) == dict.fromkeys(("start", "layer", "pids", "memory", "removed"), True)
    assert states["moved"].statuses["docker", "host.root_pivots"] == "pass"
    assert states["moved"].failed("docker") == {"security.apparmor"}
