"""A bridge, a veth pair, a NAT rule and limits are made for real, and nothing of them stays."""

import errno
import os
import shutil
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

from hostcheck.host.experiments import cgroup_limits, nat, network_devices
from hostcheck.host.experiments.network_devices import error_of, new_link
from hostcheck.host.experiments.perform import perform

OK = {"ok": True, "error": "", "stage": ""}
NOBODY = 65534


def state():
    """All that the experiments could leave: devices, rules, lock files, groups, mounts, children, namespaces.

    What earlier tests left may go meanwhile: the kernel takes its time with the devices of a network namespace.
    """
    rules = subprocess.run(["iptables-save"], capture_output=True, text=True, check=False).stdout.splitlines()
    return {
        *os.listdir("/sys/class/net"),
        *(rule for rule in rules if "192.0.2.0/24" in rule),
        *(str(path) for path in Path("/run").glob("xtables.lock")),
        *(str(path) for path in Path("/sys/fs/cgroup").glob("*/hostcheck-*")),
        *(line for line in Path("/proc/self/mountinfo").read_text().splitlines() if "hostcheck" in line),
        *Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split(),
        *((link.name, str(link.readlink())) for link in Path("/proc/self/ns").iterdir()),
    }


@pytest.fixture(autouse=True)
def nothing_is_left(request):
    if request.node.get_closest_marker("real") is None:
        # Nothing is made, and iptables need not be here to look.
        yield
        return
    before = state()
    yield
    assert state() - before == set()


def hierarchies():
    """Where this machine has each controller, by the experiment's names."""
    found = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        fs_type, _, options = after.split()
        for name in ("memory", "pids", "cpu"):
            if fs_type == "cgroup" and name in options.split(","):
                found[f"v1_{name}"] = before.split()[4]
    if not found:
        found = dict.fromkeys(("v2_memory", "v2_pids", "v2_cpu"), "/sys/fs/cgroup")
    return found


@pytest.mark.real
def test_a_bridge_and_a_veth_pair_can_be_made():
    assert perform("links") == {"bridge": OK, "veth": OK}


@pytest.mark.real
def test_a_kind_of_device_that_the_kernel_lacks_is_reported(monkeypatch):
    monkeypatch.setattr(network_devices, "KINDS", ("bridge", "nosuch"))
    assert perform("links")["nosuch"] == {"ok": False, "error": "ENOTSUP", "stage": "device"}


@pytest.mark.real
def test_limits_are_set_read_back_and_their_groups_removed():
    outcome = perform("limits", **hierarchies())
    assert set(outcome) == {key.replace("_", " ") for key in hierarchies()}
    assert all(result["ok"] for result in outcome.values()), outcome


@pytest.mark.real
def test_a_hierarchy_without_the_controller_is_reported():
    wrong = next(iter(hierarchies().values())) if "v1_pids" not in hierarchies() else hierarchies()["v1_pids"]
    outcome = perform("limits", v1_memory=wrong)
    assert outcome["v1 memory"] == {"ok": False, "error": "ENOENT", "stage": "limit"}


@pytest.mark.real
def test_a_folder_that_is_not_a_hierarchy_is_reported():
    assert perform("limits", v1_memory="/nowhere")["v1 memory"]["stage"] == "group"


@pytest.mark.real
def test_a_child_that_runs_out_of_time_leaves_no_group(monkeypatch):
    def hang(path, limit):
        os.kill(os.getpid(), 19)  # SIGSTOP: it neither answers nor ends

    monkeypatch.setattr(cgroup_limits, "_set", hang)
    assert perform("limits", **hierarchies()) == {}


@pytest.mark.real
def test_the_installed_iptables_writes_a_rule_that_is_gone_afterwards():
    assert perform("nat", program=shutil.which("iptables")) == OK


@pytest.mark.real
@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("/nonexistent/iptables", {"ok": False, "error": "ENOENT", "stage": "program"}),
        (shutil.which("false"), {"ok": False, "error": "exit code 1", "stage": "rule"}),
    ],
)
def test_a_program_that_fails_is_reported(program, outcome):
    assert perform("nat", program=program) == outcome


@pytest.mark.real
def test_a_program_that_hangs_is_ended(monkeypatch, tmp_path):
    program = tmp_path / "iptables"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 300\n")
    program.chmod(0o755)
    assert perform("nat", program=str(program)) == {"ok": False, "error": "ETIMEDOUT", "stage": "time"}
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def as_nobody(act):
    """Call it in a child process of the account nobody, and return its result as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        os.write(writing, repr(act()).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as stream:
        return stream.read()


@pytest.mark.real
def test_a_refusal_to_the_account_nobody_proves_nothing_about_the_kernel():
    assert "'stage': 'namespace'" in as_nobody(lambda: perform("nat", program=shutil.which("iptables")))
    outcome = as_nobody(lambda: perform("limits", **hierarchies()))
    assert "'EACCES'" in outcome or "'EPERM'" in outcome


def test_a_request_is_a_message_of_its_own_length():
    message = new_link("veth", "hostcheck0")
    length, kind, flags, _, _ = struct.unpack_from("=IHHII", message)
    assert (length, kind) == (len(message), 16)
    assert flags & 0x600 == 0x600
    assert b"veth" in message
    assert len(message) % 4 == 0


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (struct.pack("=IHHIIi", 36, 2, 0, 1, 0, 0), ""),
        (struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -errno.EPERM), "EPERM"),
        (struct.pack("=IHHIIi", 36, 3, 0, 1, 0, 0), "EBADMSG"),
        (b"", "EBADMSG"),
    ],
)
def test_an_acknowledgement_is_read(answer, error):
    assert error_of(answer) == error


def test_nat_uses_a_network_for_documentation():
    assert "192.0.2.0/24" in Path(nat.__file__).read_text()
