"""What iperf3 says is read as JSON of a stranger: the peer writes a part of it."""

import json
from pathlib import Path

import pytest

from hostcheck.bench.network.iperf import Iperf, details, lost_percent, problem_of, received
from hostcheck.bench.network.options import Peer, parse_peer
from hostcheck.errors import UsageError

# What counts of a turn of iperf3 3.12.
TURN = {
    "start": {"version": "iperf 3.12", "tcp_mss_default": 1448},
    "end": {
        "streams": [{"sender": {"mean_rtt": 860, "retransmits": 1}}, {"sender": {"mean_rtt": 1140}}],
        "sum_sent": {"bits_per_second": 8454781313.1, "retransmits": 7},
        "sum_received": {"bits_per_second": 8_000_000_000},
    },
}


def test_the_rate_is_what_arrived():
    text = json.dumps(TURN)
    assert received(text) == 1000.0
    assert details(text, 2) == {"streams": 2, "retransmits": 7, "segment_bytes": 1448, "rtt_ms": 1.0}


@pytest.mark.parametrize(("remote", "own"), [("192.0.2.7", True), ("192.0.2.8", False)])
def test_a_peer_at_the_address_of_this_host_is_marked(remote, own):
    ends = [{"socket": 5, "local_host": "192.0.2.7", "local_port": 5, "remote_host": remote, "remote_port": 5201}]
    text = json.dumps({**TURN, "start": {**TURN["start"], "connected": ends}})
    assert details(text, 1).get("own_address", False) is own
    assert problem_of(text) == ""


def test_datagrams_that_were_lost_are_a_share():
    assert lost_percent(json.dumps({"end": {"sum": {"lost_percent": 1.5, "packets": 200}}})) == 1.5
    assert lost_percent(json.dumps({"end": {"sum": {"lost_percent": 101}}})) is None


def test_an_error_is_what_it_says():
    assert problem_of('{"start": {}, "end": {}, "error": "unable to connect to server: Connection refused"}') == (
        "unable to connect to server: Connection refused"
    )


@pytest.mark.parametrize(
    "output",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"end": 5}',
        '{"end": {"sum_received": []}}',
        '{"end": {"sum_received": {"bits_per_second": "8e9"}}}',
        '{"end": {"sum_received": {"bits_per_second": true}}}',
        '{"end": {"sum_received": {"bits_per_second": -1}}}',
        '{"end": {"sum_received": {"bits_per_second": 1e300}}}',
        '{"end": {"sum_received": {"bits_per_second": NaN}, "streams": [7, {"sender": []}]}, "start": 1}',
    ],
    ids=lambda text: text[:60],
)
def test_what_is_no_figure_is_none(output):
    assert received(output) is None
    assert lost_percent(output) is None
    assert details(output, 1) == {"streams": 1}
    assert problem_of(output) == ""


@pytest.mark.parametrize(
    ("text", "peer"),
    [
        ("node-2", Peer("node-2")),
        ("node-2.example.net:5300", Peer("node-2.example.net", 5300)),
        ("192.0.2.7:5300", Peer("192.0.2.7", 5300)),
        ("2001:db8::7", Peer("2001:db8::7")),
        ("[2001:db8::7]:5300", Peer("2001:db8::7", 5300)),
    ],
)
def test_a_peer_is_a_host_with_or_without_a_port(text, peer):
    assert parse_peer(text) == peer
    assert parse_peer(str(peer)) == peer


@pytest.mark.parametrize("text", ["", "-x", "a b", "node:0", "node:70000", "node:x", "http://node", "[::1", "a,b"])
def test_what_is_no_peer_is_refused(text):
    with pytest.raises(UsageError, match="--peer .*expected HOST or HOST:PORT"):
        parse_peer(text)


def test_each_turn_has_an_end_of_its_own():
    iperf = Iperf(Path("/usr/bin/iperf3"), "iperf3 3.12")
    command = iperf.command(Peer("node", 5300), 3, receive=True, streams=4)
    assert "--reverse" in command
    assert command[command.index("--time") + 1] == "3"
    assert command[command.index("--parallel") + 1] == "4"
    assert "--udp" in iperf.command(Peer("node"), 1, receive=False, datagrams_a_second=10**6)
