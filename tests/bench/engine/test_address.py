import hashlib
import json
from types import SimpleNamespace

import pytest

from hostcheck.bench.engine.address import addresses


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
    assert (only.url, only.source, only.socket) == ("tcp://1.2.3.4:2376", "DOCKER_HOST", None)


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


@pytest.mark.parametrize(
    "config", ['{"currentContext": "default"}', '{"currentContext": "lost"}', "{}", "not JSON", "[]"]
)
def test_otherwise_the_usual_sockets_are_tried_rootless_after_rootful(tmp_path, config):
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(config)
    found = addresses(None, {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": "/run/user/7"})
    assert not any(address.named for address in found)
    assert [str(address.socket) for address in found] == [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/user/7/docker.sock",
        "/run/podman/podman.sock",
        "/run/user/7/podman/podman.sock",
    ]
