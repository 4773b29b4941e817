"""``location``: kept where nothing outside is near enough, broken where nothing inside is."""

import pytest

from hostcheck.promise.location import parse_location, with_measured
from hostcheck.promise.model import Line
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
