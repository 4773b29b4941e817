"""The probe on the machine the tests run on, and in a pid namespace of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.host.live import LiveHost
from hostcheck.probes.virt import probe

pytestmark = pytest.mark.real

FIRST_PID_NAMESPACE = "pid:[4026531836]"


def facts():
    return {fact.id: fact for fact in probe(LiveHost())}


def test_virtual_machine_and_container_are_known_with_evidence():
    outcome = facts()
    assert outcome["virt.vm"].known
    assert outcome["virt.container"].known
    assert outcome["virt.vm"].evidence
    flag = any(" hypervisor" in line for line in Path("/proc/cpuinfo").read_text().splitlines())
    if flag:
        assert outcome["virt.vm"].value != "none"


def test_a_marker_without_isolation_is_stale():
    outcome = facts()["virt.container"]
    link = str(Path("/proc/self/ns/pid").readlink())
    if link == FIRST_PID_NAMESPACE and Path("/.dockerenv").exists():
        assert outcome.value == "none"
        assert any("/.dockerenv" in conflict for conflict in outcome.conflicts)


def test_a_pid_namespace_of_its_own_is_a_container():
    program = (
        "import json, sys\n"
        "from hostcheck.host.live import LiveHost\n"
        "from hostcheck.probes.virt import probe\n"
        "print(json.dumps([fact.value for fact in probe(LiveHost()) if fact.id == 'virt.container']))\n"
    )
    done = subprocess.run(
        ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) != ["none"]


def test_no_program_is_run(monkeypatch):
    monkeypatch.setattr(LiveHost, "run", lambda *_: pytest.fail("the probe ran a program"))
    monkeypatch.setattr(LiveHost, "experiment", lambda *_, **__: pytest.fail("the probe made an experiment"))
    assert facts()
