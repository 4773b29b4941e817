"""Three hosts on two disks of known speed, through the real ansible-playbook: whose disks are one is found."""

import json
import os
import subprocess
import sys
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
"""


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
        argv = [sys.executable, "-m", "hostcheck", "fleet", "shared-fate", *HOSTS, "-i", "hosts.ini", "--name", "x"]
        argv += ["--dir", str(first.path), "--executable", "executable", "-o", "json:fates.json", "-o", "-"]
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        assert sorted(path.name for path in first.path.iterdir()) == ["lost+found"]
    fates = json.loads((tmp_path / "fates.json").read_text())
    assert fates["missing"] == {}
    assert {"-".join(pair["hosts"]): pair["state"] for pair in fates["pairs"]} == {
        "m1-m2": "depends",
        "m1-m3": "independent",
        "m2-m3": "independent",
    }, done.stdout
    assert done.stdout.startswith("The disks of m1 and m2 depend on each other.\n")
    assert (workers(), left()) == ([], [])
