import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine import address as subject
from hostcheck.bench.engine.address import Address, addresses


def docker_context(home, name, host):
    meta = home / ".docker" / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))


@pytest.fixture
def home(tmp_path):
    docker_context(tmp_path, "mine", "unix:///mine.sock")
    docker_context(tmp_path, "far", "ssh://root@far")
    (tmp_path / ".docker" / "config.json").write_text('{"currentContext": "mine"}')
    return {"HOME": str(tmp_path)}


def test_what_the_user_gives_outranks_all(home):
    (only,) = addresses("unix:///given.sock", {**home, "DOCKER_HOST": "unix:///host.sock"})
    assert (only.url, only.named) == ("unix:///given.sock", True)


def test_docker_host_outranks_contexts(home):
    (only,) = addresses(None, {**home, "DOCKER_HOST": "tcp://1.2.3.4:2376", "DOCKER_CONTEXT": "far"})
    assert (only.url, only.source) == ("tcp://1.2.3.4:2376", "DOCKER_HOST")


def test_docker_context_outranks_the_one_in_use(home):
    assert [a.url for a in addresses(None, {**home, "DOCKER_CONTEXT": "far"})] == ["ssh://root@far"]
    assert [a.url for a in addresses(None, home)] == ["unix:///mine.sock"]


@pytest.mark.parametrize("wrong", ["", "relative", None])
def test_a_home_that_is_no_absolute_path_is_that_of_the_password_database(home, monkeypatch, wrong):
    entry = SimpleNamespace(pw_dir=home["HOME"])
    monkeypatch.setattr("pwd.getpwuid", lambda _: entry)
    environment = {name: value for name, value in home.items() if name != "HOME"}
    if wrong is not None:
        environment["HOME"] = wrong
    assert [a.url for a in addresses(None, environment)] == ["unix:///mine.sock"]


@pytest.mark.parametrize("config", ['{"currentContext": "default"}', "{}", "not JSON", "[]", '{"currentContext": 3}'])
def test_otherwise_the_usual_sockets_are_tried_rootless_after_rootful(tmp_path, config, monkeypatch):
    monkeypatch.setattr(subject, "SOCKETS", (f"{tmp_path}/docker.sock", f"{tmp_path}/link.sock"))
    (tmp_path / "link.sock").symlink_to(tmp_path / "docker.sock")
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(config)
    found = addresses(None, {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": "/run/user/7"})
    assert not any(address.named for address in found)
    # A link to a socket that is tried already is not tried again.
    assert [str(address.socket()) for address in found] == [
        f"{tmp_path}/docker.sock",
        "/run/user/7/docker.sock",
        "/run/podman/podman.sock",
        "/run/user/7/podman/podman.sock",
    ]


def test_a_context_that_is_gone_is_an_error_and_no_other_socket_is_taken(home):
    with pytest.raises(CannotRun, match=r"the docker context gone \(DOCKER_CONTEXT\) does not exist"):
        addresses(None, {**home, "DOCKER_CONTEXT": "gone"})
    (tmp := Path(home["HOME"]) / ".docker" / "config.json").write_text('{"currentContext": "lost"}')
    with pytest.raises(CannotRun, match=f"the docker context lost .currentContext in {tmp}. does not exist"):
        addresses(None, home)
    assert addresses(None, {**home, "DOCKER_CONTEXT": "default"})[0].named is False
    assert addresses(None, {**home, "DOCKER_CONTEXT": "gone", "DOCKER_HOST": "unix:///h"})[0].url == "unix:///h"


def test_a_context_that_cannot_be_read_is_an_error_of_its_own(home):
    # As with the home of another user, which sudo and su may leave in HOME.
    long = f"{home['HOME']}/{'x' * 300}"
    with pytest.raises(
        CannotRun, match=r"the docker context a \(DOCKER_CONTEXT\) cannot be read: .*: File name too long"
    ):
        addresses(None, {**home, "DOCKER_CONTEXT": "a", "DOCKER_CONFIG": long})
    assert addresses(None, {**home, "DOCKER_CONFIG": long})[0].named is False


@pytest.mark.parametrize("host", ["unix://", " unix:///var/run/docker.sock\n", " "])
def test_an_address_is_read_as_docker_reads_it(host):
    (only,) = addresses(None, {"DOCKER_HOST": host})
    assert (only.url, only.named) == ("unix:///var/run/docker.sock", True)


def test_a_context_without_an_engine_is_an_error_and_one_without_a_host_is_the_usual_socket(home):
    docker_context(Path(home["HOME"]), "bare", "")
    assert addresses(None, {**home, "DOCKER_CONTEXT": "bare"})[0].url == "unix:///var/run/docker.sock"
    meta = Path(home["HOME"]) / ".docker/contexts/meta" / hashlib.sha256(b"bare").hexdigest() / "meta.json"
    meta.write_text('{"Endpoints": {"kubernetes": {}}}')
    with pytest.raises(CannotRun, match="has no address of an engine"):
        addresses(None, {**home, "DOCKER_CONTEXT": "bare"})


@pytest.mark.parametrize(
    ("url", "reason", "remedy"),
    [
        ("tcp://127.0.0.1:2375", "is a TCP address, but", "name the engine's socket"),
        ("127.0.0.1:2375", "is a TCP address, but", "name the engine's socket"),
        (":2375", "is a TCP address, but", "name the engine's socket"),
        ("ssh://root@host", "is reached over ssh, but", "on the machine where the engine runs"),
        ("npipe:////./pipe/docker_engine", "is a named pipe of Windows, but", "name the engine's socket"),
        ("/run/docker.sock", "is a path, not", "write unix:///run/docker.sock"),
        ("unix://run/docker.sock", "is a relative path, but", "name the engine's socket"),
        ("nonsense", "is not the address of an engine", "write a socket's address"),
        ("docker://x", "is not the address of an engine", "write a socket's address"),
    ],
)
def test_an_address_of_another_kind_is_refused_by_its_kind(url, reason, remedy):
    with pytest.raises(CannotRun) as caught:
        Address(url, "DOCKER_HOST", named=True).socket()
    assert caught.value.reason.startswith(f"{url} (DOCKER_HOST) {reason}")
    assert remedy in caught.value.remedy
    assert "not on this host" not in str(caught.value)
