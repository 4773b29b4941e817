"""Live machines and their captures: as root, as nobody, and with parts of /proc and /sys changed or hidden."""

import gzip
import json
import os
import re
import socketserver
import subprocess
import sys
import tarfile
import tempfile
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.live import LiveHost
from hostcheck.host.recording import RecordingHost
from hostcheck.profiles.loader import names
from tests.moving import settled

TOP = Path(__file__).parents[2]
pytestmark = pytest.mark.real

# Audits this machine while it is captured, so that values that change all the time are read once.
TAKE = """
import json, sys
from hostcheck.audit import collect
from hostcheck.verdicts import judge
from hostcheck.capture.take import take
from hostcheck.capture.write import archive
from hostcheck.host.live import LiveHost
from hostcheck.profiles.loader import load, names
taken = take(LiveHost(), "2026-11-23T10:00:00Z")
outcome = {"changed": taken.changed, "renamed": taken.renamed}
# No profile asks for these: a policy that names landmarks, a fit and a measurement of the CPUs do.
others = ("place.", "hw.memory_available", "hw.cpu_mhz", "time.clock_source")
facts = [f for f in taken.facts.values() if not f.id.startswith(others)]
outcome["facts"] = {f.id: [f.value, f.known, f.reason, f.conflicts] for f in facts}
outcome["verdicts"] = [v.status for p in sorted(names()) for v in judge(load(p), taken.facts)]
outcome["archive"] = archive(taken.kept, 0).hex()
print(json.dumps(outcome))
"""


