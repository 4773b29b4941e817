"""Podman on a folder, with data of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hostcheck.bench.cleanup.kernel_objects import unmount_below

from .place import LOOK, TRY_PROC

pytestmark = pytest.mark.real

# No more than an ordinary user may have: root without CAP_SYS_RESOURCE cannot raise them.
SETTINGS = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
lock_type = "file"
"""
MARKER = Path("/run/.containerenv")


@pytest.fixture
def run(place):
    folder = place.folder
    here = MARKER.exists()
    settings = folder / "containers.conf"
    settings.write_text(SETTINGS)
    # Debian's crun knows no hybrid control groups; runc, which docker.io brings, does.
    runtime = shutil.which("runc", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    own = ["--root", f"{folder}/data", "--runroot", f"{folder}/run", "--tmpdir", f"{folder}/tmp"]
    own += ["--cgroup-manager", "cgroupfs", *(["--runtime", runtime] if runtime else [])]
    binds = [f"--volume={path}:{path}:ro" for path in place.bound]

    def started(*options, look=LOOK):
        inside = ["run", "--rm", "--network=none", f"--volume={place.seen}:/seen", *binds, *options]
        command = ("podman", *own, *inside, "--rootfs", str(place.root), "/bin/sh", "-c", look)
        env = {**os.environ, "CONTAINERS_CONF": str(settings)}
        return place.ran(*command, env=env) if look == LOOK else place.run(*command, env=env)

    yield started
    # One that failed to start is still being cleaned up.
    subprocess.run(["podman", *own, "rm", "--all", "--force"], capture_output=True, check=True)
    unmount_below((folder,))
    assert MARKER.exists() == here


def test_it_is_named_with_what_is_below_and_what_it_takes_away(run, below):
    seen = run()
    assert (seen["virt.container"], seen["virt.layers"]) == ("podman", ["podman", *below])
    assert seen["virt.seccomp_filter"] == "filter"
    assert "sys_admin" in seen["virt.capabilities_dropped"]


def test_it_is_named_in_the_hosts_pid_namespace(run):
    assert run("--pid=host")["virt.container"] == "podman"


def test_one_that_is_given_more_is_still_a_container(run):
    seen = run("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined")
    assert (seen["virt.container"], seen["virt.seccomp_filter"]) == ("podman", "disabled")
    assert "sys_admin" not in seen["virt.capabilities_dropped"]


@pytest.mark.parametrize(
    ("options", "mounts"),
    [
        (("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined"), [True, False]),
        (("--privileged",), [True, True]),
        (("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined", "--security-opt=unmask=ALL"), [True, True]),
    ],
    ids=["masked", "privileged", "unmasked"],
)
def test_what_covers_its_proc_keeps_users_from_mounting_another_one(place, run, options, mounts):
    run(*options, look=TRY_PROC)
    said, seen = place.mounted_proc()
    assert said == seen == mounts
