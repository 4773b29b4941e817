"""Ports are taken for real, and nothing of it stays."""

import errno
import socket
import threading
from pathlib import Path

import pytest

from hostcheck.host.experiments import ports
from hostcheck.host.experiments.perform import perform
from hostcheck.host.experiments.ports import refusal
from tests.leaks import nothing_left_open

TABLES = ("tcp", "tcp6", "udp", "udp6")
KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def children():
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()


def is_listed(port):
    return any(f":{port:04X} " in Path(f"/proc/net/{name}").read_text() for name in TABLES)


@pytest.fixture(params=["tcp", "udp"])
def protocol(request):
    return request.param


@pytest.fixture
def free():
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("", 0))
        return one.getsockname()[1]


def test_a_free_port_is_bound_and_closed_again(protocol, free):
    with nothing_left_open():
        assert perform("ports", ports=f"{protocol}/{free}") == {f"{protocol}/{free}": {"ok": True, "error": ""}}
    assert not is_listed(free)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_refused_on_whichever_address_it_is_used(protocol, address):
    with socket.socket(socket.AF_INET, KINDS[protocol]) as other:
        other.bind((address, 0))
        if protocol == "tcp":
            other.listen()
        port = f"{protocol}/{other.getsockname()[1]}"
        assert perform("ports", ports=port) == {port: {"ok": False, "error": "EADDRINUSE"}}


def test_the_port_of_a_server_that_does_not_listen_yet_is_busy(free):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free))
        assert not is_listed(free)
        assert refusal("tcp", free) == errno.EADDRINUSE


def test_a_port_with_a_closed_connection_in_time_wait_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        end, _ = server.accept()
        end.close()
        client.close()
    assert f":{port:04X} " in Path("/proc/net/tcp").read_text()
    assert refusal("tcp", port) == 0


def test_a_service_that_starts_meanwhile_is_not_disturbed(free):
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind(("", free))
        with socket.create_server(("", free)) as service:
            assert service.getsockname()[1] == free


@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL])
def test_without_ipv6_the_port_of_ipv4_is_tried(monkeypatch, number, free):
    tried = []

    def refuse(family, protocol, port):
        tried.append((family, protocol, port))
        return number if family == socket.AF_INET6 else 0

    monkeypatch.setattr(ports, "_refusal", refuse)
    assert refusal("udp", free) == 0
    assert [family for family, _, _ in tried] == [socket.AF_INET6, socket.AF_INET]


def test_a_child_is_killed_at_the_time_limit_and_its_results_count(monkeypatch):
    monkeypatch.setattr(ports, "refusal", lambda _protocol, port: 0 if port == 1 else threading.Event().wait())
    before = children()
    assert ports.try_ports("tcp/1 tcp/2 tcp/3", 0.5) == {"tcp/1": {"ok": True, "error": ""}}
    assert children() == before
