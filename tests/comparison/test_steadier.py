"""Which host is steadier is said where the variations show it, and is undecided where they do not."""

import pytest

from hostcheck.comparison.compare import compare
from tests.turning import MOVING, STILL, VARIATION, WORST, in_turns


def row(comparison, metric_id):
    return next(row for row in comparison.rows if row.id == metric_id)


@pytest.fixture
def beside(run_of):
    return lambda *metrics: compare([run_of(name, metric) for name, metric in zip("abcdef", metrics, strict=False)])


def said(comparison):
    return [sentence for sentence in comparison.findings if "stead" in sentence]


def test_a_disk_that_holds_still_is_steadier_than_one_that_moves(beside):
    found = beside(in_turns(MOVING), in_turns(STILL))
    assert row(found, VARIATION).cells[1].ratio.words == "14× steadier"
    (sentence,) = said(found)
    assert sentence.startswith("b is steadier than a: ")
    assert sentence.endswith("× at random write (variation 3 % against 41 %).")
    assert said(beside(in_turns(STILL), in_turns(MOVING)))[0].startswith("b is less steady than a: ")


def test_what_two_runs_of_one_host_may_be_apart_is_undecided(beside):
    found = beside(in_turns(MOVING), in_turns([value * (1 + n % 2 / 5) for n, value in enumerate(MOVING)]))
    assert said(found) == ["Which of a and b is steadier is undecided."]
    assert "cannot tell" in row(found, VARIATION).cells[1].ratio.words


def test_on_a_crowded_host_more_is_undecided(beside):
    little = [40_000 + 4_000 * (-1) ** n for n in range(8)]
    assert said(beside(in_turns(MOVING), in_turns(little)))[0].startswith("b is steadier")
    crowded = beside(in_turns(MOVING, crowded=True), in_turns(little, crowded=True))
    assert said(crowded) == ["Which of a and b is steadier is undecided."]
    assert "two runs may then differ by a factor of 5" in row(crowded, VARIATION).cells[1].ratio.reason


def test_nothing_is_said_of_one_host_of_other_figures_and_of_many_hosts(beside, metric):
    assert said(beside(in_turns(MOVING))) == []
    assert said(beside(metric("disk.wal.p99.seconds", 1, 1), metric("disk.wal.p99.seconds", 2, 2))) == []
    assert said(beside(*[in_turns(STILL)] * 6)) == []
    assert len(said(beside(*[in_turns(MOVING), in_turns(STILL)] * 3))) == 3


def test_the_slowest_turn_is_compared_as_a_rate(beside):
    assert (
        row(beside(in_turns(STILL), in_turns([3 * value for value in STILL])), WORST).cells[1].ratio.words
        == "3.0× faster"
    )
    longer = beside(in_turns(STILL), in_turns(STILL, runtime_seconds=5.0))
    assert row(longer, WORST).cells[1].ratio.reason == "turn seconds: 5 against 1"
