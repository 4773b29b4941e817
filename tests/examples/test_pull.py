"""Hosts that send their results by themselves: each recipe is read by what judges its format, or does its work here."""

import gzip
import http.server
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from hostcheck.fleet.state import Fleet
from hostcheck.workloadfiles.reading import read_files

TOP = Path(__file__).parents[2]
PULL = TOP / "examples/pull"


@pytest.mark.parametrize("name", ["daemonset.yaml", "sysbatch.nomad.hcl"])
def test_a_workload_has_no_mistake(name):
    (content,) = read_files([str(PULL / name)])
    assert [workload.each_host for workload in content.workloads] == [True]
    assert content.mistakes == ()


def test_the_matrix_audits_each_host_and_gates_all_of_them():
    jobs = yaml.safe_load((PULL / "github-matrix.yml").read_text())["jobs"]
    commands = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()}
    assert commands["audit"][-1].startswith('hostcheck audit "ssh://root@$HOST"')
    assert [line.split()[2] for line in commands["gate"] if line.startswith("hostcheck fleet")] == ["collect", "gate"]
    assert f"--quorum {len(jobs['audit']['strategy']['matrix']['host'])}" in commands["gate"][-1]


class Collector(http.server.BaseHTTPRequestHandler):
    """A server that takes files by PUT."""

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (self.server.folder / Path(self.path).name).write_bytes(body)
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def collector(tmp_path):
    """The folder of a collector, and its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    server.folder = tmp_path / "incoming"
    server.folder.mkdir()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.folder, f"http://127.0.0.1:{server.server_port}/hostcheck/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.real
def test_what_the_timer_starts_audits_this_host_and_sends_what_a_fleet_collects(collector, tmp_path, monkeypatch):
    folder, address = collector
    unit = (TOP / "examples/systemd/hostcheck-send.service").read_text()
    commands = re.findall(r"(?m)^ExecStart=(.*)", unit)
    assert len(commands) == 2
    for command in commands:
        words = command.replace("/opt/hostcheck/bin/hostcheck", str(Path(sys.executable).with_name("hostcheck")))
        words = words.replace("/run/hostcheck-send", str(tmp_path)).replace("%H", socket.gethostname())
        words = words.replace("https://collect.example.org/hostcheck/", address)
        done = subprocess.run(words.split(), capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    # A capture is what the other recipes send.
    script = subprocess.run([sys.executable, "-m", "hostcheck", "capture", "--script"], capture_output=True, check=True)
    capture = subprocess.run(["sh"], input=script.stdout, capture_output=True, check=True).stdout
    (folder / "worker-1").write_bytes(capture)
    (folder / "worker-2.txt.gz").write_bytes(gzip.compress(capture))
    collect = [sys.executable, "-m", "hostcheck", "fleet", "collect", str(folder), "--name", "x"]
    done = subprocess.run(collect, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    states = {host.name: host.state.value for host in Fleet(tmp_path / "fleet-x").hosts()}
    assert socket.gethostname() in states
    assert {*states.values()} == {"done"}
