"""What a build request sends: the context in parts, and what the user asks of the build."""

import json
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from hostcheck.bench.build.archive import Archive
from hostcheck.bench.build.request import build
from hostcheck.bench.engine.client import EngineClient
from hostcheck.bench.engine.heartbeat import Heartbeat


class Builder(BaseHTTPRequestHandler):
    """An engine that keeps what arrives, and says that it built."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer(b"OK")

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        self.server.got = SimpleNamespace(
            asked=parse_qs(urlsplit(self.path).query), body=self.rfile.read(size), headers=dict(self.headers)
        )
        self._answer(json.dumps({"stream": "Step 1/1 : FROM scratch\n"}).encode())

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def server(tmp_path):
    with Server(str(tmp_path / "s"), Builder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_parts_of_a_context_arrive_as_one_body_of_known_length(server, tmp_path):
    archive = Archive((b"head", b"", b"x" * 3_000_000, b"tail"))
    path = tmp_path / "s"
    client = EngineClient(f"unix://{path}", "1.41", 20, Heartbeat(path, threading.Event()))
    with client:
        for _ in range(2):
            answer = build(
                client,
                archive,
                "nonce",
                builder="classic",
                network="none",
                seconds=20,
                stop=threading.Event(),
                labels={},
                dockerfile="docker/Dockerfile",
                target="one",
                arguments={"V": "1", "NONCE": "mine"},
            )
            assert answer.output.error == ""
            assert server.got.body == b"".join(archive)
    assert "Transfer-Encoding" not in server.got.headers
    assert server.got.asked["dockerfile"] == ["docker/Dockerfile"]
    assert server.got.asked["target"] == ["one"]
    assert json.loads(server.got.asked["buildargs"][0]) == {"V": "1", "NONCE": "mine"}
