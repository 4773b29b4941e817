"""Who leads a set of hosts, and who cannot be distinguished."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.ranking import few, ranking

IOPS = "disk.randwrite.iops"
BUILD = "build.cold.seconds"


def _places(runs, row=0):
    comparison = compare(runs)
    return ranking(comparison.names, comparison.rows[row])


def test_hosts_whose_intervals_leave_them_apart_have_a_place_each_and_the_others_share_one(run_of, metric):
    runs = [
        run_of("slow", metric(IOPS, 100, 101, 99)),
        run_of("fast", metric(IOPS, 1000, 1010, 990)),
        run_of("noisy", metric(IOPS, 700, 1200, 800)),
    ]
    assert _places(runs) == (("fast", "noisy"), ("slow",))


def test_of_times_the_shortest_is_best(run_of, metric):
    runs = [run_of(name, metric(BUILD, time, time * 1.01, time * 0.99)) for name, time in (("a", 90), ("b", 30))]
    assert _places(runs) == (("b",), ("a",))


def test_hosts_without_a_figure_or_with_other_settings_have_no_place(run_of, metric):
    runs = [
        run_of("a", metric(IOPS, 100, 101, 99)),
        run_of("other", metric(IOPS, 900, 901, 899, settings={"iodepth": 1})),
        run_of("none", replace(metric(IOPS, 1, 1.01), value=None, interval=None, state="skipped", samples=())),
        run_of("b", metric(IOPS, 300, 301, 299)),
    ]
    assert _places(runs) == (("b",), ("a",))


@pytest.mark.parametrize(
    ("names", "text"),
    [("a", "a"), ("ab", "a and b"), ("abcdef", "a, b, c, d, e and f"), ("abcdefg", "a, b, c, d and 3 more")],
)
def test_hosts_are_named_as_people_do(names, text):
    assert few([*names]) == text


def test_a_choice_is_named_with_another_word():
    assert few(["a", "b", "c"], "or") == "a, b or c"
