import socket

import pytest

from hostcheck.host.live import LiveHost
from hostcheck.probes.network.listening import parse_sockets
from hostcheck.probes.network.listening import probe as listening
from hostcheck.probes.network.ports import TRIED, probe
from hostcheck.profiles.loader import load
from hostcheck.profiles.loader import names as profiles

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


def row(address, port, state="0A"):
    rest = "0" * len(address) + f":0000 {state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0"
    return f"   0: {address}:{port:04X} {rest}\n"


def facts(host):
    return {fact.id: fact for each in (probe, listening) for fact in each(host)}


def tables(tcp="", udp="", tcp6=""):
    return {"/proc/net/tcp": HEAD + tcp, "/proc/net/udp": HEAD + udp, "/proc/net/tcp6": HEAD + tcp6}


def test_only_listening_sockets_are_busy():
    text = HEAD + row("00000000", 22) + row("0100007F", 5432) + row("0100007F", 40000, "01")
    assert {port for _, port in parse_sockets(text, "tcp")} == {22, 5432}


def test_ports_of_both_protocols_and_versions_are_put_together(fake_host):
    host = fake_host(tables(row("00000000", 8080), row("00000000", 4789, "07"), row("0" * 32, 6443)))
    assert facts(host)["net.ports.busy"].value == ("tcp/6443", "tcp/8080", "udp/4789")


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("00000000", True),
        ("0100007F", False),
        ("7F000001", False),
        ("0101A8C0", True),
        ("0" * 32, True),
        ("00000000000000000000000001000000", False),
        ("0000000000000000FFFF00000100007F", False),
        ("0000000000000000FFFF00000101A8C0", True),
    ],
)
def test_an_engine_on_the_loopback_is_not_open_to_the_network(fake_host, address, is_open):
    text = row(address, 2375)
    host = fake_host(tables(tcp6=text) if len(address) == 32 else tables(tcp=text))
    assert facts(host)["net.docker_tcp"].value is is_open


def test_a_connection_to_an_engine_elsewhere_is_no_open_one(fake_host):
    assert facts(fake_host(tables(row("00000000", 2375, "01"))))["net.docker_tcp"].value is False


def test_missing_or_too_long_tables_are_unknown(fake_host):
    assert not any(fact.known for fact in facts(fake_host({})).values())
    found = facts(fake_host({"/proc/net/tcp": "x" * (1 << 20), "/proc/net/udp": HEAD}))
    assert not found["net.ports.busy"].known
    assert "ss -lntu" in found["net.ports.busy"].reason


def test_garbage_is_not_a_socket():
    for text in ("", "\0\n", "0: x:y 0:0 0A", " 0: 00000000:XXXX 00000000:0000 0A\n"):
        assert parse_sockets(text, "tcp") == frozenset()


def test_a_port_that_cannot_be_bound_is_busy_without_a_listener(fake_host):
    bound = {"tcp/6443": {"ok": False, "error": "EADDRINUSE"}, "tcp/2377": {"ok": True, "error": ""}}
    host = fake_host(tables(row("00000000", 8080)), experiments={"ports": bound})
    fact = facts(host)["net.ports.busy"]
    assert fact.value == ("tcp/6443", "tcp/8080")
    assert fact.conflicts == ("tcp/6443 cannot be bound, though nothing listens on it",)
    assert fact.evidence[0].value == "1 of 2"


def test_every_port_that_a_profile_asks_for_is_tried():
    checks = [check for name in profiles() for check in load(name).checks if check.test.subject == "net.ports.busy"]
    assert {port for check in checks for port in check.test.argument} <= set(TRIED)


def test_a_port_that_this_user_may_not_bind_is_not_busy(fake_host):
    host = fake_host(tables(), experiments={"ports": {"tcp/2377": {"ok": False, "error": "EACCES"}}})
    assert facts(host)["net.ports.busy"].value == ()


def test_only_ports_without_a_listener_are_tried(fake_host):
    host = fake_host(tables(row("00000000", 8080), row("00000000", 4789, "07")))
    asked = []
    host.experiment = lambda name, **arguments: asked.append((name, arguments["ports"].split()))
    facts(host)
    assert asked == [("ports", [port for port in TRIED if port not in {"tcp/8080", "udp/4789"}])]


@pytest.mark.real
def test_a_port_bound_by_this_test_is_busy():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        busy = facts(LiveHost())["net.ports.busy"].value
        assert f"tcp/{server.getsockname()[1]}" in busy
        assert f"udp/{udp.getsockname()[1]}" in busy
