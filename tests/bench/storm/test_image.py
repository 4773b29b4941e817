import json
import os
import socket
import subprocess
import time
from urllib.request import urlopen

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup.engine_objects import remove_once
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import workload as subject
from hostcheck.bench.storm.image import credentials, load_image, own_image
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.room import Room, StormRoom
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.busybox import Busybox
from hostcheck.labels import labels

pytestmark = pytest.mark.real

NO_ROOM = StormRoom(())
"""None that is watched."""


def test_a_storm_of_an_image_of_ones_own_needs_no_busybox_and_no_entry_point(
    make_context, client, bystander, holdings, monkeypatch
):
    monkeypatch.setattr(subject, "find_busybox", lambda: pytest.fail("looked for"))
    own = client.commit(bystander, repository="own", tag="1", changes=['ENTRYPOINT ["/absent"]', "VOLUME /data"])["Id"]
    before = holdings()
    metrics = list(StormWorkload().measure(make_context(StormOptions(Repeats(1, 1, 0), image="own:1"))))
    assert {metric.state for metric in metrics} == {"ok"}, metrics[0].reason
    assert {metric.settings["image"] for metric in metrics} == {own}
    assert holdings() == before
    client.remove_image("own:1")


def test_an_image_that_is_not_there_is_not_pulled(client):
    with pytest.raises(CannotRun) as caught, own_image(client, "absent:1", NO_ROOM):
        pass
    assert str(caught.value).startswith("the engine does not have the image absent:1; run docker pull absent:1, or")


@pytest.fixture
def registry(tmp_path):
    """A registry of the test's own on this host, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = tmp_path / "registry.yml"
    settings.write_text(
        f"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {tmp_path}/kept\nhttp:\n  addr: {address}\n"
    )
    log = (tmp_path / "registry.log").open("w")
    with log, subprocess.Popen(["docker-registry", "serve", settings], stdout=log, stderr=log) as server:
        until = time.monotonic() + 30
        while True:
            try:
                urlopen(f"http://{address}/v2/", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "registry.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
        yield address
        server.terminate()


@pytest.fixture
def published(client, registry):
    """An image that only the registry has: its name by digest."""
    name = f"{registry}/busybox"
    client.import_image_from_data(find_busybox().rootfs(), repository=name, tag="1")
    last = json.loads(client.push(name, tag="1").strip().splitlines()[-1])
    client.remove_image(f"{name}:1")
    return f"{name}@{last['aux']['Digest']}"


def test_an_image_that_is_named_by_its_digest_is_pulled_and_removed_again(make_context, holdings, published):
    before = holdings()
    metrics = list(StormWorkload().measure(make_context(StormOptions(Repeats(1, 1, 0), image=published))))
    assert {metric.state for metric in metrics} == {"ok"}, metrics[0].reason
    assert holdings() == before


def test_an_image_by_digest_that_is_there_already_stays(client, holdings, published):
    client.pull(published)
    before = holdings()
    with own_image(client, published, NO_ROOM):
        pass
    assert holdings() == before
    client.remove_image(published)


def test_a_digest_that_the_registry_lacks_is_reported_in_the_engines_words(client, registry):
    with (
        pytest.raises(CannotRun, match="pulling the image .* failed: .*not found"),
        own_image(client, f"{registry}/busybox@sha256:{'0' * 64}", NO_ROOM),
    ):
        pass


def test_the_image_of_busybox_is_found_and_removed_by_its_label(client, holdings):
    before = holdings()
    image = client.inspect_image(load_image(client, find_busybox(), "loaded"))
    assert (image["Config"]["Labels"], image["Os"]) == (labels("loaded"), "linux")
    assert image["Architecture"] == client.version()["Arch"]
    assert remove_once(client, "loaded") == 1
    assert holdings() == before


def test_an_image_that_the_engine_refuses_is_reported_in_its_words(client, monkeypatch, holdings):
    before = holdings()
    monkeypatch.setattr(Busybox, "image", lambda *_: b"no archive")
    with pytest.raises(CannotRun, match="loading the image of the storm failed: .+"):
        load_image(client, find_busybox(), "loaded")
    assert holdings() == before


def test_a_pull_that_leaves_too_little_room_is_stopped(client, holdings, published, engine, monkeypatch):
    before = holdings()
    monkeypatch.setattr(Room, "free", classmethod(lambda cls, _path: (cls(40, 1000), cls(1000, 1000))))
    with (
        pytest.raises(CannotRun, match="stopped, because 0 MB and 1000 inodes were left in .*; free some space there"),
        own_image(client, published, StormRoom((engine.data_root,))),
    ):
        pass
    assert holdings() == before


def test_the_programs_that_keep_credentials_are_not_run(tmp_path, monkeypatch):
    helper = tmp_path / "docker-credential-mine"
    helper.write_text(f"#!/bin/sh\ntouch {tmp_path}/mark\n")
    helper.chmod(0o755)
    own = {"auths": {"r.example": {"auth": "dXNlcjpwYXNz"}}, "credsStore": "mine"}
    (tmp_path / "config.json").write_text(json.dumps(own | {"credHelpers": {"other.example": "mine"}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    found = credentials("r.example/a/b@sha256:0")
    assert (found["username"], found["password"]) == ("user", "pass")
    assert credentials("other.example/a") == credentials("a") == {}
    assert not (tmp_path / "mark").exists()
