"""An engine that never ends its answer, or answers with what is none: one line, with a bound for the whole exchange."""

import json
import os
import socket
import threading
from contextlib import suppress
from itertools import repeat

import pytest

from hostcheck.bench.base import EngineLost
from hostcheck.bench.engine import connection as subject
from hostcheck.bench.engine import heartbeat
from hostcheck.bench.engine.connection import find_engine
from hostcheck.host.unix_http import get_json

OK = b"HTTP/1.1 200 OK\r\n"
ENGINE = {
    "/_ping": "OK",
    "/version": {"Version": "29.1.2", "ApiVersion": "1.52", "MinAPIVersion": "1.44"},
    "/info": {"Name": os.uname().nodename, "DockerRootDir": "/", "Driver": "overlay2"},
}


def whole(body):
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    return OK + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data


def drips(path):
    yield OK + b"Content-Length: 1000000\r\n\r\n"
    for _ in repeat(None):
        yield b"x"
        threading.Event().wait(0.02)


def continues(path):
    yield from repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def header_without_end(path):
    yield OK
    for number in range(10**9):
        yield b"X-%d: y\r\n" % number


def gigabytes(path):
    yield OK + b"Content-Length: 6000000000\r\n\r\n"
    yield from repeat(b" " * 65536)


def closes(path):
    yield OK + b"Content-Length: 1000\r\n\r\n{"


def answers_with(**changed):
    def answer(path):
        yield whole(changed.get(path.strip("/_"), ENGINE.get(path, {})))

    return answer


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Start an engine that answers each request by a function, which takes the path and yields bytes."""
    monkeypatch.setattr(subject, "ANSWER_SECONDS", 1)
    servers = []

    def serve(server, answer):
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=respond, args=(line, answer), daemon=True).start()

    def respond(line, answer):
        with line, suppress(OSError):
            while request := line.recv(65536):
                path = request.split()[1].decode().partition("?")[0]
                if path == "/containers/json":
                    path = "/_ping"
                for piece in answer(path):
                    line.sendall(piece)
                if answer is closes:
                    return

    def start(answer):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(tmp_path / "engine.sock"))
        server.listen()
        servers.append(server)
        threading.Thread(target=serve, args=(server, answer), daemon=True).start()
        return f"unix://{tmp_path}/engine.sock"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_an_engine_that_is_none_of_these_is_found(engine):
    assert find_engine(engine(answers_with())).api_version == "1.44"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (drips, "no answer to GET /_ping in 1 s"),
        (continues, "GET /_ping"),
        (header_without_end, "GET /_ping"),
        (gigabytes, "the answer to GET /_ping is larger than 16 MiB"),
        (closes, "GET /_ping"),
        (answers_with(version="[" * 100_000), "the engine's answer is not JSON"),
        (answers_with(info='{"a":' + "9" * 5000 + "}"), "the engine's answer is not JSON"),
        (answers_with(version=[]), "the answer to GET /version is not a JSON object"),
        (answers_with(info="{"), "the engine's answer is not JSON"),
    ],
)
def test_an_answer_that_never_ends_or_is_none_is_said_in_one_line(engine, answer, said):
    with pytest.raises(EngineLost) as caught:
        find_engine(engine(answer))
    assert said in caught.value.reason
    assert "\n" not in caught.value.reason
    assert len(caught.value.reason) < 300


@pytest.mark.parametrize(
    ("newest", "oldest", "used"),
    [
        ("9999.1", "1.44", "1.44"),
        ("99.1", "99.1", "99.1"),
        ("²", "1.44", "1.44"),
        ("1" * 5000, [], "1.44"),
        ("../../x", {}, "1.44"),
        (None, None, "1.44"),
        (1.41, 7, "1.44"),
    ],
)
def test_another_version_of_the_api(engine, newest, oldest, used):
    version = {"ApiVersion": newest, "MinAPIVersion": oldest}
    assert find_engine(engine(answers_with(version=version))).api_version == used


def test_fields_of_another_type_are_taken_as_missing(engine):
    odd = {"SecurityOptions": 5, "DriverStatus": 7, "Driver": ["x"], "Rootless": "no"}
    answer = answers_with(version={"Components": 5, "Version": {}}, info={**ENGINE["/info"], **odd})
    found = find_engine(engine(answer))
    assert found.image_store == "engine"


@pytest.mark.parametrize("answer", [drips, continues, header_without_end, gigabytes, closes])
def test_the_audit_reads_no_longer_and_no_more_than_it_said(engine, answer):
    found = get_json(engine(answer).removeprefix("unix://"), "/info", 1.0)
    assert found is None or found[1] is None


def test_a_status_of_thousands_of_digits_is_none(engine):
    answer = get_json(engine(lambda path: iter([b"HTTP/1.1 " + b"2" * 5000])).removeprefix("unix://"), "/info", 0.5)
    assert answer is None


def test_what_is_read_piece_by_piece_has_a_bound_too(engine, monkeypatch):
    monkeypatch.setattr(heartbeat, "STREAM_BYTES", 1 << 20)
    found = find_engine(engine(lambda path: gigabytes(path) if "events" in path else answers_with()(path)))
    with found.connect() as client, pytest.raises(OSError, match="too large"):
        list(client.get(f"{client.base_url}/events", stream=True).iter_content(65536))
