import os
import socket

import pytest

from hostcheck.bench.base import CannotRun, EngineLost
from hostcheck.bench.engine import connection as subject
from hostcheck.bench.engine.address import Address
from hostcheck.bench.engine.connection import describe, find_engine, negotiate

VERSION = {"Version": "29.1.2", "ApiVersion": "1.52", "MinAPIVersion": "1.44", "Components": [{"Name": "Engine"}]}


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


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:2375", "ssh://root@host", "npipe:////./pipe/docker_engine"])
def test_an_address_that_is_no_socket_of_this_host_is_refused(url):
    with pytest.raises(CannotRun, match="is not on this host"):
        find_engine(url)


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