def audit(*arguments):
    # All profiles: what only one of them needs is read when it is asked for.
    profiles = [word for name in sorted(names()) for word in ("-p", name)]
    argv = [sys.executable, "-m", "hostcheck", "audit", *profiles, *arguments, "-o", "json:-"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    facts = {i: [f["value"], f["known"], f["reason"], f["conflicts"]] for i, f in document["facts"].items()}
    return facts, [verdict["status"] for verdict in document["verdicts"]]


def run(argv, script=TAKE):
    environment = {**os.environ, "PYTHONPATH": str(TOP), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*argv, sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


ROOTS = {
    "root": [],
    "root without capabilities": ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--"],
    "nobody": ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"],
    "no /sys": ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /sys && exec "$@"', "-"],
    "masked /proc/cpuinfo and /proc/self": [
        "unshare",
        "-m",
        "sh",
        "-c",
        'mount --bind /dev/null /proc/cpuinfo && mount --bind /dev/null /proc/config.gz && exec "$@"',
        "-",
    ],
    "own pid namespace": ["unshare", "-m", "-p", "-f", "--mount-proc"],
    "user namespace": ["unshare", "-U", "-r", "-m"],
    "other host name": ["unshare", "-u", "sh", "-c", 'hostname cgroup2 && exec "$@"', "-"],
}

RICH = """
mount -t tmpfs none /media && cd /media
printf 'root:x:0:0:root:/root:/bin/sh\\nmallory9:x:4242:4242:M:/home/mallory9:/bin/sh\\n' > passwd
printf 'docker:x:998:mallory9\\nmallory9:x:4242:\\n' > group
printf 'mallory9:100000:65536\\n' > subuid
printf '127.0.0.1 localhost\\n10.20.30.40 frobnitz7.acme-widgets.example.com frobnitz7\\n' > hosts
printf 'search acme-widgets.example.com\\nnameserver 10.20.30.1\\nnameserver 127.0.0.53\\n' > resolv.conf
cp subuid subgid
for name in *; do if test -e /etc/$name; then mount --bind $name /etc/$name; fi; done
hostname frobnitz7
ip link set lo up; ip link add br7 type bridge; ip link set br7 up
ip addr add 172.18.45.6/24 dev br7; ip route add 10.96.7.0/24 via 172.18.45.1
cd / && exec "$@"
"""


@pytest.mark.parametrize("user", ["root", "mallory9"])
def test_a_host_with_people_and_networks_replays_and_names_none(user, tmp_path):
    identity = ["setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "--"] if user != "root" else []
    argv = ["unshare", "-m", "-u", "-n", "sh", "-ec", RICH, "-", "env", f"USER={user}", f"HOME=/home/{user}"]
    argv += ["XDG_RUNTIME_DIR=/run/user/4242", "HTTPS_PROXY=http://mallory9:hunter2@10.20.30.41:3128"]
    outcome = run([*argv, *identity])
    assert outcome["changed"] == []
    # A rootless engine's data lie in a user's home, whose name is replaced.
    assert set(outcome["renamed"]) <= {f"store.{engine}_rootless.data_root" for engine in ("docker", "podman")}
    path = tmp_path / "host.tar.gz"
    path.write_bytes(bytes.fromhex(outcome["archive"]))
    facts, verdicts = audit("--capture", path)
    assert verdicts == outcome["verdicts"]
    assert facts.keys() == outcome["facts"].keys()
    assert {name for name in facts if facts[name] != outcome["facts"][name]} == set(outcome["renamed"])
    unpacked = gzip.decompress(path.read_bytes()).lower()
    secrets = (
        b"mallory9",
        b"frobnitz7",
        b"acme-widgets",
        b"hunter2",
        b"10.20.30.",
        b"172.18.45",
        b"002d12ac",
        b"07600a",
    )
    assert [secret for secret in secrets if secret in unpacked] == []


@pytest.mark.parametrize("name", ROOTS)
def test_an_audit_and_its_capture_agree(name, tmp_path):
    outcome = run(ROOTS[name])
    assert outcome["changed"] + outcome["renamed"] == []
    path, folder = tmp_path / "host.tar.gz", tmp_path / "unpacked"
    path.write_bytes(bytes.fromhex(outcome["archive"]))
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    for captured in (("--capture", path), ("--root", folder)):
        facts, verdicts = audit(*captured)
        assert facts == outcome["facts"]
        assert verdicts == outcome["verdicts"]


def test_the_capture_command_agrees_with_the_audit_beside_it(tmp_path):
    path = tmp_path / "host.tar.gz"
    argv = [sys.executable, "-m", "hostcheck", "capture", "-o", path]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert "facts as on this host" in done.stderr
    live, replayed = audit(), audit("--capture", path)
    assert settled(replayed[0]) == settled(live[0])
    assert replayed[1] == live[1]


INFO = {
    "ID": "7TRN:IPZB",
    "Name": "frobnitz7",
    "Driver": "overlay2",
    "CgroupDriver": "systemd",
    "ServerVersion": "26.1.5",
    "DockerRootDir": "/var/lib",
    "HttpProxy": "http://mallory9:hunter2hunter2@10.20.30.40:3128",
    "Labels": ["owner=mallory9"],
    "Swarm": {"NodeAddr": "10.20.30.40"},
}
VERSION = {"Version": "26.1.5", "ApiVersion": "1.45", "Components": [{"Name": "Engine", "Version": "26.1.5"}]}


class Engine(BaseHTTPRequestHandler):
    """What an engine answers on its socket."""

    def do_GET(self):
        body = json.dumps({"/info": INFO, "/version": VERSION}.get(self.path, {"message": "page not found"})).encode()
        self.send_response(200 if self.path in {"/info", "/version"} else 404)
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "local"

    def log_message(self, *_arguments):
        """Keep quiet."""


@pytest.fixture
def engine():
    """Serve an engine's answers on a socket in a user's home."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home/mallory9/docker.sock"
        path.parent.mkdir(parents=True)
        with socketserver.UnixStreamServer(str(path), Engine) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield path
            server.shutdown()


def test_an_engine_answers_in_a_replay_as_it_did_and_its_owner_is_not_named(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine}")
    path = tmp_path / "host.tar.gz"
    done = subprocess.run([sys.executable, "-m", "hostcheck", "capture", "-o", path], capture_output=True, check=True)
    assert b"with private names replaced: engine.socket" in done.stderr
    live = audit()[0]
    monkeypatch.delenv("DOCKER_HOST")
    replayed = audit("--capture", path)[0]
    outcome = {name for name in live if name.startswith("engine.")} - {"engine.socket"}
    assert live["engine.version"][0] == "26.1.5"
    assert {name: replayed[name] for name in outcome} == {name: live[name] for name in outcome}
    assert re.search(r"/home/user\d+/docker.sock$", replayed["engine.socket"][0])
    unpacked = gzip.decompress(path.read_bytes())
    for secret in (b"mallory9", b"frobnitz7", b"hunter2", b"10.20.30.40", b"7TRN"):
        assert secret not in unpacked


def test_a_recorder_keeps_the_answers_of_the_host():
    recording = RecordingHost(LiveHost())
    collect(recording, strict=True)
    live = LiveHost()
    for path in ("/proc/sys/kernel/osrelease", "/proc/filesystems"):
        assert recording.answers.read[path] == live.read(path)
    assert recording.answers.experiment[("unshare", ())] == live.experiment("unshare")
