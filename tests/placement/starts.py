"""Containers that are started for real, and what was foreseen of each: run as a module, in namespaces of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from hostcheck.audit import audit_host
from hostcheck.busybox import look_for_busybox
from hostcheck.host.opening import open_host
from hostcheck.placement import placing
from hostcheck.placement.views import view_of
from hostcheck.workloadfiles.reading import read_files
from tests.prove.inside import engine

OPTIONS = (
    "-p 8080:80",
    "-p 8081:80",
    "-p 8082:80",
    "-p 8082:80/udp",
    "-p 8083:80",
    "-p 127.0.0.1:8084:80",
    "-p 8081-8085:80",
    "-p 8086:80 -p 8086:81",
    "-p 8087:80 -p 8087:80/udp",
    "-p 70000:80",
    "-p 8088-8089:80-82",
    "-p 80",
    "--network host -p 8081:80",
    "--device /dev/null",
    "--device /dev/null:/dev/x:r",
    "--device /dev/absent0",
    "-v {folder}/made:/x",
    "--mount type=bind,source={folder},target=/x",
    "--mount type=bind,source={folder}/absent,target=/x",
    "--sysctl net.core.somaxconn=1024",
    "--sysctl net.nonsense=1",
    "--sysctl kernel.pid_max=100",
    "--sysctl kernel.msgmax=8192",
    "--cpus 1",
    "--cpus 640",
    "--memory 64m",
    "--memory 1m",
    "--memory lots",
    "--cap-add NET_ADMIN",
    "--cap-add CAP_NET_ADMIN",
    "--cap-add NONSENSE",
    "--cap-add ALL",
    "--privileged",
    "-v {folder}:/x -v /tmp:/x",
    "-v {folder}:/x -v /tmp:/x/",
    "-v {folder}:/x -v {folder}:/x",
    "-v /x -v {folder}:/x",
    "--tmpfs /x -v {folder}:/x",
    "--mount type=bind,src={folder},dst=/x -v /tmp:/x",
    "--mount type=tmpfs,dst=/x --tmpfs /x",
    "--mount type=bind,src={folder},dst=/x --tmpfs /x",
    "--mount type=bind,src={folder},dst=/x --mount type=tmpfs,dst=/x",
    "--mount type=tmpfs,dst=/x -v {folder}:/x",
    "--platform linux/arm64",
    "--security-opt apparmor=unconfined",
)
"""Options of ``docker run``; 8081 of TCP and 8082 of UDP are bound, 8083 is a container's."""


def outcomes() -> dict:
    """Start each; give what was foreseen and what came, by the options."""
    placing.judge = lambda _profile, _facts: []  # whether an engine runs is seen here
    found = {}
    with (
        engine("--userland-proxy=false") as (path, _),
        socket.socket() as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
    ):
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind(("0.0.0.0", 8081))
        tcp.listen()
        udp.bind(("0.0.0.0", 8082))
        folder = Path(tempfile.mkdtemp())
        busybox = look_for_busybox()
        assert busybox is not None
        docker(path, "import", "-", "probe", stdin=busybox.rootfs())
        docker(path, "run", "-d", "--name", "holder", "-p", "8083:80", "probe", "/bin/busybox", "sleep", "600")
        mesos = ("--name", "mesos-held", "--cpu-shares", "512")
        docker(path, "run", "-d", *mesos, "probe", "/bin/busybox", "sleep", "600")
        host = open_host(experiments=True)
        os.environ["DOCKER_HOST"] = f"unix://{path}"
        run = audit_host(host, profiles=(), asked=("net.ports", "hw", "virt"))
        del os.environ["DOCKER_HOST"]
        found["set aside"] = set_aside(path)
        for options in OPTIONS:
            words = options.format(folder=folder)
            script = folder / "start.sh"
            script.write_text(f"#!/bin/sh\ndocker run {words} probe\n")
            contents = read_files([str(script)], environment={})
            foreseen = placing.fit(contents, (view_of(run, host, ports=placing.ports_of(contents)),))
            done = docker(path, "run", "--name", "tried", *words.split(), "probe", "/bin/busybox", "true", check=False)
            docker(path, "rm", "--force", "tried", check=False)
            shutil.rmtree(folder / "made", ignore_errors=True)
            found[options] = [foreseen.outcome, done.returncode, done.stderr.strip()[-300:]]
        docker(path, "rm", "--force", "holder", "mesos-held")
        shutil.rmtree(folder)
    return found


def set_aside(path: str) -> list[str]:
    """Return what an engine with this socket says that schedulers set aside."""
    os.environ["DOCKER_HOST"] = f"unix://{path}"
    try:
        facts = audit_host(open_host(experiments=False), profiles=(), asked=("engine.cpu_set_aside",)).facts
    finally:
        del os.environ["DOCKER_HOST"]
    return list(facts["engine.cpu_set_aside"].value)


def docker(path: str, *words: str, stdin: bytes = b"", check: bool = True) -> subprocess.CompletedProcess:
    """Run Docker's own command."""
    done = subprocess.run(["docker", "-H", f"unix://{path}", *words], input=stdin, capture_output=True, timeout=60)
    assert not check or done.returncode == 0, done.stderr
    done.stderr = done.stderr.decode()
    return done


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(outcomes())}\n")
