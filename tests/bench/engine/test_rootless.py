"""Engines of an ordinary user: real ones, of a user with a range of subordinate ids that only their processes know."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from hostcheck.bench.engine import address as engine_address
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from tests.bench.conftest import ONCE
from tests.bench.engine.podman_service import containers_conf
from tests.bench.engine.rows import TWO, judged

pytestmark = pytest.mark.real

UID = 47110
SYSTEM_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"

# The user stands in files that are mounted over /etc's for these processes alone.
BECOME = """
set -eu
for name in passwd group subuid subgid; do mount --bind "$FOLDER/etc/$name" "/etc/$name"; done
exec setpriv --reuid $UID --regid $UID --clear-groups env XDG_RUNTIME_DIR="$FOLDER/run" HOME="$FOLDER/home" "$@"
"""

# What rootlesskit does for dockerd, but for the network: namespaces, and an /etc and a /run to write to.
DOCKER = """
set -eu
mount --bind "$FOLDER/etc" /etc
run="$FOLDER/run"
mkdir "$FOLDER/home/run"
mount --bind "$FOLDER/home/run" /run
exec dockerd --rootless --config-file "$FOLDER/home/daemon.json" --data-root "$FOLDER/home/docker" \
    --exec-root "$run/exec" --pidfile "$run/docker.pid" --host "unix://$run/docker.sock" --bridge none \
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false
"""


@pytest.fixture
def folder():
    """A folder that an ordinary user can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="hostcheck-rootless-"))
    path.chmod(0o755)
    for name in ("home", "run", "etc"):
        (path / name).mkdir()
    for name in ("passwd", "group"):
        shutil.copy(f"/etc/{name}", path / "etc")
    with (path / "etc" / "passwd").open("a") as file:
        file.write(f"rootless:x:{UID}:{UID}::{path}/home:/bin/sh\n")
    for name in ("subuid", "subgid"):
        # To be mounted over, there has to be one.
        assert Path(f"/etc/{name}").exists()
        (path / "etc" / name).write_text("rootless:3000000:65536\n")
    (path / "home" / "daemon.json").write_text("{}\n")
    for one in (path, *path.rglob("*")):
        os.chown(one, UID, UID)
    yield path
    shutil.rmtree(path)


def docker():
    return ["unshare", "--user", "--map-root-user", "--map-auto", "--mount", "--net", "sh", "-c", DOCKER]


def podman():
    # Debian's crun knows no hybrid control groups; runc, which docker.io brings, does.
    runtime = shutil.which("runc", path=SYSTEM_PATH)
    options = ["--cgroup-manager", "cgroupfs", *(["--runtime", runtime] if runtime else [])]
    return ["podman", *options, "system", "service", "--time", "0"]


def answers(path):
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


@pytest.fixture
def started(folder, monkeypatch):
    """Start one of the engines; only it is searched for, and only at its usual address."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    monkeypatch.setattr(engine_address, "SOCKETS", ())
    monkeypatch.setattr(engine_address, "PODMAN_SOCKET", str(folder / "absent"))
    argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", BECOME, "become"]
    environment = {"PATH": SYSTEM_PATH, "FOLDER": str(folder), "UID": str(UID)}
    processes = []

    def start(engine):
        with (folder / "log").open("w") as log:
            process = subprocess.Popen([*argv, *engine()], env=environment, cwd=folder, stdout=log, stderr=log)
        processes.append(process)
        path = folder / "run" / ("docker.sock" if engine is docker else "podman/podman.sock")
        deadline = time.monotonic() + 60
        while not answers(path):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        return find_engine(None)

    yield start
    for process in processes:
        # The first process of their PID namespace: all of them end with it.
        for first in psutil.Process(process.pid).children() if process.poll() is None else ():
            first.kill()
        process.wait(60)


@pytest.mark.parametrize("kind", [docker, podman])
def test_it_is_found_at_its_usual_socket_is_called_rootless_and_storms(started, make_context, kind):
    engine = started(kind)
    assert (engine.name, engine.rootless) == (kind.__name__, True)
    metrics = {one.id: one for one in StormWorkload().measure(make_context(docker_host=engine.url))}
    makespan = metrics["storm.makespan.seconds"]
    assert makespan.state == "ok", makespan.reason
    assert makespan.settings["rootless"] is True
    lives = makespan.samples[0].detail["containers"]
    assert len(lives) == 20
    assert all(life["create"][1] <= life["start"][0] < life["ready"] < life["removed"] for life in lives)
    with engine.connect() as client:
        assert (client.containers(all=True), client.images(all=True)) == ([], [])


SETTINGS = {
    "docker: as it is": (docker, {}, TWO),
    "docker: log-driver local": (docker, {"log-driver": "local"}, TWO),
    "docker: log-driver none": (docker, {"log-driver": "none"}, TWO),
    "docker: vfs": (docker, {"storage-driver": "vfs"}, TWO),
    "docker: debug": (docker, {"debug": True}, TWO),
    "docker: live-restore": (docker, {"live-restore": True}, TWO),
    "docker: no-new-privileges": (docker, {"no-new-privileges": True}, TWO),
    "docker: shareable IPC": (docker, {"default-ipc-mode": "shareable"}, TWO),
    "docker: the host's network": (docker, {}, StormOptions(ONCE, (2,), network="host")),
    "docker: volumes": (docker, {}, StormOptions(ONCE, (2,), volumes=3)),
    "docker: others beside": (docker, {}, StormOptions(ONCE, (2,), beside=2)),
    "podman: as it is": (podman, {}, TWO),
    "podman: log driver k8s-file": (podman, {"containers.log_driver": '"k8s-file"'}, TWO),
    "podman: log driver none": (podman, {"containers.log_driver": '"none"'}, TWO),
    "podman: events in a file": (podman, {"engine.events_logger": '"file"'}, TWO),
    "podman: no hosts file": (podman, {"containers.no_hosts": "true"}, TWO),
    "podman: shareable IPC": (podman, {"containers.ipcns": '"shareable"'}, TWO),
    "podman: a umask": (podman, {"containers.umask": '"0077"'}, TWO),
    "podman: the host's network": (podman, {}, StormOptions(ONCE, (2,), network="host")),
}
"""The engine, its settings (of daemon.json, or of containers.conf as TOML), and what is launched: figures of each."""


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting(started, make_context, folder, name):
    kind, settings, options = SETTINGS[name]
    (folder / "home/daemon.json").write_text(json.dumps(settings) if kind is docker else "{}")
    if kind is podman:
        conf = folder / "home/.config/containers/containers.conf"
        conf.parent.mkdir(parents=True)
        conf.write_text(containers_conf(settings))
        for one in (conf.parent.parent, conf.parent):
            os.chown(one, UID, UID)
    engine = started(kind)
    found = judged(StormWorkload(), make_context(options, docker_host=engine.url), "")
    assert found["rootless"] is True
    with engine.connect() as client:
        assert (client.containers(all=True), client.images(all=True)) == ([], [])
        assert not client.volumes()["Volumes"]
