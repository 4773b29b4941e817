"""The remedy for a zone of firewalld that has docker0: the check turns, and Docker starts."""

import json
import subprocess
import sys

import pytest

from tests.packages import unpacked

pytestmark = pytest.mark.real

FIREWALLD = ("firewalld", "python3-firewall", "python3-nftables", "libnftables1", "python3-cap-ng", "libcap-ng0")
BUS = ("dbus-daemon", "libdbus-1-3", "libapparmor1", "python3-dbus")
LOOP = ("python3-gi", "gir1.2-glib-2.0", "libgirepository-1.0-1", "libglib2.0-0")
PYTHON = ("python3-minimal", "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib")
"""What firewalld needs of its own distribution, beside what every host has."""


def test_after_the_printed_command_docker_starts():
    files = [str(unpacked("bookworm", *names)) for names in (FIREWALLD, BUS, LOOP, PYTHON)]
    namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
    argv = ["unshare", *namespaces, sys.executable, "-m", "tests.prove.zoned", *files]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["before"]["status"] == "fail"
    assert "ZONE_CONFLICT: 'docker0' already bound to 'trusted'" in seen["before"]["docker"]
    assert (seen["after"]["status"], seen["after"]["docker"]) == ("pass", "started")
