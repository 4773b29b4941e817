"""The queueing disciplines of an interface, as the kernel lists them."""

import struct

import pytest

from hostcheck.bench.network import route


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def message(name, options=b"", index=7):
    return 36, struct.pack("=BxxxiIII", 0, index, 0, 0, 0) + attribute(1, name + b"\0") + attribute(2, options)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        (b"tbf", b"", ["tbf"]),
        (b"fq", attribute(7, struct.pack("=I", 0xFFFFFFFF)), ["fq"]),
        (b"fq", attribute(7, struct.pack("=I", 1_250_000)), ["fq maxrate"]),
        (b"fq_codel", attribute(7, struct.pack("=I", 1)), ["fq_codel"]),
    ],
)
def test_a_limit_of_fq_is_told_from_fq_without_one(monkeypatch, name, options, said):
    answer = [message(b"htb", index=8), message(name, options)]
    monkeypatch.setattr(route, "_interface", lambda _address: 7)
    monkeypatch.setattr(route, "_ask", lambda *_words: iter(answer))
    monkeypatch.setattr(route.socket, "if_indextoname", lambda _index: "gone0")
    assert route.route_to("198.51.100.2") == {"interface": "gone0", "qdiscs": said}


@pytest.mark.parametrize("address", ["", "a name", "198.51.100.256"])
def test_without_an_address_nothing_is_known(address):
    assert route.route_to(address) == {}


def test_the_way_to_this_host_is_its_loopback():
    assert route.route_to("127.0.0.1") == {"interface": "lo", "qdiscs": ["noqueue"]}
