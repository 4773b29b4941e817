import grp
import json
import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun, EngineLost
from hostcheck.bench.bottleneck import watched
from hostcheck.bench.engine import connection as subject
from hostcheck.bench.engine.address import Address
from hostcheck.bench.engine.connection import describe, find_engine, negotiate
from hostcheck.bench.engine.processes import Processes
from hostcheck.bench.engine_facts import of_engine
from hostcheck.bench.session import _passed_over
from hostcheck.run.model import Fact

VERSION = {"Version": "29.1.2", "ApiVersion": "1.52", "MinAPIVersion": "1.44", "Components": [{"Name": "Engine"}]}


@dataclass(frozen=True)
class SimpleRun:
    """What an audit of the session's engine replaces in a run."""

    facts: object
    verdicts: object
    notes: object


def info(tmp_path, **more):
    return {"Name": os.uname().nodename, "DockerRootDir": str(tmp_path), "Driver": "overlay2", **more}


@pytest.mark.parametrize(
    ("newest", "oldest", "spoken"),
    [("1.41", "1.12", "1.41"), ("1.52", "1.44", "1.44"), ("1.60", "1.50", "1.50"), ("1.9", "1.9", "1.9")],
)
def test_the_api_spoken_is_the_newest_known_that_the_engine_takes(newest, oldest, spoken):
    assert negotiate(newest, oldest) == spoken


def test_an_engine_is_described_by_what_it_says_of_itself(tmp_path):
    found = describe("unix:///x", VERSION, info(tmp_path, SecurityOptions=["name=seccomp", "name=rootless"]))
    assert (found.name, found.version, found.api_version, found.rootless) == ("docker", "29.1.2", "1.44", True)
    assert found.settings["engine_major"] == "29"


@pytest.mark.parametrize(
    ("status", "store"),
    [
        ([["driver-type", "io.containerd.snapshotter.v1"]], "containerd"),
        ([["Backing Filesystem", "extfs"], ["Supports d_type", "true"]], "engine"),
        (None, "engine"),
    ],
)
def test_the_image_store_is_known_from_the_status_of_the_driver(tmp_path, status, store):
    found = describe("unix:///x", VERSION, info(tmp_path, DriverStatus=status))
    assert found.settings["image_store"] == store


def test_podman_is_distinguished_from_docker(tmp_path):
    version = {**VERSION, "Components": [{"Name": "Podman Engine"}]}
    found = describe("unix:///x", version, info(tmp_path))
    assert (found.name, found.builder, found.rootless) == ("podman", "buildah", False)


def test_podman_reports_rootless_in_a_separate_field(tmp_path):
    # Podman 4.3.1 lists no name=rootless among its security options.
    version = {**VERSION, "Components": [{"Name": "Podman Engine"}]}
    reported = info(tmp_path, Rootless=True, SecurityOptions=["name=seccomp,profile=default"])
    assert describe("unix:///x", version, reported).settings["rootless"] is True


def test_an_engine_in_another_machine_is_refused(tmp_path):
    with pytest.raises(CannotRun, match="runs on docker-desktop, not on this host"):
        describe("unix:///x", VERSION, info(tmp_path, Name="docker-desktop"))
    with pytest.raises(CannotRun, match="keeps its data in .*, which is not on this host"):
        describe("unix:///x", VERSION, info(tmp_path / "absent"))


def test_a_data_root_that_is_closed_to_this_user_is_on_this_host(tmp_path, monkeypatch):
    # userns-remap: /var/lib/docker/100000.100000 has the mode 0700.
    closed = tmp_path / "100000.100000"
    whole = Path.stat

    def stat(path, **options):
        if path == closed:
            raise PermissionError
        return whole(path, **options)

    monkeypatch.setattr(Path, "stat", stat)
    found = describe("unix:///x", VERSION, info(closed, SecurityOptions=["name=userns"]))
    assert (found.data_root, found.layers.folder, found.settings["userns_remap"]) == (tmp_path, tmp_path, True)


def test_a_folder_of_containerd_that_this_user_cannot_look_at_is_not_watched(tmp_path, monkeypatch):
    monkeypatch.setattr("hostcheck.bench.bottleneck.containerd_root", lambda _processes: tmp_path / ("x" * 300))
    assert watched(describe("unix:///x", VERSION, info(tmp_path))).folders == (tmp_path,)


def answering(path, document):
    """An engine that answers each request with this JSON, until the socket is closed."""
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve(line):
        with line, suppress(OSError):
            while asked := line.recv(65536):
                line.sendall(head + body)
                if b"HTTP/1.0" in asked or b"Connection: close" in asked:
                    return

    def accept():
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener


