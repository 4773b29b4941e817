"""The probes on the machine that runs the tests, with a real engine, real namespaces and real mounts."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from hostcheck.audit import audit, collect
from hostcheck.host.live import LiveHost
from hostcheck.probes import PROBES
from hostcheck.verdicts import readiness
from tests.moving import settled

pytestmark = pytest.mark.real
OURS = {name: where for name, where in PROBES.items() if name != "virt"}
ONLY_TRIED = {"cgroup.limits", "storage.xattrs"}
"""Facts that nothing but an experiment shows."""
AS_NOBODY = """
import os
from hostcheck.audit import collect
from hostcheck.host.live import LiveHost
from hostcheck.probes import PROBES
import hostcheck.host.experiments.perform, hostcheck.host.experiments.cgroup_limits
import hostcheck.host.experiments.network_devices, hostcheck.host.experiments.nat
import hostcheck.host.experiments.ports, hostcheck.host.clock, hostcheck.host.programs, hostcheck.host.unix_http
ours = {name: where for name, where in PROBES.items() if name != "virt"}
for where in ours.values():
    __import__(where.partition(":")[0])
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
facts = collect(LiveHost(), ours, strict=True)
for fact in facts.values():
    for piece in fact.evidence:
        print(fact.id, fact.known, fact.value, piece.source, piece.value, sep="|")
"""


@pytest.fixture(scope="module")
def engine():
    """A dockerd of our own, on a socket and a data-root of its own; ended by its id."""
    with tempfile.TemporaryDirectory(prefix="hostcheck-test-") as name:
        folder = Path(name)
        socket = f"unix://{folder}/d.sock"
        options = (f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"--pidfile={folder}/pid")
        with (folder / "log").open("w") as log:
            argv = ["dockerd", f"--host={socket}", *options, "--bridge=none", "--iptables=false"]
            process = subprocess.Popen(argv, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 60
            while LiveHost().http_get(f"{folder}/d.sock", "/_ping", 1) is None:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.1)
            yield folder
        finally:
            process.terminate()
            process.wait(60)


def test_a_real_engine_reports_its_version_driver_and_data_root(engine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine}/d.sock")
    facts = collect(LiveHost(), OURS, strict=True)
    said = subprocess.run(["dockerd", "--version"], capture_output=True, text=True, check=True).stdout
    assert facts["engine.socket"].value == f"{engine}/d.sock"
    assert str(facts["engine.version"].value).split("+")[0] in said
    assert facts["engine.driver"].value in {"overlay2", "overlayfs"}
    assert facts["storage.data_root"].value == f"{engine}/data"
    assert facts["storage.overlay"].evidence[0].source == f"overlay mount in {engine}/data"
    assert facts["storage.overlay"].value is True


def test_namespaces_and_overlay_are_proved_and_nothing_is_left(engine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine}/d.sock")
    facts = collect(LiveHost(), OURS, strict=True)
    for name in ("ns.mnt", "ns.pid", "ns.net", "ns.ipc", "ns.uts", "storage.overlay"):
        assert facts[name].value is True, name
        assert facts[name].evidence[0].value == "ok", name
        assert facts[name].conflicts == (), name
    assert "hostcheck-overlay" not in Path("/proc/self/mountinfo").read_text()
    assert not [name for name in os.listdir(engine / "data") if "hostcheck" in name]


def test_a_host_where_docker_runs_is_called_ready_for_it(engine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine}/d.sock")
    _, verdicts = audit(LiveHost(), ["docker"], strict=True)
    wanting = [verdict for verdict in verdicts if verdict.status in {"fail", "unknown"}]
    assert readiness("docker", verdicts).ready is True, wanting
    (driver,) = [verdict for verdict in verdicts if verdict.check == "engine.driver"]
    assert driver.status == "pass"


def test_without_experiments_nothing_is_tried_and_the_facts_are_the_same(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    tried, read = collect(LiveHost(), OURS, strict=True), collect(LiveHost(experiments=False), OURS, strict=True)
    assert read["ns.net"].evidence[0].says == "not tried"
    same, also = (
        {key: fact.value for key, fact in settled(facts).items() if key not in ONLY_TRIED} for facts in (read, tried)
    )
    assert same == also


def test_without_privilege_nothing_turns_into_a_no():
    said = subprocess.run([sys.executable, "-c", AS_NOBODY], capture_output=True, text=True, check=True).stdout
    rows = [line.split("|") for line in said.splitlines()]
    unshared = [row for row in rows if row[3] == "unshare net"]
    assert unshared == [["ns.net", "True", "True", "unshare net", "EPERM"]]
    overlay = next(row for row in rows if row[0] == "storage.overlay")
    assert overlay[1:3] == ["True", "True"]
    assert "EACCES" in overlay[4]
