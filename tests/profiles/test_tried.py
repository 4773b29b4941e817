"""The printed command of a check, run in namespaces of its own: the check turns, and the fault is gone.

Each setting is of a network namespace, so that the host keeps its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

CASES = {
    ("docker", "net.ip_forward"): ("net.ipv4.ip_forward=0", "forward"),
    ("kubernetes", "net.ip_forward"): ("net.ipv4.ip_forward=0", "forward"),
    ("kubernetes", "net.ipv6_forward"): ("net.ipv6.conf.all.forwarding=0", "forward6"),
    ("kubernetes", "net.node_ports"): ("net.ipv4.ip_local_port_range=30000 60999", "port"),
    ("kubernetes", "net.rp_filter"): ("net.ipv4.conf.all.rp_filter=1", "detour"),
    ("docker-rootless", "net.low_ports"): ("net.ipv4.ip_unprivileged_port_start=1024", "low"),
    ("docker-rootless", "net.ping"): ("net.ipv4.ping_group_range=1 0", "ping"),
}
"""The setting before, and what shows the fault, by profile and check."""
INSIDE = Path(__file__).with_name("tried_inside.py")


@pytest.mark.skipif(os.geteuid() != 0, reason="settings of a network namespace are root's")
@pytest.mark.parametrize(("profile", "check"), CASES)
def test_the_command_turns_the_check_and_the_fault_is_gone(profile, check):
    setting, fault = CASES[profile, check]
    unshare = [shutil.which("unshare"), "--net", "--mount", "--propagation", "private", sys.executable, str(INSIDE)]
    done = subprocess.run([*unshare, profile, check, setting, fault], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before, worked, after, again, kept = json.loads(done.stdout)
    assert (before in {"fail", "warn"}, worked) == (True, False)
    assert (after, again) == ("pass", True)
    # What is kept for the next start is the setting that was made.
    assert setting.partition("=")[0] in kept
