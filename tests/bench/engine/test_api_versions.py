"""Old and new engines at sockets of their own: the API's version is negotiated, and what they leave out is borne.

Docker 20.10 ends at 1.41; Docker 29 refuses what is below 1.44, and containerd keeps its images. They cannot all be had
at once, so a server answers as they do. Sources: https://docs.docker.com/reference/api/engine/version-history/ (images
lose Container, ContainerConfig and VirtualSize by 1.45, and GraphDriver where containerd keeps them), and the refusals
of moby's api/server/middleware/version.go.
"""

import json
import os
import re
import socketserver
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build.user_context import OwnContext, fitted
from hostcheck.bench.engine.connection import engine_must_answer, find_engine
from hostcheck.bench.idle import foreign_containers
from hostcheck.bench.storm.image import own_image
from hostcheck.bench.storm.room import StormRoom

GRAPH_DRIVER = {
    "Driver": "overlay2",
    "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"], ["Native Overlay Diff", "true"]],
}
SNAPSHOTTER = {"Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]}

# What each says of itself: version, newest and oldest version of the API, storage, and the builder that it prefers.
ENGINES = {
    "20.10": ("20.10.24+dfsg1", "1.41", "1.12", GRAPH_DRIVER, ""),
    "28": ("28.5.1", "1.51", "1.24", GRAPH_DRIVER, "2"),
    "29": ("29.1.2", "1.52", "1.44", SNAPSHOTTER, "2"),
    "later": ("35.0.0", "1.70", "1.60", SNAPSHOTTER, "2"),
}
IMAGES = {
    "20.10": {"Id": "sha256:1", "RepoTags": ["here:1"], "ContainerConfig": {}, "GraphDriver": {"Name": "overlay2"}},
    "29": {"Id": "sha256:1", "RepoTags": ["here:1"], "Descriptor": {"mediaType": "x", "digest": "sha256:1"}},
}
MISSING = {"20.10": "No such image: absent:1", "29": "absent:1: image not known"}


class Answers(BaseHTTPRequestHandler):
    """One engine's answers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name, paths = self.server.engine, self.server.paths
        version, newest, oldest, storage, builder = ENGINES[name]
        paths.append(self.path)
        spoken, path = re.fullmatch(r"(?:/v(\d+\.\d+))?(/[^?]*)(?:\?.*)?", self.path).groups()
        if spoken and numbers(spoken) < numbers(oldest):
            return self.refuse(
                f"client version {spoken} is too old. Minimum supported API version is {oldest}, please upgrade your "
                "client to a newer version"
            )
        if spoken and numbers(spoken) > numbers(newest):
            return self.refuse(f"client version {spoken} is too new. Maximum supported API version is {newest}")
        known = {
            "/_ping": "OK",
            "/version": {"Version": version, "ApiVersion": newest, "MinAPIVersion": oldest},
            "/info": {"Name": os.uname().nodename, "DockerRootDir": str(self.server.folder), **storage},
            "/images/here:1/json": IMAGES.get(name),
            "/networks": [],
            "/containers/json": [{"Id": "1", "Labels": None}],
        }
        if path not in known:
            return self.answer(404, {"message": MISSING[name]})
        return self.answer(200, known[path], {"Builder-Version": builder} if builder and path == "/_ping" else {})

    def refuse(self, message):
        self.answer(400, {"message": message})

    def answer(self, status, document, headers=None):
        body = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def numbers(version):
    return tuple(map(int, version.split(".")))


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def get_request(self):
        # http.server needs the client's address; a Unix socket has none.
        return super().get_request()[0], ("", 0)


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Serve as one of ENGINES; return its address and the paths that were asked for."""
    monkeypatch.delenv("DOCKER_BUILDKIT", raising=False)
    servers = []

    def start(name):
        server = Server(str(tmp_path / "engine.sock"), Answers)
        server.engine, server.folder, server.paths = name, tmp_path, []
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        servers.append(server)
        return f"unix://{tmp_path}/engine.sock", server.paths

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("name", "spoken", "store", "builder"),
    [
        ("20.10", "1.41", "engine", "classic"),
        ("28", "1.44", "engine", "buildkit"),
        ("29", "1.44", "containerd", "buildkit"),
        ("later", "1.60", "containerd", "buildkit"),
    ],
)
def test_each_is_spoken_to_in_a_version_that_it_takes(serve, name, spoken, store, builder):
    url, paths = serve(name)
    engine = find_engine(url)
    assert (engine.api_version, engine.image_store, engine.builder) == (spoken, store, builder)
    with engine.connect() as client:
        assert foreign_containers(client, "mine") == 1
    # A heartbeat pings at any moment.
    assert [path for path in paths if path != "/_ping"][-1].startswith(f"/v{spoken}/containers/json")


@pytest.mark.parametrize("name", ["20.10", "29"])
def test_what_newer_ones_leave_out_of_an_image_is_not_asked_for(serve, name):
    engine = find_engine(serve(name)[0])
    with engine.connect() as client:
        with own_image(client, "here:1", StormRoom(())) as found:
            assert found == "sha256:1"
        assert fitted(OwnContext(b"FROM here:1\n", b"", 0), client, engine.builder).images == ("sha256:1",)


@pytest.mark.parametrize("name", ["20.10", "29"])
def test_a_missing_image_is_reported_whatever_the_engines_words(serve, name):
    engine = find_engine(serve(name)[0])
    with engine.connect() as client:
        not_there = pytest.raises(
            CannotRun, match="the engine does not have the image absent:1; run docker pull absent:1"
        )
        with not_there, own_image(client, "absent:1", StormRoom(())):
            pass
        with pytest.raises(
            CannotRun, match="the engine does not have the build's base image absent:1; docker pull absent:1"
        ):
            fitted(OwnContext(b"FROM absent:1\n", b"", 0), client, engine.builder)


@pytest.mark.parametrize(("name", "spoken", "words"), [("29", "1.41", "too old"), ("20.10", "1.44", "too new")])
def test_a_refusal_is_reported_in_their_words(serve, name, spoken, words):
    engine = replace(find_engine(serve(name)[0]), api_version=spoken)
    refusal = rf"connecting failed: client version {spoken} is {words}\."
    with pytest.raises(CannotRun, match=refusal), engine_must_answer("connecting"):
        engine.connect()
