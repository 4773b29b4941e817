"""An audit that is killed while it tries things leaves nothing: no process, mount, namespace, control group or file."""

import json
import os
import re
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from hostcheck.host.mounts import parse_mountinfo

pytestmark = pytest.mark.real

# The audit, which reports through a pipe that it reached a moment of an experiment, and waits there.
AUDIT = """
import os, signal, sys, time
from hostcheck.host.experiments import cgroup_limits
from hostcheck.host.experiments import network_devices
from hostcheck.host.experiments import overlay
# Where the tests were started with nohup, it would be ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
place, _, name = sys.argv[1].partition(".")
pipe = int(sys.argv[2])
def stay(*_arguments):
    os.write(pipe, b"x")
    time.sleep(600)
def made(above, name):
    os.mkdir(name, 0o700, dir_fd=above)
    stay()
if place:
    places = {"cgroup_limits": cgroup_limits, "network_devices": network_devices, "os": os, "overlay": overlay}
    setattr(places[place], name, made if name == "make_own" else stay)
sys.argv = ["hostcheck", "audit", "--profile", "docker", "-o", "json:-"]
from hostcheck.cli import main
main()
"""
# Starts it, kills it, and adopts whatever it leaves (prctl(2), PR_SET_CHILD_SUBREAPER = 36): who is left is a child.
WATCH = """
import ctypes, json, os, signal, subprocess, sys, time
audit, moment, number, whom, delay = sys.argv[1:]
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
reading, writing = os.pipe()
argv = [sys.executable, "-c", audit, moment, str(writing)]
process = subprocess.Popen(argv, pass_fds=[writing], stdout=subprocess.DEVNULL, start_new_session=True)
os.close(writing)
came = os.read(reading, 1) == b"x" if moment else time.sleep(float(delay))
if process.poll() is None:
    (os.killpg if whom == "group" else os.kill)(process.pid, int(number))
code = process.wait()
deadline = time.monotonic() + 60
left = ["?"]
while left and time.monotonic() < deadline:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        left = children.read().split()
    time.sleep(0.01)
print(json.dumps({"came": came, "code": code, "left": left}))
"""

MOMENTS = {
    "directory made": "overlay.make_own",
    "layers being made": "overlay._lay_out",
    "overlay mounted": "overlay._use",
    "control group made": "cgroup_limits._set",
    "network namespace made": "network_devices.new_link",
    "iptables about to run": "os.execve",
}
SIGNALS = {
    "SIGKILL": (signal.SIGKILL, "one"),
    "SIGTERM": (signal.SIGTERM, "one"),
    "SIGHUP": (signal.SIGHUP, "one"),
    "SIGKILL of its group": (signal.SIGKILL, "group"),
    "SIGTERM of its group": (signal.SIGTERM, "group"),
}


@pytest.fixture
def data(tmp_path):
    """Serve an engine whose data is in a folder of the test's own; give the folder."""
    folder = tmp_path / "data"
    folder.mkdir()

    class Engine(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"DockerRootDir": str(folder), "ServerVersion": "26.1.5"}).encode())

        def address_string(self):
            return "local"

        def log_message(self, *_arguments):
            """Keep quiet."""

    # The path of a socket may not be longer than 107 bytes: unix(7).
    with tempfile.TemporaryDirectory() as place, socketserver.UnixStreamServer(f"{place}/s", Engine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ["DOCKER_HOST"] = f"unix://{place}/s"
        yield folder
        del os.environ["DOCKER_HOST"]
        server.shutdown()


def groups():
    """Control groups of experiments, at the top of every hierarchy."""
    mounts = parse_mountinfo(Path("/proc/self/mountinfo").read_text())
    tops = {mount.mount_point for mount in mounts if mount.fs_type in {"cgroup", "cgroup2"}}
    return {path for top in tops for path in Path(top).glob("hostcheck-*") if re.fullmatch(r"\w+-\w{12}", path.name)}


def killed(data, moment, number, whom, delay=0.0):
    """Kill an audit, and see that nothing of it stays. Other audits of this machine make groups too, for a moment."""
    before = groups()
    argv = [sys.executable, "-c", WATCH, AUDIT, moment, str(int(number)), whom, str(delay)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["left"] == []
    assert os.listdir(data) == []
    assert str(data) not in Path("/proc/self/mountinfo").read_text()
    deadline = time.monotonic() + 60
    while groups() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert groups() - before == set()
    return outcome


@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_in_the_midst_of_an_experiment_it_leaves_nothing(data, moment, how):
    outcome = killed(data, MOMENTS[moment], *SIGNALS[how])
    assert outcome["came"], "the audit never came to this moment"
    assert outcome["code"] in ((130,) if how.startswith("SIGTERM") else (-signal.SIGKILL, -signal.SIGHUP))


def test_killed_at_any_time_it_leaves_nothing(data):
    for hundredths in range(5, 65, 5):
        killed(data, "", signal.SIGKILL, "one", hundredths / 100)
