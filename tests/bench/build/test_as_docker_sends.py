"""What hostcheck sends of a build context is what the docker command sends, in 100 contexts.

A socket stands in for the engine: it records what arrives. No engine runs, and nothing is built.
"""

import io
import json
import os
import subprocess
import tarfile
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.user_context import read_context
from hostcheck.bench.stopping import Repeats

pytestmark = pytest.mark.real

FILES = (
    "a.txt", "b.log", "main.go", "src/a.txt", "src/b.log", "src/deep/a.txt", "src/deep/er/c.md", "docs/README.md",
    "docs/x/README.md", "node_modules/m/index.js", ".env", ".git/config", "secret.pem", "keys/id.pem", "a b/c d",
    "#hash", "!bang", "[x]", "x", "back\\slash", "caf\u00e9", "p(q)", "plus+", "d.o.t", "^caret", "tilde~", "1", "12",
)  # fmt: skip
"""Files of each context, and besides them a name in Latin-1 and a link."""

PATTERNS = (
    b"", b"*", b"**", b"*.log", b"**/*.log", b"src", b"src/", b"/src", b"./src", b"src/*", b"src/**", b"*/a.txt",
    b"*/*/a.txt", b"**/a.txt", b"**a.txt", b"a.txt", b"/a.txt", b"?", b"1?", b"[x]", b"\\[x\\]", b"[!x]", b"[^x]",
    b"[a-c].*", b"a b", b"a b/", b"  src  ", b"\tsrc", b"src\r\n*.log\r", b"src\n\n\n*.log", b"# src\n*.log",
    b"#hash", b"\\#hash", b" # src", b"!src", b"*\n!src", b"*\n!src/deep", b"*\n!src/deep/a.txt", b"*\n!*.log",
    b"*\n!**/*.log", b"src\n!src/deep/er", b"src/*\n!src/a.txt\nsrc/a.txt", b"**/*.txt\n!src/**", b"docs/**/README.md",
    b"**/README.md", b"**/x/**", b"**/x", b"*\n!docs/x/README.md", b"*\n!.env\n.env", b".*", b".git", b".git/",
    b"\xef\xbb\xbfsecret.pem", b"\xef\xbb\xbf# x\nsecret.pem", b"\xef\xbb\xbf*.pem", b"caf\xc3\xa9", b"caf\xe9",
    b"caf?", b"caf*", b"*\xe9", b"caf\xe9*", b"\\!bang", b"!bang", b"back\\\\slash", b"back\\slash", b"p(q)", b"p(*",
    b"plus+", b"plus*", b"d.o.t", b"d.?.t", b"dxoxt", b"^caret", b"^c*", b"tilde~", b"[", b"[]", b"[a", b"[a-]",
    b"[-a]", b"\\", b"x\\", b"!", b"! ", b"!\n*", b"../x", b"src/../a.txt", b"a//b", b"src//deep", b"/", b".", b"./",
    b"Dockerfile",
    b".dockerignore", b"*\n!Dockerfile", b"Dockerfile\n.dockerignore", b"*ockerfile", b"**/", b"**/deep",
    b"src/**/c.md",
    b"**/er/**", b"***", b"s*c", b"s*/deep", b"\\d", b"\\q", b"*.{log,txt}", b"link", b"link/a.txt", b"src\n!src",
)  # fmt: skip
"""Contents of .dockerignore."""


class Recorder(BaseHTTPRequestHandler):
    """An engine that builds nothing, and keeps the names in the archive that arrives."""

    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "docker"

    def log_message(self, *_):
        pass

    def _answer(self, document, **headers):
        body = json.dumps(document).encode()
        self.send_response(200)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("API-Version", "1.41")
        self.send_header("OSType", "linux")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self._answer({}, **{"API-Version": "1.41", "OSType": "linux"})

    def do_POST(self):
        body = bytearray()
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        self.server.sent.append(bytes(body))
        self._answer({"stream": "done"})


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True

    def __init__(self, path):
        super().__init__(path, Recorder)
        self.sent = []


def names_of(archive):
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as found:
        return {(member.name.rstrip("/"), member.type, member.size, member.linkname) for member in found}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "context"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9")).write_text("latin")
    (folder / ("n" * 120) / ("m" * 120)).mkdir(parents=True)
    (folder / "link").symlink_to("src")
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    return folder


def test_the_same_files_are_sent_and_the_same_patterns_are_refused(folder, tmp_path):
    path = tmp_path / "s"
    server = Server(str(path))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    environment = {
        **os.environ,
        "DOCKER_BUILDKIT": "0",
        "DOCKER_HOST": f"unix://{path}",
        "DOCKER_CONFIG": str(tmp_path),
    }
    differing, refused = {}, 0
    try:
        for patterns in PATTERNS:
            (folder / ".dockerignore").write_bytes(patterns)
            server.sent.clear()
            done = subprocess.run(
                ["docker", "build", "-q", str(folder)], env=environment, capture_output=True, text=True
            )
            theirs = names_of(server.sent[0]) if server.sent and done.returncode == 0 else "refused"
            try:
                sent = read_context(BuildOptions(Repeats(1, 1, 0), folder), builder="classic").archive()
                ours = names_of(b"".join(sent))
            except CannotRun:
                ours = "refused"
            refused += theirs == "refused"
            if ours != theirs:
                both = (ours, theirs)
                differing[patterns] = both if "refused" in both else (ours - theirs, theirs - ours)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert len(PATTERNS) >= 100
    # docker itself decides: it refuses some, and takes the others.
    assert 5 < refused < 20
    assert differing == {}
