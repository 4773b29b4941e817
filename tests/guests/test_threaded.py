"""A control group in threaded mode: no container with a limit of memory starts in it, and after the remedy one does."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from .cpio import Archive
from .image import shared_libraries
from .machine import CGROUP_V2, DATA_DISK

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).with_name("threaded.py")
DELEGATED = "echo '+cpu +cpuset +io +memory +pids' > /sys/fs/cgroup/cgroup.subtree_control"
PYTHON = Path(sys.executable).resolve()
IN_A_CONTAINER = f"""
rm -r /bundle /etc/docker
kill $(cat /sys/fs/cgroup/docker/cgroup.procs)
mkdir /sys/fs/cgroup/box
echo $$ > /sys/fs/cgroup/box/cgroup.procs
exec /usr/bin/unshare --cgroup --mount sh -c 'umount /sys/fs/cgroup && {CGROUP_V2} && {PYTHON} /threaded.py root'
"""


@pytest.fixture(scope="module")
def answers(guests):
    """One guest in which the engine shares its containers' group, and then a container whose root holds processes."""
    archive = Archive()
    for program in (Path("/usr/sbin/runc"), Path(shutil.which("unshare"))):
        archive.copy(program)
        for needed in shared_libraries(program):
            archive.copy(needed)
    archive.write("/threaded.py", SCRIPT.read_text())
    archive.write("/usr/bin/dockerd", "")
    archive.write("/in_a_container", IN_A_CONTAINER)
    path = "export PATH=/usr/sbin:/usr/bin:/sbin:/bin"
    commands = {"own": f"{path} && {PYTHON} /threaded.py own", "root": f"{path} && exec sh /in_a_container"}
    settle = [DATA_DISK, CGROUP_V2, DELEGATED]
    return guests.ask(commands, settle=settle, files=archive.bytes(), megabytes=900)


@pytest.mark.parametrize(("which", "mode"), [("own", "it is in domain threaded mode"), ("root", "threaded mode")])
def test_after_the_remedy_a_container_with_a_limit_starts(answers, which, mode):
    assert answers[which].code == 0, answers[which].output
    before, after = json.loads(answers[which].output)
    assert before["status"] == "fail", before
    assert mode in before["printed"]
    assert (after["status"], after["printed"]) == ("pass", "started"), after
