"""``location``: kept where nothing outside is near enough, broken where nothing inside is."""

import pytest

from hostcheck.place.countries import names
from hostcheck.promise.location import parse_location, with_measured
from hostcheck.promise.model import Line
from hostcheck.run.model import Fact
from tests.place.worlds import ASHBURN, LONDON, OSLO, TOKYO, measured
from tests.promise.hosts import run_of

NEAR = measured(0.02)


@pytest.mark.parametrize(
    ("place", "round_trips", "answer"),
    [
        ("NO", [NEAR], "kept"),
        ("100 km of Oslo", [NEAR], "kept"),
        ("US", [NEAR], "broken"),
        ("EU", [NEAR], "broken"),
        ("JP", [measured(1.0, "Ashburn", ASHBURN)], "broken"),
        ("NO", [measured(5.0)], "cannot tell"),
        ("GB", [measured(30.0, "London", LONDON)], "cannot tell"),
        ("NO", [NEAR, measured(0.02, "Tokyo", TOKYO)], "cannot tell"),
        ("NO", [measured(None)], "cannot tell"),
        ("NO", [], "cannot tell"),
    ],
)
def test_only_what_is_excluded_decides(place, round_trips, answer):
    (line,) = with_measured([Line("location", place, parse_location(place), ("plan.toml", 2))], round_trips)
    judged = line.asks.judge(run_of({}, []))
    assert judged.answer == answer
    assert judged.changes
    assert bool(judged.sure) == (answer != "cannot tell")


def test_the_evidence_has_no_address_of_a_landmark():
    (line,) = with_measured([Line("location", "NO", parse_location("NO"), ("plan.toml", 2))], [measured(0.02, at=OSLO)])
    judged = line.asks.judge(run_of({}, []))
    assert judged.evidence == ("Oslo: 0.02 ms of 10 handshakes",)


@pytest.mark.parametrize(
    ("left", "place", "answer"),
    [
        (("NO",), "NO", "kept"),
        (("NO", "SE"), "NO", "cannot tell"),
        (("SE", "DK"), "NO", "broken"),
        (("SE", "DK"), "EU", "kept"),
        (("NO",), "300 km of Oslo", "cannot tell"),
    ],
)
def test_a_gate_that_measured_the_place_judges_the_promise_by_the_same_fact(left, place, answer):
    excluded = tuple(sorted(set(names()) - set(left)))
    judged = parse_location(place).judge(run_of({"place.excluded": Fact("place.excluded", excluded)}, []))
    assert judged.answer == answer
    assert bool(judged.sure) == (answer != "cannot tell")
