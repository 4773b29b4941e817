"""An engine's answers: each value of another type than the API's is an error of the engine, and no mistake here."""

import json
import threading
from types import SimpleNamespace

import docker
import pytest
import requests

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build.cache import parse_records
from hostcheck.bench.build.made import made, noted
from hostcheck.bench.build.steps import BuilderOutput, read_buildkit, read_classic
from hostcheck.bench.cleanup.engine_objects import leftovers, remove_once
from hostcheck.bench.engine import objects as subject
from hostcheck.bench.engine.bridge import has_bridge
from hostcheck.bench.engine.client import EngineClient, require_success
from hostcheck.bench.engine.connection import REQUEST_ERRORS
from hostcheck.bench.engine.heartbeat import Heartbeat
from hostcheck.bench.engine.lock import require_unshared
from hostcheck.bench.engine.objects import AnswerError, inspected, lines
from hostcheck.bench.idle import foreign_containers

ODD = [None, True, 7, -1, 1e300, "x", [], [[]], [7], {}, {"x": 7}, {"x": []}]
"""A value of each type of JSON, and some in each other."""

CONTAINER = {"Id": "c" * 64, "Labels": {"io.hostcheck": "1", "io.hostcheck.run": "r", "io.hostcheck.process": "1-1"}}
IMAGE = {
    "Id": "sha256:" + "1" * 64,
    "ParentId": "",
    "RepoTags": ["<none>:<none>"],
    "RepoDigests": None,
    "Created": 100,
    "Labels": None,
}
DETAILS = {
    "Id": "sha256:" + "1" * 64,
    "Size": 1,
    "Config": {"Volumes": None, "OnBuild": ["RUN true"]},
    "Container": "c" * 64,
    "ContainerConfig": {"Cmd": ["/bin/sh", "-c", "#(nop) COPY x"]},
}
RECORD = {"ID": "a", "Parents": None, "Parent": "", "Description": "x", "CreatedAt": "2026-11-23T19:16:08Z"}
NETWORK = {"Id": "d" * 64, "Name": "bridge", "Driver": "bridge", "Labels": None}


def client_that_lists(kind, answer):
    """A client of an engine that answers one request with this, and has nothing else."""
    return SimpleNamespace(
        **{
            "containers": lambda **_: [],
            "images": lambda **_: [],
            "networks": lambda **_: [],
            "inspect_image": lambda _: DETAILS,
            kind: (lambda *_, **__: answer),
        }
    )


def ask_all(client):
    """Ask all that hostcheck asks of an engine before and after it measures."""
    foreign_containers(client, "me")
    require_unshared(client, "me")
    has_bridge(client)
    inspected(client, "x")
    leftovers(client, "unix:///tests.sock")
    made(client, "me")
    with noted(client, "unix:///tests.sock", "me"):
        pass
    client.remove_container = client.remove_image = client.remove_network = lambda *_, **__: None
    remove_once(client, "me")


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr("hostcheck.bench.build.made.run_folder", lambda: tmp_path)


@pytest.mark.parametrize(
    ("kind", "right", "listed"),
    [
        ("containers", CONTAINER, True),
        ("images", IMAGE, True),
        ("networks", NETWORK, True),
        ("inspect_image", DETAILS, False),
    ],
)
def test_a_value_of_another_type_is_an_error_of_the_engine(kind, right, listed):
    refused = []
    whole = [[right], *(odd for odd in ODD if odd != [])] if listed else [right, *ODD]
    changed = [{**right, key: odd} for key in right for odd in ODD]
    for answer in (*whole, *([one] if listed else one for one in changed), *([one] for one in ODD if listed)):
        try:
            ask_all(client_that_lists(kind, answer))
        except (AnswerError, CannotRun) as error:
            refused.append(str(error))
    assert len(refused) >= 2 * len(ODD)
    assert all("in the engine's answer " in said for said in refused)
    ask_all(client_that_lists(kind, whole[0]))


def test_an_id_that_is_missing_is_none_of_any_object():
    with pytest.raises(CannotRun, match=r"containers\[0\].Id is not a text"):
        foreign_containers(client_that_lists("containers", [{"Labels": {}}]), "me")


def test_records_of_a_cache_that_are_none():
    parse_records(json.dumps({"BuildCache": [RECORD]}).encode())
    for key in ("ID", "Parents", "CreatedAt", "Description", "LastUsedAt"):
        for odd in (True, 7, {"x": 1}, [7], [[]], "\ud800" if key in {"CreatedAt", "LastUsedAt"} else 1.5):
            with pytest.raises(AnswerError):
                parse_records(json.dumps({"BuildCache": [{**RECORD, key: odd}]}).encode())
    for answer in (b"", b"[]", b"[" * 100_000, b'{"BuildCache": 7}', b'{"BuildCache": ' + b"9" * 5000 + b"}"):
        with pytest.raises(AnswerError):
            parse_records(answer)


@pytest.mark.parametrize("read", [read_classic, lambda said, output: read_buildkit(said, output, "nonce")])
def test_messages_of_a_builder_that_are_none(read):
    for message in (b"7", b"[]", b"{", b"[" * 100_000, b'{"stream": 7, "id": 7}', b'{"error": []}', b"\xff"):
        with pytest.raises(AnswerError):
            read(iter([message]), BuilderOutput())


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b'{"message": "no such image"}', "no such image"),
        (404, b'{"message": 7}', '{"message": 7}'),
        (500, b"[]", "[]"),
        (500, b"{}", ""),
        (500, b"[" * 100_000, "[" * 100_000),
        (409, b"plain", "plain"),
    ],
)
def test_a_refusal_in_whatever_form_is_the_engines(status, body, said):
    response = requests.Response()
    response.status_code, response._content, response.encoding = status, body, "utf-8"
    with pytest.raises(docker.errors.APIError) as caught:
        require_success(response)
    assert caught.value.explanation == said
    assert isinstance(caught.value, docker.errors.NotFound) == (status == 404)


def streamed(*pieces):
    """The answer of an engine that sends these pieces."""
    response = requests.Response()
    response.raw = SimpleNamespace(stream=lambda *_, **__: iter(pieces))
    return response


def test_lines_are_found_in_whatever_pieces_they_arrive():
    pieces = [b'{"a"', b": 1}\r\n{", b'"b": 2}\n\n', b"\n{}"]
    assert list(lines(streamed(*pieces))) == [b'{"a": 1}', b'{"b": 2}', b"{}"]


def test_a_line_without_end_is_cut_and_not_copied_with_each_piece(monkeypatch):
    monkeypatch.setattr(subject, "ANSWER_BYTES", 1 << 20)
    sent = 0

    def endless():
        nonlocal sent
        while True:
            sent += 512
            yield b"x" * 512

    with pytest.raises(AnswerError, match="a line longer than 1 MiB"):
        list(lines(SimpleNamespace(iter_content=lambda _: endless())))
    assert sent <= (1 << 20) + 512


def test_each_message_of_an_upload_is_read_as_an_object(tmp_path):
    client = EngineClient(
        f"unix://{tmp_path}/none.sock", "1.44", 1, Heartbeat(tmp_path / "none.sock", threading.Event())
    )
    with client:
        assert [one.text("stream") for one in client._stream_helper(streamed(b'{"stream": "a"}\n'), decode=True)] == [
            "a"
        ]
        for message in (b"[]\n", b"7", b"{", b"[" * 100_000):
            with pytest.raises(REQUEST_ERRORS):
                list(client._stream_helper(streamed(message), decode=True))
