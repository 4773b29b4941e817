"""An image with its own entry point as the storm: ready by a port, a line of its output, or its health check."""

import io
import os
import re
import socket
import struct
import tarfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.storm import ready as subject
from hostcheck.bench.storm.launch import launch
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.output import Output
from hostcheck.bench.storm.ready import Readiness, Watch, listens, parse_ready
from hostcheck.bench.storm.shape import asked_of, commanded
from hostcheck.bench.storm.variants import variants_of
from hostcheck.bench.storm.workload import StormWorkload, _require_signal
from hostcheck.errors import UsageError
from tests.bench.conftest import ONCE
from tests.bench.storm.test_room import PLAIN

OUT, ERR = 1, 2


@pytest.mark.parametrize("text", ["port:80", "port:65535", "line:ready for (new )?connections", "line::", "health"])
def test_what_makes_ready_is_read_and_written_the_same(text):
    assert str(parse_ready(text)) == text
    assert parse_ready(text).is_own


@pytest.mark.parametrize(
    "text", ["", "port", "port:", "port:0", "port:65536", "port:٨٠", "line:", "line:(", "health:", "word", "http:80"]
)
def test_what_makes_nothing_ready_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="such as"):
        parse_ready(text)


TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 25 1 0 100 0 0 10 0
"""


def test_a_socket_that_listens_at_the_port_is_found_and_a_connection_from_it_is_none():
    assert listens(TABLE.format(state="0A"), 80)
    assert not listens(TABLE.format(state="01"), 80)
    assert not listens(TABLE.format(state="0A"), 8)
    assert not listens("", 80)


@pytest.fixture
def stream():
    """The two ends of a container's output."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def frame(kind, text):
    return struct.pack(">BxxxI", kind, len(text)) + text


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (((OUT, b"a\nstarted in 3 s\n"),), True),
        (((ERR, b"start"), (ERR, b"ed in 3 s\r\n")), True),
        (((ERR, b"start"), (OUT, b"ed in 3 s\n")), False),
        (((OUT, b"started in 3 s"),), False),
        (((OUT, b"started\nin 3 s\n"),), False),
        (((OUT, b"x" * 9000 + b"started in 3 s\n"), (OUT, b"other\n")), False),
        (((OUT, b"x" * 9000 + b"\n"), (OUT, b"started in 3 s\n")), True),
        (((OUT, b"\xff started in 3 s\n"),), True),
    ],
)
def test_a_whole_line_of_one_stream_makes_ready_and_a_long_one_is_cut(stream, parts, found):
    reading, writing = stream
    output = Output(reading, re.compile(r"started in \d+ s$"))
    for kind, text in parts:
        os.write(writing, frame(kind, text))
        while output.wait(0):
            pass
    assert output.matched == found


class Engine:
    """A client of an engine that says of its container what a test wants."""

    def __init__(self, *states):
        self.states = list(states)

    def inspect_container(self, _container):
        state = self.states.pop(0)
        if state is None:
            raise NotFound("no such container")
        return {"State": state}


def until_ready(watch, most=50):
    return any(watch.is_ready() for _ in range(most))


def test_health_is_asked_of_the_engine_until_it_is_healthy(stream, monkeypatch):
    monkeypatch.setattr(subject, "HEALTH_SECONDS", 0.001)
    engine = Engine({"Health": None}, {"Health": {"Status": "starting"}}, {"Health": {"Status": "healthy"}})
    assert until_ready(Watch(Readiness("health"), engine, "c", Output(stream[0])))
    assert engine.states == []


def test_a_container_that_the_engine_has_removed_has_ended_if_its_output_has(monkeypatch):
    monkeypatch.setattr(subject, "_ENDS_SECONDS", 0.0)
    reading, writing = os.pipe()
    watch = Watch(Readiness("health"), Engine(None, None), "c", Output(reading))
    with pytest.raises(NotFound):
        watch.is_ready()
    os.close(writing)
    monkeypatch.setattr(subject, "_ENDS_SECONDS", 5.0)
    assert not until_ready(watch, 2)
    assert watch.output.ended
    os.close(reading)


def test_a_port_is_looked_for_in_the_process_that_is_the_containers_and_no_other(stream, tmp_path, monkeypatch):
    process = tmp_path / "7"
    (process / "net").mkdir(parents=True)
    (tmp_path / "self" / "net").mkdir(parents=True)
    (tmp_path / "self" / "net" / "tcp").touch()
    (process / "cgroup").write_text("0::/docker/abc\n")
    (process / "net" / "tcp").write_text(TABLE.format(state="0A"))
    monkeypatch.setattr(subject, "_PROC", tmp_path)
    monkeypatch.setattr(subject, "_ENDS_SECONDS", 0.0)
    output = Output(stream[0])
    assert until_ready(Watch(parse_ready("port:80"), Engine({"Pid": 7}), "abc", output))
    assert not until_ready(Watch(parse_ready("port:81"), Engine({"Pid": 7}), "abc", output), 2)
    for other in ({"Pid": 8}, {"Pid": 7}):
        with pytest.raises(OSError, match="not visible from here, .*; use --ready line:REGEX or health"):
            until_ready(Watch(parse_ready("port:80"), Engine(other), "other", output))


