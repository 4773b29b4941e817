"""What answers of hosts say of the ways between them; those of strangers say nothing that was not measured."""

import pytest

from hostcheck.formats import PAIRS
from hostcheck.formats.terminal import Style
from hostcheck.population.pairs import pairs_of
from hostcheck.report.pairs_table import pair_rows

HOSTS, PORTS, TIME = ("a", "b", "c"), ("tcp/1", "udp/2"), "2026-11-30T09:00:00Z"


def answer(peers, held=PORTS):
    return {"held": list(held), "taken": [], "peers": peers}


def peer(how="open", **more):
    return {"ports": dict.fromkeys(PORTS, how), "rtt_seconds": 0.0005, **more}


def pairs(**found):
    return pairs_of(HOSTS, PORTS, TIME, {"c": "No route to host"} | found)


@pytest.mark.parametrize(
    ("how", "held", "state"),
    [
        ("open", PORTS, "open"),
        ("served", (), "open"),
        ("served", PORTS, "intercepted"),
        ("mute", (), "open"),
        ("mute", PORTS, "unknown"),
        ("silent", PORTS, "blocked"),
        ("refused", PORTS, "blocked"),
        ("unreachable", PORTS, "blocked"),
        ("silent", (), "unknown"),
        ("refused", (), "unknown"),
        ("nonsense", PORTS, "unknown"),
        (None, PORTS, "unknown"),
        (["open"], PORTS, "unknown"),
    ],
)
def test_a_port_is_blocked_only_where_the_target_listened(how, held, state):
    found = pairs(a=answer({"b": peer(how)}), b=answer({}, held))
    assert [{*way.ports.values()} for way in found.ways] == [{state}]


def test_a_host_without_an_answer_is_missing_and_the_ways_to_it_are_unknown():
    found = pairs(a=answer({"b": peer(), "c": peer("silent")}), b=answer({"a": peer()}))
    assert found.missing == {"c": "No route to host"}
    assert [(way.target, len(ports)) for way, ports in found.found("unknown")] == [("c", 2)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"peers": 7},
        {"peers": {"b": []}},
        {"peers": {"b": {"ports": 5, "rtt_seconds": "x", "sent": -1, "lost": True, "mtu": 10**400}}},
        {"held": 1, "peers": {"b": {"ports": {"tcp/1": 1}, "path": ["x"]}}},
    ],
    ids=["peers", "a peer", "numbers", "lists"],
)
def test_an_answer_that_is_none_says_nothing(wrong):
    found = pairs(a=wrong, b=answer({}))
    assert all({*way.ports.values()} == {"unknown"} and way.rtt_seconds is None and not way.sent for way in found.ways)


@pytest.fixture
def faulty():
    narrow = peer(sent=100, lost=3, mtu=1400, configured_mtu=1500)
    return pairs(a=answer({"b": narrow, "c": peer("silent")}), b=answer({"a": peer("silent", path="no echo")}))


def test_the_text_has_what_is_wrong_first(faulty):
    lines = PAIRS.load("text")(faulty, Style(color=False)).splitlines()
    assert lines[0] == "1 of 6 ways open on tcp/1, udp/2"
    assert lines[2:4] == ["Blocked:", "  b to a: tcp/1, udp/2"]
    assert "  c: No route to host" in lines
    assert "  a to b: 1400 bytes pass, the route permits 1500" in lines
    assert "  a to b: 3 of 100" in lines
    assert "  1 way: no echo" in lines
    assert max(map(len, lines)) <= 80


def test_the_matrix_of_the_page_says_the_same(faulty):
    rows = dict(pair_rows(faulty))
    assert rows["a"][0] == ("", "")
    assert rows["a"][1] == ("fail", "✗ 0.500 ms; 3 of 100 packets lost; 1400 of 1500 bytes pass")
    assert rows["a"][2][0] == "unknown"
    assert rows["b"][0] == ("fail", "✗ 0.500 ms; tcp/1 blocked; udp/2 blocked")
    assert rows["c"] == [("unknown", "? no result"), ("unknown", "? no result"), ("", "")]
