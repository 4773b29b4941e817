"""Who leads a set of hosts, and who cannot be distinguished."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.ranking import few, ranked, ranking

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


def test_a_set_begins_with_who_leads_and_who_is_last(run_of, metric):
    runs = [
        run_of(name, metric(IOPS, rate, rate * 1.01, rate * 0.99), metric(BUILD, 50, 50.5, 49.5))
        for name, rate in (("a", 100), ("b", 900), ("c", 905))
    ]
    assert compare(runs).verdicts[:3] == (
        (
            "Of 3 hosts, most often first, alone or tied: b and c, in 1 of 1 headline metrics; most often last: a, "
            "in 1 (1 of 2 headline metrics distinguish no hosts)."
        ),
        "Random write, best first: c and b (tied); then a.",
        "Docker build, cold: a, b and c cannot be distinguished.",
    )


def test_a_set_that_no_figure_distinguishes_has_no_leader(run_of, metric):
    runs = [run_of(name, metric(IOPS, 100, 101, 99)) for name in "abc"]
    assert compare(runs).verdicts[0] == "No headline metric distinguishes these 3 hosts."


def test_two_hosts_and_hosts_without_figures_are_not_ranked(run_of, metric):
    pair = compare([run_of(name, metric(IOPS, 100, 101)) for name in "ab"])
    nothing = compare([run_of(name) for name in "abc"])
    assert ranked(pair.names, pair.rows) == ranked(nothing.names, nothing.rows) == []


def test_many_places_are_counted_between_the_first_and_the_last(run_of, metric):
    runs = [run_of(f"h{n}", metric(IOPS, 10.0**n, 1.01 * 10.0**n, 0.99 * 10.0**n)) for n in range(1, 10)]
    assert compare(runs).verdicts[1] == (
        "Random write, best first: h9; then h8; then h7; then h6; then 4 more places; then h1."
    )


@pytest.mark.parametrize(
    ("names", "text"),
    [("a", "a"), ("ab", "a and b"), ("abcdef", "a, b, c, d, e and f"), ("abcdefg", "a, b, c, d and 3 more")],
)
def test_hosts_are_named_as_people_do(names, text):
    assert few([*names]) == text