def test_another_engine_than_docker_is_never_measured_in_silence(tmp_path, monkeypatch):
    dead, podman = tmp_path / "docker.sock", tmp_path / "podman.sock"
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind(str(dead))
    usual = tuple(Address(f"unix://{path}", "a default socket", named=False) for path in (dead, podman))
    monkeypatch.setattr(subject, "addresses", lambda _given: usual)
    listener = answering(podman, {**VERSION, "Components": [{"Name": "Podman Engine"}], **info(tmp_path)})
    try:
        engine = find_engine(None)
        reason = f"another engine did not answer: {dead}: Connection refused"
        assert engine.title == f"Podman 29.1.2 at {podman}"
        assert _passed_over(engine) == (f"{engine.title} is measured, because {reason}.",)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_of_docker_29_the_disk_is_that_of_containerds_folder_everywhere(tmp_path, monkeypatch):
    # As Docker 29 answers: containerd stores the images, and its root is on another disk than the data-root.
    root = tmp_path / "containerd"
    root.mkdir()
    containerd = SimpleNamespace(cmdline=lambda: ["containerd", "--root", str(root)], pid=os.getpid())
    monkeypatch.setattr(subject, "find_processes", lambda _path, _info: Processes(None, containerd))
    monkeypatch.setattr(subject, "file_system_of", lambda folder: "xfs" if folder == root else "ext4")
    status = [["driver-type", "io.containerd.snapshotter.v1"]]
    containerd_at = {"Address": "/run/containerd/containerd.sock"}
    found = describe("unix:///x", VERSION, info(tmp_path, DriverStatus=status, Containerd=containerd_at))
    assert (found.layers.folder, found.data_root) == (root, tmp_path)
    assert found.settings["file_system"] == "xfs"
    # The disks of both are watched, that of the layers first.
    assert watched(found).folders == (root, tmp_path)


def test_the_audit_is_of_the_engine_that_is_measured(tmp_path):
    listener = answering(tmp_path / "d.sock", {**VERSION, **info(tmp_path), "ServerVersion": "29.1.2"})
    try:
        engine = find_engine(f"unix://{tmp_path}/d.sock")
        other = Fact("engine.socket", "/run/podman/podman.sock")
        run = of_engine(SimpleRun(facts={"engine.socket": other}, verdicts=(), notes=("one",)), engine, ("docker",), ())
        assert run.facts["engine.socket"].value == f"{tmp_path}/d.sock"
        assert run.facts["engine.version"].value == "29.1.2"
        assert run.notes[-1] == "one"
        assert of_engine(run, engine, ("docker",), ()) is run
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_where_permission_is_denied_the_group_is_named_and_not_a_start_of_docker(tmp_path, monkeypatch):
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        os.chown(path, -1, 1) if os.geteuid() == 0 else None
        path.chmod(0o660)

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(subject, "_ask", refuse)
        with pytest.raises(CannotRun) as caught:
            find_engine(f"unix://{path}")
    group = grp.getgrgid(path.stat().st_gid).gr_name
    assert f"only root and the group {group} may use {path} (Permission denied)" in caught.value.reason
    assert f"usermod -aG {group}" in caught.value.remedy
    assert "start docker" not in caught.value.remedy


def test_a_missing_engine_is_reported_with_the_remedy(monkeypatch, tmp_path):
    nowhere = (Address(f"unix://{tmp_path}/absent.sock", "a default socket", named=False),)
    monkeypatch.setattr(subject, "addresses", lambda _given: nowhere)
    with pytest.raises(CannotRun) as caught:
        find_engine(None)
    assert caught.value.reason == "no container engine responds"
    assert caught.value.remedy == "start docker, or pass --private-engine as root"


def test_a_socket_without_a_listener_is_named(tmp_path):
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with pytest.raises(CannotRun, match=r"dead.sock: Connection refused"):
        find_engine(f"unix://{path}")


@pytest.mark.real
def test_a_real_engine_is_found_and_its_data_root_is_this_hosts(engine):
    assert engine.name == "docker"
    assert engine.data_root.is_dir()


def test_an_engine_that_is_absent_is_lost_only_where_it_was_named(monkeypatch, tmp_path):
    url = f"unix://{tmp_path}/absent.sock"
    with pytest.raises(EngineLost, match="No such file"):
        find_engine(url)
    monkeypatch.setenv("DOCKER_HOST", url)
    with pytest.raises(CannotRun) as caught:
        find_engine(None)
    assert not isinstance(caught.value, EngineLost)


def test_an_engine_that_hangs_is_lost_whoever_names_it(monkeypatch, tmp_path):
    path = tmp_path / "hangs.sock"
    monkeypatch.setattr(subject, "ANSWER_SECONDS", 1.0)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        with pytest.raises(EngineLost, match="no container engine responds"):
            find_engine(None)
