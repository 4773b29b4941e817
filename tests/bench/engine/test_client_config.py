"""A configuration of docker's client that the SDK cannot use is named in one line, and never read without an end."""

import json
import os
import threading

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.address import addresses
from hostcheck.bench.engine.client import EngineClient
from hostcheck.bench.engine.heartbeat import Heartbeat

MALFORMED = {
    "an array": [1],
    "an empty array": [],
    "null": None,
    "a number": 7,
    "a string": "auths",
    "proxies that are an array": {"proxies": [1]},
    "proxies that are null": {"proxies": None},
    "default proxies that are a string": {"proxies": {"default": "http://127.0.0.1:1"}},
    "auths that are an array": {"auths": [1]},
    "auths that are a string": {"auths": "mine"},
    "a registry that is a string": {"auths": {"r.example": "mine"}},
    "an auth that is a number": {"auths": {"r.example": {"auth": 7}}},
    "an auth that is no base64": {"auths": {"r.example": {"auth": "a"}}},
    "an auth without a colon": {"auths": {"r.example": {"auth": "YWJj"}}},
    "an auth that is not ASCII": {"auths": {"r.example": {"auth": "ä"}}},
    "an auth that is not UTF-8": {"auths": {"r.example": {"auth": "/zr/"}}},
    "nested too deep": b"[" * 100_000,
    "larger than the limit": b" " * ((1 << 20) + 1),
}
IGNORED = {
    "nothing": b"",
    "no JSON": b"{",
    "bytes": bytes(range(256)),
    "auths that are null": {"auths": None},
    "a store of credentials that is a number": {"credsStore": 7},
    "a context that is a number": {"currentContext": 7},
}
"""What the SDK ignores, as docker does after a warning."""


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "config.json"


def client(folder):
    path = folder / "none.sock"
    EngineClient(f"unix://{path}", "1.44", 1, Heartbeat(path, threading.Event())).close()


def write(file, content):
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_one_is_named(config, name):
    write(config, MALFORMED[name])
    assert addresses(None)
    with pytest.raises(CannotRun) as cannot:
        client(config.parent)
    assert cannot.value.reason.startswith(f"the configuration of docker's client, {config}, is ")
    assert "\n" not in str(cannot.value)


@pytest.mark.parametrize("name", IGNORED)
def test_one_that_docker_ignores_is_ignored(config, name):
    write(config, IGNORED[name])
    assert addresses(None)
    client(config.parent)


@pytest.mark.parametrize("kind", ["a pipe", "a device"])
def test_one_that_has_no_end_is_not_read(config, kind):
    if kind == "a pipe":
        os.mkfifo(config)
    else:
        config.symlink_to("/dev/zero")
    with pytest.raises(CannotRun, match="is not a file"):
        client(config.parent)
