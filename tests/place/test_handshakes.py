"""What counts as a round trip, and what takes a handshake out."""

import pytest

from hostcheck.place.clocks import Moment, elapsed
from hostcheck.place.handshakes import MOST, WANTED, Attempt, measure
from tests.place.worlds import landmark


def made(*attempts):
    """A handshake that brings these attempts about, the last of them for ever."""
    left = list(attempts)
    return lambda _landmark, _address: left.pop(0) if len(left) > 1 else left[0]


def one(*attempts, **parts):
    (found,) = measure([landmark(**parts)], made(*attempts))
    return found


def test_the_least_of_ten_counts():
    found = one(*(Attempt(float(ms)) for ms in (9, 5, 7, 6, 8, 12, 5.5, 30, 6, 7)))
    assert (found.rtt_ms, found.counted, found.tried, found.problem) == (5.0, WANTED, WANTED, "")


def test_landmarks_are_measured_in_turns():
    asked = []

    def shake(one, _address):
        asked.append(one.name)
        return Attempt(3.0)

    measure([landmark("a"), landmark("b", address="192.0.2.2")], shake)
    assert asked == ["a", "b"] * WANTED


def test_a_landmark_that_is_silent_is_asked_three_times():
    found = one(Attempt(None, "no answer", silent=True))
    assert (found.rtt_ms, found.tried, found.problem) == (None, 3, "no answer")


def test_a_packet_that_was_sent_again_takes_its_handshake_out():
    again = Attempt(None, "a packet was sent again", retransmitted=True)
    found = one(again, again, again, again, Attempt(4.0))
    assert (found.rtt_ms, found.counted, found.tried) == (4.0, WANTED, WANTED + 4)
    assert found.notes == ("4 handshakes left out: a packet was sent again",)
    never = one(again)
    assert (never.rtt_ms, never.tried) == (None, MOST)


def test_less_than_ten_are_too_few():
    lost = Attempt(None, "no answer", silent=True)
    found = one(*[Attempt(4.0), lost] * 9, lost)
    assert found.rtt_ms is None
    assert found.problem.startswith("9 of 20 handshakes are valid, but 10 are needed: no answer")


def test_a_refusal_is_no_round_trip_to_the_landmark():
    found = one(Attempt(None, "refused: any firewall on the way may do that, so it is no round trip to the landmark"))
    assert found.rtt_ms is None
    assert found.problem.startswith("refused")


def test_a_key_that_answers_much_later_than_tcp_is_noticed():
    found = one(Attempt(21.0, tcp_ms=0.3), pin=b"k" * 32)
    assert found.rtt_ms == 21.0
    assert "a box nearby may answer for it" in found.notes[0]


@pytest.mark.parametrize(
    ("after", "lost", "stepped"),
    [
        ((5, 5, 5, 5), "", False),
        ((5, 5, 5, -3600_000), "", True),
        ((5, 5, 5, 3600_000), "", True),
        ((5, 5, 900, 900), "the machine slept", True),
        ((5, 9, 5, 5), "a clock was being corrected", False),
        ((5, 5.02, 5.02, 5), "", False),
    ],
)
def test_clocks_that_disagree(after, lost, stepped):
    found = elapsed(Moment(0, 0, 0, 0), Moment(*(int(ms * 1e6) for ms in after)))
    assert (found.ms, found.lost, found.stepped) == (5.0, lost, stepped)


@pytest.mark.parametrize(
    ("addresses", "problem"),
    [
        (["127.0.0.1"], "this host answers it by itself"),
        (["10.0.0.1"], "it is private"),
        (["192.0.2.1", "::1"], "this host answers it by itself"),
        (["169.254.169.254"], "each cloud answers it by itself"),
        ([], "DNS knows no address of it"),
    ],
)
def test_what_dns_says_is_looked_at_as_an_address_of_the_file_is(addresses, problem, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_: [(0, 0, 0, "", (each, 443)) for each in addresses])
    (found,) = measure([landmark(address="landmark.example")], made(Attempt(1.0)))
    assert problem in found.problem
    assert found.tried == 0


def test_no_name_is_looked_up_where_an_address_is_given(monkeypatch):
    def never(*_args, **_):
        raise AssertionError

    monkeypatch.setattr("socket.getaddrinfo", never)
    assert one(Attempt(1.0)).rtt_ms == 1.0
    assert one(Attempt(1.0), address="2001:db8::1").rtt_ms == 1.0
