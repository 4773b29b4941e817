"""Engines of an ordinary user: real ones, of a user with a range of subordinate ids that only their processes know."""

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
from hostcheck.bench.storm.workload import StormWorkload

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


@pytest.fixture(params=[docker, podman])
def rootless(request, folder, monkeypatch):
    """The engine's name; only this engine is searched for, and only at its usual address."""
    name = request.param.__name__
    argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", BECOME, "become"]
    environment = {"PATH": SYSTEM_PATH, "FOLDER": str(folder), "UID": str(UID)}
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    monkeypatch.setattr(engine_address, "SOCKETS", ())
    monkeypatch.setattr(engine_address, "PODMAN_SOCKET", str(folder / "absent"))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*argv, *request.param()], env=environment, cwd=folder, stdout=log, stderr=log)
    path = folder / "run" / ("docker.sock" if name == "docker" else "podman/podman.sock")
    try:
        deadline = time.monotonic() + 60
        while not answers(path):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        yield name
    finally:
        # The first process of their PID namespace: all of them end with it.
        for first in psutil.Process(process.pid).children() if process.poll() is None else ():
            first.kill()
        process.wait(60)


def test_it_is_found_at_its_usual_socket_is_called_rootless_and_storms(rootless, make_context):
    engine = find_engine(None)
    assert (engine.name, engine.rootless) == (rootless, True)
    metrics = {one.id: one for one in StormWorkload().measure(make_context(docker_host=engine.url))}
    makespan = metrics["storm.makespan.seconds"]
    assert makespan.state == "ok", makespan.reason
    assert makespan.settings["rootless"] is True
    lives = makespan.samples[0].detail["containers"]
    assert len(lives) == 20
    assert all(life["create"][1] <= life["start"][0] < life["ready"] < life["removed"] for life in lives)
    with engine.connect() as client:
        assert (client.containers(all=True), client.images(all=True)) == ([], [])
