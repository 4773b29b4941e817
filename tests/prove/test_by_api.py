"""An engine that answers anything is not proved, and nothing ends with a mistake of hostcheck's own."""

import errno
import json
import socketserver
import tempfile
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from hostcheck.busybox import Busybox
from hostcheck.labels import OURS, PROCESS, RUN
from hostcheck.prove import by_api
from hostcheck.prove.engine_api import EngineApi
from hostcheck.prove.trial import PORT

BUSYBOX = Busybox(Path("/bin/busybox"), b"\x7fELF")
GONE = "4194304-1-{}"
"""No process has this PID: it is above the largest (proc_sys_kernel(5), pid_max)."""


@pytest.fixture
def engine():
    """Serve an engine; ``answer(method, path)`` gives the status and the body of each answer. Give a function."""
    requests = []

    class Engine(BaseHTTPRequestHandler):
        answer = None

        def do(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            requests.append((self.command, self.path.partition("?")[0]))
            status, body = type(self).answer(*requests[-1])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = do  # noqa: N815  the names that http.server looks for

        def address_string(self):
            return "local"

        def log_message(self, *_arguments):
            """Keep quiet."""

    with tempfile.TemporaryDirectory() as folder, socketserver.UnixStreamServer(f"{folder}/s", Engine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def start(answer):
            Engine.answer = staticmethod(answer)
            return f"{folder}/s", requests

        yield start
        server.shutdown()


JUNK = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[1]",
    b'[{"Labels": 1}]',
    b'[{"Labels": {"io.hostcheck": "1"}}]',
    b'"x"',
    b"1",
    b"\xff",
    b"[",
)


@pytest.mark.parametrize(("status", "body"), [*((200, body) for body in JUNK), (500, b"{}")])
def test_nothing_is_proved_by_an_engine_that_answers_anything(engine, status, body):
    path, _ = engine(lambda _method, _path: (status, body))
    steps = by_api.prove(path, BUSYBOX)
    assert {name for name, step in steps.items() if step.ok} <= {"removed"}
    assert {name for name, step in steps.items() if not step.ok}


def test_only_what_has_our_label_and_a_process_that_has_ended_is_removed_as_left_over(engine):
    from hostcheck.process import own_process

    alive = own_process()
    ended = GONE.format(alive.rpartition("-")[2])
    things = [
        {"Id": "left", "Labels": {OURS: "1", RUN: "a", PROCESS: ended}},
        {"Id": "running", "Labels": {OURS: "1", RUN: "b", PROCESS: alive}},
        {"Id": "elsewhere", "Labels": {OURS: "1", RUN: "c", PROCESS: "7-1-1"}},
        {"Id": "theirs", "Labels": {"com.example": "1"}},
        {"Id": "bare", "Labels": None},
    ]
    path, requests = engine(lambda method, _path: (200, json.dumps(things).encode() if method == "GET" else b""))
    EngineApi(path).remove_leftovers()
    removed = [where for method, where in requests if method == "DELETE"]
    assert removed == ["/containers/left", "/networks/left", "/images/left"]


def test_a_port_that_cannot_be_asked_since_the_host_has_none_left_is_not_the_engine_s_fault(engine, monkeypatch):
    bound = {"NetworkSettings": {"Ports": {f"{PORT}/tcp": [{"HostPort": "40000"}]}}}
    path, _ = engine(lambda _method, _path: (200, json.dumps(bound).encode()))

    def none_left(*_arguments, **_more):
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(by_api.socket, "create_connection", none_left)
    step = by_api._ask(EngineApi(path), by_api._Container("made", (), {}), "token")
    assert step.ok is None
    assert "no port left" in step.seen
