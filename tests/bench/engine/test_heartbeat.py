"""Whether an engine is alive, with a server in its place that answers as the test configures it."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest

from hostcheck.bench.base import EngineLost, Interrupted
from hostcheck.bench.engine import heartbeat as subject
from hostcheck.bench.engine.client import EngineClient
from hostcheck.bench.engine.heartbeat import Heartbeat
from hostcheck.bench.engine.unreachable import Unreachable


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """Whoever hangs up has reason to."""


class FakeEngine:
    """An engine: pings are answered while ``well``, and /containers/json when ``answer`` is set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.well, self.answer, self.trickle = True, threading.Event(), False
        self.pings = 0
        self.lines = set()
        self.start()

    def start(self):
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def address_string(self):
                return "client"

            def log_message(self, *_):
                pass

            def setup(self):
                super().setup()
                engine.lines.add(self.connection)

            def do_GET(self):
                if self.path == "/_ping":
                    engine.pings += 1
                    while not engine.well:
                        time.sleep(0.01)
                    return self.reply(b"OK")
                if engine.trickle:
                    # The begin of an answer, byte by byte.
                    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: yes\r\n":
                        self.wfile.write(bytes([byte]))
                        time.sleep(0.05)
                    self.wfile.write(b"Content-Length: 2\r\n\r\n[]")
                    return None
                engine.answer.wait(30)
                return self.reply(b"[]")

            def reply(self, body):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = Server(str(self.path), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def die(self):
        """End every connection, as the kernel does for a process that was killed, and listen no more."""
        self.server.shutdown()
        self.server.server_close()
        self.path.unlink()
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.lines = set()


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(subject, "HUNG_SECONDS", 0.6)
    monkeypatch.setattr(subject, "STOPPING_SECONDS", 0.3)
    monkeypatch.setattr(subject, "CUT_SECONDS", 0.3)
    monkeypatch.setattr(subject, "PING_SECONDS", 0.1)
    monkeypatch.setattr(subject, "BACK_SECONDS", 1.0)
    monkeypatch.setattr(subject, "_TICK_SECONDS", 0.02)
    engine = FakeEngine(tmp_path / "engine.sock")
    yield engine
    engine.well = True
    engine.answer.set()
    engine.server.shutdown()


@pytest.fixture
def heart(engine):
    return Heartbeat(engine.path, threading.Event())


@pytest.fixture
def client(engine, heart):
    with EngineClient(f"unix://{engine.path}", "1.41", 30, heart) as client:
        yield client


def test_a_request_that_is_slow_is_waited_for_as_long_as_pings_are_answered(engine, client):
    threading.Timer(4 * subject.HUNG_SECONDS, engine.answer.set).start()
    assert client.containers() == []
    assert engine.pings > 4


def test_a_request_that_gets_bytes_is_waited_for_though_no_ping_is_answered(engine, client, heart):
    engine.well, engine.trickle = False, True
    assert client.containers() == []
    assert heart.cause == ""


def test_only_silence_that_lasts_counts(engine, client, heart, monkeypatch):
    monkeypatch.setattr(subject, "HUNG_SECONDS", 2.0)
    for well in (True, False) * 3:
        # Silent for three seconds in all, and never for two.
        engine.well = well
        with heart.during("GET", "http://x/"):
            time.sleep(1.0)
    assert heart.cause == ""


def test_an_engine_that_gives_neither_hangs_and_every_request_ends_with_that(engine, client, heart, monkeypatch):
    engine.well = False
    with pytest.raises(Unreachable, match=r"^the engine has not answered for 1 s \(it hangs\)$"):
        client.containers()
    monkeypatch.setattr(Heartbeat, "connect", None)
    # It is not even asked.
    with pytest.raises(Unreachable, match=r"^the engine has not answered for 1 s \(it hangs\)$"):
        client.version()
    with pytest.raises(EngineLost, match="it hangs"):
        heart.recover()


def test_an_answer_that_stands_still_in_its_middle_is_cut_too(engine, client):
    engine.answer.set()
    response = client.get(f"{client.base_url}/v1.41/containers/json", stream=True)
    line = response.raw.fileno()
    engine.well = False
    with socket.socket(fileno=line) as waiting:
        waiting.settimeout(20)
        while waiting.recv(1024):
            pass
        waiting.detach()


def test_the_time_in_which_this_process_was_stopped_does_not_count(engine, heart):
    heart._lock.acquire()
    looks = []
    heart._look = lambda _now, passed: looks.append(passed)
    heart.connected()
    time.sleep(subject._LONGEST_TICK_SECONDS + 0.5)
    heart._lock.release()
    while len(looks) < 2:
        time.sleep(0.01)
    heart.disconnected()
    assert max(looks) <= subject._LONGEST_TICK_SECONDS


def test_after_a_stop_a_request_has_seconds_though_pings_are_answered(client, heart):
    threading.Timer(0.2, heart.stop.set).start()
    with pytest.raises(Unreachable, match="GET /containers/json was cancelled because"):
        client.containers()
    assert heart.cause == ""


def test_after_a_stop_an_engine_that_is_silent_is_given_up_sooner(engine, client, heart, monkeypatch):
    monkeypatch.setattr(subject, "HUNG_SECONDS", 60.0)
    engine.well = False
    threading.Timer(0.2, heart.stop.set).start()
    with pytest.raises(Unreachable, match="it hangs"):
        client.containers()


def test_an_engine_that_ends_and_is_back_is_reported_with_the_first_failure(engine, client, heart):
    engine.answer.set()
    assert client.containers() == []
    assert heart.recover() == ""
    engine.answer.clear()
    threading.Timer(0.2, engine.die).start()
    with pytest.raises(Unreachable, match=r"^the engine ended its connection"):
        client.containers()
    with pytest.raises(Unreachable, match=r"^the engine ended its connection"):
        client.version()
    threading.Timer(0.3, engine.start).start()
    assert heart.recover().startswith("the engine ended its connection")
    engine.answer.set()
    assert client.containers() == []
    assert heart.recover() == ""


def test_an_engine_that_is_not_back_in_time_is_lost_with_the_first_cause(engine, client, heart):
    engine.die()
    with pytest.raises(Unreachable):
        client.containers()
    with pytest.raises(
        EngineLost, match=r"^the engine (has stopped|ended).*, and it was not back within 1 s; check the"
    ):
        heart.recover()
    with pytest.raises(Unreachable, match="and it was not back within 1 s"):
        client.containers()


def test_who_waits_for_an_engine_can_be_stopped(engine, client, heart, monkeypatch):
    monkeypatch.setattr(subject, "BACK_SECONDS", 60.0)
    engine.die()
    with pytest.raises(Unreachable):
        client.containers()
    threading.Timer(0.2, heart.stop.set).start()
    with pytest.raises(Interrupted):
        heart.recover()


def test_one_connection_that_breaks_is_no_restart(engine, client, heart):
    def cut():
        (line,) = [request.line for request in heart._requests]
        line.shutdown(socket.SHUT_RDWR)

    threading.Timer(0.2, cut).start()
    with pytest.raises(Unreachable, match="the engine ended its connection during GET /containers/json"):
        client.containers()
    assert heart.recover() == ""


def test_an_id_in_a_path_is_left_out_of_what_is_said(engine, client, heart):
    with (
        pytest.raises(Unreachable, match=r"GET /containers/…/json"),
        heart.during("GET", "http+docker://localhost/v1.41/containers/0123456789abcdef/json?size=1"),
    ):
        raise OSError


def heartbeats():
    return {thread for thread in threading.enumerate() if thread.name == "heartbeat"}


def test_without_clients_there_are_no_pings(engine, heart):
    before = heartbeats()
    with EngineClient(f"unix://{engine.path}", "1.41", 30, heart):
        while not engine.pings:
            time.sleep(0.01)
    assert heartbeats() == before


def test_clients_that_follow_each_other_at_once_have_one_thread_of_pings(engine, heart):
    before = heartbeats()
    for _ in range(3):
        EngineClient(f"unix://{engine.path}", "1.41", 30, heart).close()
    with EngineClient(f"unix://{engine.path}", "1.41", 30, heart):
        assert len(heartbeats() - before) == 1


def test_an_engine_of_its_own_that_ends_is_given_up_at_once_with_its_last_line(engine, tmp_path):
    log = tmp_path / "dockerd.log"
    log.write_text("starting\nout of memory\n")
    own = Heartbeat(engine.path, threading.Event(), log)
    with EngineClient(f"unix://{engine.path}", "1.41", 30, own) as client:
        engine.die()
        with pytest.raises(
            Unreachable, match=r"^hostcheck's private engine ended \(last line of its log: out of memory\)$"
        ):
            client.containers()
        with pytest.raises(EngineLost, match="run the command again with --debug"):
            own.recover()
    assert own.is_over()


def test_an_engine_of_its_own_that_hangs_has_its_last_line_too(engine, tmp_path):
    log = tmp_path / "dockerd.log"
    log.write_text("starting\n")
    own = Heartbeat(engine.path, threading.Event(), log)
    with EngineClient(f"unix://{engine.path}", "1.41", 30, own) as client:
        engine.well = False
        with pytest.raises(
            Unreachable, match=r"^hostcheck's private engine has not answered .*\(last line of its log: starting\)$"
        ):
            client.containers()
