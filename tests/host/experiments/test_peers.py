"""Servers that answer, refuse and do not exist, for real."""

import http.server
import socket
import threading

import pytest

from hostcheck.host.experiments.perform import perform


@pytest.fixture
def listening():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield one


@pytest.fixture
def registry():
    """Start a server that answers every path with a status of its own: /200/v2/ with 200."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            # Before the answer: who gets it looks at the list at once.
            asked.append(self.path)
            self.send_response(int(self.path.split("/")[1]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_a_listening_server_is_timed_and_receives_no_data(listening):
    peer = f"127.0.0.1:{listening.getsockname()[1]}"
    answer = perform("peers", peers=peer)[peer]
    assert (answer["ok"], answer["error"]) == (True, "")
    assert answer["rtt_us"] >= 0
    connection, _ = listening.accept()
    with connection:
        assert connection.recv(1) == b""


def test_a_server_that_refuses_has_answered(listening):
    port = listening.getsockname()[1]
    listening.close()
    assert perform("peers", peers=f"127.0.0.1:{port}")[f"127.0.0.1:{port}"]["ok"]


def test_a_name_without_an_address_does_not_answer():
    answer = perform("peers", peers="absent.invalid:2380")["absent.invalid:2380"]
    assert (answer["ok"], answer["rtt_us"]) == (False, None)
    assert answer["error"].startswith("no address")


def test_a_full_backlog_counts_as_no_answer(listening):
    listening.listen(0)
    address = listening.getsockname()
    waiting = []
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(address)
        waiting.append(one)
    peer = f"127.0.0.1:{address[1]}"
    answer = perform("peers", peers=peer)[peer]
    for one in waiting:
        one.close()
    assert (answer["ok"], answer["error"]) == (False, "ETIMEDOUT")


@pytest.mark.parametrize(("status", "answers"), [(200, True), (401, True), (404, False), (503, False)])
def test_a_registry_answers_with_200_or_401(registry, status, answers):
    server, asked = registry
    url = f"{server}/{status}"
    assert perform("registries", registries=url) == {
        url: {"ok": answers, "error": "" if answers else f"status {status}"}
    }
    assert asked == [f"/{status}/v2/"]


@pytest.mark.parametrize("url", ["https://127.0.0.1:{port}", "file:///etc", "127.0.0.1:{port}"])
def test_a_server_without_http_or_tls_is_not_a_registry(listening, url):
    name = url.format(port=listening.getsockname()[1])
    listening.close()
    answer = perform("registries", registries=name)[name]
    assert not answer["ok"]
    assert answer["error"]
