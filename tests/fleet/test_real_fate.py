"""Three hosts on two disks of known speed, or two CPUs, through the real ansible-playbook: whose are one is found."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS
from tests.fleet.hosts import left

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.geteuid() != 0, reason="only root makes disks")]

HOSTS = ("m1", "m2", "m3")
SCRIPT = """#!/bin/sh
# hostcheck 1 for Linux on MACHINE, made for a test
# The third host has the second disk, where the others have the first one.
if PYTHON -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["hosts"][sys.argv[2]] != 2)' "$3" "$4"; then
    exec unshare --mount sh -c 'mount --bind SECOND FIRST && exec "$@"' sh MAIN "$@"
fi
exec MAIN "$@"
# the end of hostcheck"""
PINNED = """#!/bin/sh
# hostcheck 1 for Linux on MACHINE, made for a test
host=$(PYTHON -c 'import json, sys; print(json.load(open(sys.argv[1]))["hosts"][sys.argv[2]])' "$3" "$4") || exit 1
case $host in MOVES esac
exec MAIN "$@"
# the end of hostcheck"""


@contextlib.contextmanager
def groups_of(cpus):
    """Make control groups with one CPU for each host, of so large a weight that other work here takes little of it.

    Gives for each host the files that move a process into them.
    """
    top = Path("/sys/fs/cgroup")
    old = (top / "cpuset").is_dir()
    if not old:
        (top / "cgroup.subtree_control").write_text("+cpu +cpuset")
    name, made, found = f"hostcheck-test-{uuid4().hex}", [], []
    try:
        for number, cpu in enumerate(cpus):
            groups = [above / f"{name}-{number}" for above in ((top / "cpuset", top / "cpu") if old else (top,))]
            for group in groups:
                group.mkdir()
                made.append(group)
            (groups[0] / "cpuset.mems").write_text("0")
            (groups[0] / "cpuset.cpus").write_text(str(cpu))
            file, most = ("cpu.shares", "262144") if old else ("cpu.weight", "10000")
            (groups[-1] / file).write_text(most)
            found.append([str(group / "cgroup.procs") for group in groups])
        yield found
    finally:
        for group in made:
            group.rmdir()


def shared_fate(folder, *words):
    argv = [sys.executable, "-m", "hostcheck", "fleet", "shared-fate", *HOSTS, "-i", "hosts.ini", "--name", "x", *words]
    argv += ["--executable", "executable", "-o", "json:fates.json", "-o", "-"]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    fates = json.loads((folder / "fates.json").read_text())
    assert fates["missing"] == {}
    return fates, done.stdout


def states(fates):
    return {"-".join(pair["hosts"]): pair["state"] for pair in fates["pairs"]}


def workers():
    found = subprocess.run(["pgrep", "-f", "[a]nswer-shared-fate"], capture_output=True, text=True)
    return found.stdout.split()


def test_the_two_on_one_disk_depend_on_each_other_and_the_third_does_not(tmp_path):
    tier, size = TIERS["sata"], 1 << 30
    (tmp_path / "hosts.ini").write_text("\n".join([*HOSTS, "m4", "[all:vars]", "ansible_connection=local", ""]))
    with known_disk(tier, size, uuid4().hex) as first, known_disk(tier, size, uuid4().hex) as second:
        script = SCRIPT.replace("MACHINE", os.uname().machine).replace("MAIN", f"{sys.executable} -m hostcheck")
        script = script.replace("PYTHON", sys.executable)
        script = script.replace("SECOND", str(second.path)).replace("FIRST", str(first.path))
        (tmp_path / "executable").write_text(script)
        fates, said = shared_fate(tmp_path, "--dir", str(first.path))
        assert sorted(path.name for path in first.path.iterdir()) == ["lost+found"]
    assert states(fates) == {"m1-m2": "depends", "m1-m3": "independent", "m2-m3": "independent"}, said
    assert said.startswith("The disks of m1 and m2 depend on each other.\n")
    assert (workers(), left()) == ([], [])


def test_the_two_on_one_cpu_depend_on_each_other_and_the_third_does_not(tmp_path):
    first, second = sorted(os.sched_getaffinity(0))[:2]
    (tmp_path / "hosts.ini").write_text("\n".join([*HOSTS, "[all:vars]", "ansible_connection=local", ""]))
    with groups_of([first, first, second]) as groups:
        moves = [
            f"{host}) " + " ".join(f"echo $$ >{file} || exit 1;" for file in files) + ";"
            for host, files in enumerate(groups)
        ]
        script = PINNED.replace("MACHINE", os.uname().machine).replace("MAIN", f"{sys.executable} -m hostcheck")
        script = script.replace("PYTHON", sys.executable).replace("MOVES", " ".join(moves))
        (tmp_path / "executable").write_text(script)
        fates, said = shared_fate(tmp_path, "--cpu")
        assert (workers(), left()) == ([], [])
    # Beside other work on this machine it cannot tell of the third one.
    assert "depends" not in {states(fates)["m1-m3"], states(fates)["m2-m3"]}, said
    assert said.startswith("The CPUs of m1 and m2 depend on each other.\n")
