"""A Docker engine with a bridge, NAT and published ports, in a network and a mount namespace of its own.

``python -m tests.prove.inside NAME`` runs the function NAME of this module there, and prints what it returns as JSON.
What the engine does to the network, and what is mounted or unmounted, ends with the namespaces.
"""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.bench.engine.private import (
    _BYSTANDERS,
    _remove_made,
    containerd_settings,
    dockerd_options,
    last_line,
    remove_remains,
)
from hostcheck.host.unix_http import get_json
from hostcheck.prove import containerd, podman

PODMAN = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
[engine.runtimes]
runc = ["/usr/sbin/runc", "/usr/bin/runc"]
"""
"""Debian's crun knows no hybrid control groups; runc does."""
PORTS = range(40000, 40004)
"""The ports that the engine may publish on. A namespace has a range of its own (ip-sysctl.rst)."""


def run(name: str, *words: str) -> dict:
    """Run a function of this module in new namespaces, and return its result."""
    argv = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, "-m", "tests.prove.inside"]
    done = subprocess.run([*argv, name, *words], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def engine(*options: str):
    """Start one with its data on a file system of its own, in memory; give its socket and that folder."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    Path("/proc/sys/net/ipv4/ip_local_port_range").write_text(f"{PORTS[0]} {PORTS[-1]}")
    # A connection that has ended keeps no port of the few.
    Path("/proc/sys/net/ipv4/tcp_max_tw_buckets").write_text("0")
    data, state = Path(tempfile.mkdtemp(prefix="hostcheck-data-")), Path(tempfile.mkdtemp(dir="/run"))
    made = [place for place in _BYSTANDERS if not place.exists()]
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "none", data], check=True)
    cgroup = f"engine-of-tests-{state.name}"
    (state / "containerd.toml").write_text(containerd_settings(data / "containerd", state))
    (state / "daemon.json").write_text("{}\n")
    shared = dockerd_options(data / "docker", state, cgroup)
    network = shared.index("--bridge")
    log = state / "dockerd.log"
    started = []
    try:
        with log.open("wb") as file:
            for argv in (
                ["containerd", "--config", str(state / "containerd.toml")],
                ["dockerd", *shared[:network], *options],
            ):
                started.append(subprocess.Popen(argv, stdout=file, stderr=file))
                _until((state / "containerd.sock").exists, log)
        path = f"{state}/docker.sock"
        _until(lambda: started[-1].poll() is not None or get_json(path, "/info", 60), log)
        assert started[-1].poll() is None, last_line(log)
        yield path, data
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(60)
        remove_remains(data, state, cgroup)
        data.rmdir()
        shutil.rmtree(state)
        _remove_made(made)


def runtimes() -> dict:
    """Prove runc by itself, containerd by ctr, and Podman; each with its data in memory, and what is left of it."""
    for place in ("/run", "/var/lib", "/etc/cni", "/etc/containers"):
        subprocess.run(["mount", "-t", "tmpfs", "none", place], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return {"runtime": _runc(), "containerd": _containerd(), "podman": _podman()}


def _runc():
    found = audited("docker", "prove.runtime")
    return {**found, "left": [*os.listdir("/var/lib"), *_groups()]}


@contextlib.contextmanager
def _containerd_started():
    """Start a containerd at its usual socket; give that, and the folder of what its images are made of."""
    state = Path("/run/containerd")
    state.mkdir()
    (state / "containerd.toml").write_text(containerd_settings(Path("/var/lib/containerd"), state))
    path, log = f"{state}/containerd.sock", state / "log"
    with log.open("wb") as file:
        started = subprocess.Popen(["containerd", "--config", state / "containerd.toml"], stdout=file, stderr=file)
        _until(Path(path).exists, log)
        _until(lambda: containerd.answers(path), log)
        yield path, Path("/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256")
        started.terminate()
        started.wait(60)


def _containerd():
    with _containerd_started() as (path, blobs):
        found = audited("kubernetes", "prove.containerd")
        return {**found, "left": [*_namespaces(path), *os.listdir(blobs), *_groups()]}


def _namespaces(path):
    argv = ["ctr", "-a", path, "namespaces", "ls", "-q"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()


def _podman():
    Path("/etc/cni/net.d").mkdir()
    Path("/etc/containers/policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    Path("/etc/containers/containers.conf").write_text(PODMAN)
    with podman.service() as path:
        before = holdings(path)
        found = audited("podman", "prove.podman")
        after = holdings(path)
    same = [] if before == after else [before, after]
    return {**found, "left": [*same, *Path("/run").glob(".hostcheck*"), *_groups()]}


LASTING = """
import sys
from hostcheck.busybox import look_for_busybox
from hostcheck.prove import containerd, runtime, script
script.command = lambda: ["/bin/busybox", "sleep", "60"]
engine, place = sys.argv[1:]
if engine == "runtime":
    runtime.prove("runc", place, look_for_busybox())
else:
    containerd.prove(place, look_for_busybox())
"""
"""A proof whose container does nothing but last."""


def killed_runtimes() -> dict:
    """Kill the proofs of runc and of containerd while the container runs; return what is left of each."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    for place in ("/run", "/var/lib"):
        subprocess.run(["mount", "-t", "tmpfs", "none", place], check=True)
    with _containerd_started() as (path, _):
        found = {"runtime": _killed_while_it_runs("runtime", "/var/lib"), "containerd": []}
        found["containerd"] = _killed_while_it_runs("containerd", path)
        found["containerd"] += _namespaces(path)
    found["runtime"] += [name for name in os.listdir("/var/lib") if name.startswith(".hostcheck")]
    return found


def _killed_while_it_runs(engine, place):
    proof = subprocess.Popen([sys.executable, "-c", LASTING, engine, place], stdout=subprocess.DEVNULL)
    _until(_running, Path("/dev/null"))
    guards = _children(proof.pid)
    proof.kill()
    proof.wait()
    _until(lambda: _gone(guards), Path("/dev/null"))
    return [*_groups(), *_running()]


def _running():
    """The control groups of proofs that have a process."""
    return [group for group in _groups() if Path(group, "cgroup.procs").read_text()]


def _groups():
    return [str(path) for path in Path("/sys/fs/cgroup").glob("**/hostcheck-prove-*") if path.is_dir()]


def _until(holds, log):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, last_line(log)
        time.sleep(0.05)


def holdings(path):
    """All that is in the engine, by kind."""
    listings = {"containers": "/containers/json?all=1", "images": "/images/json?all=1", "networks": "/networks"}
    return {kind: sorted(one["Id"] for one in get_json(path, where, 60)[1]) for kind, where in listings.items()}


def proved(path):
    """Audit this machine with a proof of the Docker engine at a socket."""
    os.environ["DOCKER_HOST"] = f"unix://{path}"
    return audited("docker", "prove.docker")


def audited(profile: str, fact_id: str) -> dict:
    """Audit this machine with a proof: what came of each step, and how that and the checks compare."""
    run = audit_host(profiles=[profile], prove=True)
    fact = run.facts[fact_id]
    words = {piece.source.removeprefix("trial "): piece.value for piece in fact.evidence}
    steps = {step: [ok, words[step]] for step, ok in fact.value.items()} if fact.known else fact.reason
    missed = [verdict.check for verdict in run.verdicts if verdict.status == "fail"]
    warned = [verdict.check for verdict in run.verdicts if verdict.status == "warn"]
    commands = {verdict.check: verdict.command for verdict in run.verdicts if verdict.status == "warn"}
    return {"steps": steps, "missed": missed, "warned": warned, "notes": run.notes, "commands": commands}


def takes_away() -> dict:
    """Prove an engine as it is, then without a free port, then without room for its storage driver."""
    with engine() as (path, data), contextlib.ExitStack() as held:
        before = holdings(path)
        whole = proved(path)
        after = holdings(path)
        for port in PORTS:
            taken = held.enter_context(socket.socket())
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
        without_port = proved(path)
        subprocess.run(["dd", "if=/dev/zero", f"of={data}/full", "bs=1M"], capture_output=True)
        without_room = proved(path)
        (data / "full").unlink()
        return {
            "whole": whole,
            "without port": without_port,
            "without room": without_room,
            "left": [before == after, before == holdings(path)],
        }


def with_images_in_containerd(folder: str) -> dict:
    """Prove an engine whose images containerd keeps, as they are from Docker 29 on."""
    configuration = Path(folder, "daemon.json")
    configuration.write_text('{"features": {"containerd-snapshotter": true}}')
    with engine("--config-file", str(configuration)) as (path, _):
        before = holdings(path)
        return {**proved(path), "left": before == holdings(path)}


def without_groups_and_bridge() -> dict:
    """Prove an engine that has no control groups for memory and processes, and no default bridge."""
    for controller in ("memory", "pids"):
        subprocess.run(["umount", f"/sys/fs/cgroup/{controller}"], check=True)
    with engine("--bridge", "none") as (path, _):
        return proved(path)


AUDIT = """
import os, sys, time
from hostcheck.busybox import look_for_busybox
from hostcheck.prove import by_api, engine_api
path, moment, pipe = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner = engine_api.EngineApi if moment == "load" else by_api
act, own = getattr(owner, moment), os.getpid()
def stay(*arguments, **more):
    made = None if moment in ("_watch", "_is_removed") else act(*arguments, **more)
    if os.getpid() == own:
        os.write(pipe, b"x")
        time.sleep(600)
    return made
setattr(owner, moment, stay)
by_api.prove(path, look_for_busybox())
"""
"""A proof that reports through a pipe that it reached a moment, and waits there."""


def killed_at(*moments: str) -> dict:
    """Kill a proof at each moment, and look at what is left; at last kill its guard as well, and prove again."""
    # Whoever is left of a killed proof becomes a child of this process (prctl(2), PR_SET_CHILD_SUBREAPER).
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    with engine() as (path, _):
        before = holdings(path)
        found = {moment: _killed(path, before, moment) for moment in moments}
        audit, reading = _reached(path, "_watch")
        for pid in [*_children(audit.pid), audit.pid]:
            os.kill(pid, signal.SIGKILL)
        audit.wait()
        os.close(reading)
        remained = holdings(path) != before
        proved(path)
        found["guard killed too"] = {"remained": remained, "cleaned": holdings(path) == before}
        return found


def _reached(path, moment):
    reading, writing = os.pipe()
    argv = [sys.executable, "-c", AUDIT, path, moment, str(writing)]
    audit = subprocess.Popen(argv, pass_fds=[writing], stdout=subprocess.DEVNULL)
    os.close(writing)
    assert os.read(reading, 1) == b"x", f"{moment} was not reached"
    return audit, reading


def _killed(path, before, moment):
    audit, reading = _reached(path, moment)
    guards = _children(audit.pid)
    audit.kill()
    code = audit.wait()
    _until(lambda: _gone(guards), Path("/dev/null"))
    os.close(reading)
    return {"code": code, "cleaned": holdings(path) == before}


def _gone(processes):
    """Whether processes that were left to this one have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return not any(Path(f"/proc/{pid}").exists() for pid in processes)


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


if __name__ == "__main__":
    result = globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(result) + "\n")