def test_an_entry_point_of_its_own_gets_no_command_and_room_for_threads():
    definition = SimpleNamespace(command=("/bin/sh", "-c", "echo ready"))
    request = {"Image": "x", "Cmd": ["/bin/sh"], "HostConfig": {"PidsLimit": 64, "Memory": 1}}
    own = commanded(request, definition, parse_ready("port:80"))
    assert own == {"Image": "x", "HostConfig": {"PidsLimit": 1024, "Memory": 1}}
    word = commanded(request, definition, Readiness())
    assert (word["Entrypoint"], word["Cmd"]) == (["/bin/sh"], ["-c", "echo ready"])
    assert word["HostConfig"] == request["HostConfig"]


def test_what_makes_ready_is_a_setting_and_the_word_is_none():
    assert asked_of(StormOptions(ONCE, image="x", ready=parse_ready("line:up"))) == {"ready": "line:up"}
    assert asked_of(StormOptions(ONCE)) == {}


def test_health_needs_a_health_check():
    with pytest.raises(CannotRun, match="the image x has no HEALTHCHECK; use --ready port:NUMBER"):
        _require_signal(StormOptions(ONCE, image="x", ready=parse_ready("health")), PLAIN)
    _require_signal(StormOptions(ONCE, image="x", ready=parse_ready("port:80")), PLAIN)


def test_containers_that_listen_are_not_launched_with_the_hosts_network():
    assert variants_of(has_bridge=True, shares_ports=True) == ("none", "bridge", "port", "ports", "volumes")


SERVER = """\
FROM scratch
ADD rootfs.tar /
HEALTHCHECK --interval=1s CMD ["/bin/busybox", "wget", "-qO", "/dev/null", "http://127.0.0.1/bin/busybox"]
ENTRYPOINT ["/bin/busybox", "httpd", "-f", "-vv", "-p"]
CMD ["80"]
"""


@pytest.fixture(scope="module")
def server(engine):
    """An image of a web server from scratch, with an entry point of its own."""
    with engine.connect() as client:
        yield from _built(client)


def _built(client):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as members:
        for name, data in (("Dockerfile", SERVER.encode()), ("rootfs.tar", find_busybox().rootfs())):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            members.addfile(member, io.BytesIO(data))
    said = list(client.build(fileobj=io.BytesIO(archive.getvalue()), custom_context=True, tag="server:1", rm=True))
    assert b"Successfully tagged" in b"".join(said), said
    yield "server:1"
    client.remove_image("server:1")


@pytest.mark.real
def test_a_servers_port_makes_it_ready_without_a_network_and_nothing_is_left(make_context, holdings, server):
    before = holdings()
    options = StormOptions(ONCE, (3,), image=server, ready=parse_ready("port:80"))
    found = {metric.id: metric for metric in StormWorkload().measure(make_context(options))}
    for metric in found.values():
        assert metric.state == "ok", metric.reason
        assert metric.settings["ready"] == "port:80"
    (sample,) = found["storm.makespan.seconds"].samples
    assert all(one["ready"] > one["start"][0] for one in sample.detail["containers"])
    assert holdings() == before


@pytest.mark.real
@pytest.mark.parametrize(
    ("ready", "more", "errors"),
    [
        ("health", {}, ()),
        # The shell prints it to stderr after a moment, as servers log.
        ("line:^up$", {"Entrypoint": ["/bin/sh", "-c", "sleep 0.2; echo up >&2; exec sleep 600"]}, ()),
        ("port:81", {"Cmd": ["999999"]}, ("it ended before it was ready: httpd: .*",)),
        ("line:up", {"Entrypoint": ["/bin/sh", "-c", "echo down; false"]}, ("it ended before it was ready: down",)),
    ],
)
def test_the_image_says_by_itself_when_it_is_ready(prepared, server, ready, *, more, errors):
    clients, request = prepared
    own = {name: value for name, value in request.items() if name not in {"Cmd", "Entrypoint"}}
    image = clients[0].inspect_image(server)["Id"]
    wanted = parse_ready(ready)
    launched = launch(clients[:2], own | {"Image": image} | more, "own", threading.Event(), ready=wanted)
    assert launched.failed == (2 if errors else 0), launched.errors
    for error, pattern in zip(launched.errors, errors, strict=True):
        assert re.fullmatch(pattern, error)
    assert all(life.removed is not None for life in launched.lives)


def test_a_socket_of_this_process_is_found_in_the_kernels_own_table():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(Path("/proc/self/net/tcp").read_text(encoding="ascii"), port)
