"""What moved the rates of a host within its run: said once a cause, and only as far as the samples show it."""

from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.comparison.steadiness import steadiness
from hostcheck.report.glance import glance
from hostcheck.run.estimators import POOLED
from hostcheck.run.files import read_run
from hostcheck.run.measured import Conditions
from hostcheck.run.model import Fact
from tests.turning import MOVING, in_turns

WRITE, READ = "disk.randwrite.iops", "disk.randread.iops"
QUIET = Conditions(busy_percent=30.0, steal_percent=0.1)


@pytest.fixture
def moved(metric):
    """Make a metric whose samples are far apart, with what the machine and fio did meanwhile."""

    def make(name=WRITE, values=(68_543, 53_746, 34_124), conditions=QUIET, **changes):
        found = metric(name, *values, state="unstable", reason="±91%", **changes)
        detail = {"iops": 1.0, "fio_cpu_percent": 40.0}
        return replace(
            found, samples=tuple(replace(one, conditions=conditions, detail=detail) for one in found.samples)
        )

    return make


@pytest.fixture
def run(run_of):
    """A run that took no time: how many minutes more of them take is not known."""
    ended = "2026-11-23T10:00:00Z"
    return lambda *metrics, cpus=2: run_of("vm", *metrics, facts={"hw.cpus": Fact("hw.cpus", cpus)}, ended=ended)


def said(run):
    return list(steadiness("vm", run))


def test_where_nothing_in_the_guest_moved_it_the_storage_below_is_named(run, moved):
    (sentence,) = said(run(moved(), moved(READ)))
    assert sentence == (
        "vm moved within the run: random write 34,124 – 68,543 IOPS and random read 34,124 – 68,543 IOPS. "
        "Nothing in its system explains that: the storage below may be shared, or pace itself."
    )


def test_each_cause_is_one_sentence(run, moved):
    busy = moved(READ, conditions=replace(QUIET, busy_percent=80.0))
    stolen = moved(conditions=replace(QUIET, steal_percent=4.0))
    first, second = said(run(busy, stolen))
    assert first.endswith("Other work kept its CPUs busy meanwhile: end that work, and measure again.")
    assert second.endswith("The hypervisor gave 2 % of its CPU time or more to others meanwhile.")


def test_a_cause_that_is_excluded_for_one_rate_and_unknown_of_another_is_no_contradiction(run, moved):
    (sentence,) = said(run(moved(conditions=replace(QUIET, steal_percent=None)), moved(READ)))
    assert sentence == (
        "vm moved within the run: random read 34,124 – 68,543 IOPS and random write 34,124 – 68,543 IOPS. "
        "Nothing in its system explains random read: the storage below may be shared, or pace itself. The cause "
        "of the others is unknown, as the run does not record what its CPUs did meanwhile."
    )


@pytest.mark.parametrize(
    "conditions", [replace(QUIET, steal_percent=None), replace(QUIET, busy_percent=None)], ids=["steal", "busy"]
)
def test_what_is_not_known_excludes_nothing(run, moved, conditions):
    (sentence,) = said(run(moved(conditions=conditions)))
    assert sentence.endswith("so the cause is unknown.")


def test_fios_own_time_is_no_other_work(run, moved):
    own = moved(conditions=replace(QUIET, busy_percent=45.0))
    assert said(run(own))[0].endswith("or pace itself.")
    assert said(run(own, cpus=None))[0].endswith("so the cause is unknown.")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"estimator": POOLED}, id="several runs"),
        pytest.param({"unit": "s"}, id="a time"),
    ],
)
def test_of_other_figures_nothing_is_said(run, moved, change):
    assert said(run(replace(moved(), **change))) == []


def test_samples_that_hardly_differ_have_not_moved(run, moved):
    assert said(run(moved(values=(100, 104, 107)))) == []


def test_a_change_of_level_is_a_movement_and_no_storage_is_blamed_for_it(run, moved):
    figure = moved()
    series = {"series": {"milliseconds": 500, "iops": [9000.0] * 8 + [300.0] * 8}}
    figure = replace(figure, samples=(replace(figure.samples[0], detail={"iops": 1.0} | series), figure.samples[1]))
    (sentence,) = said(run(figure))
    assert sentence == (
        "vm moved within the run: random write 53,746 – 68,543 IOPS. The level changed, and did not come back."
    )


def test_what_moved_is_named_whatever_its_interval_the_furthest_first(run, moved):
    narrow = replace(moved(), state="ok", interval=(52_000.0, 54_000.0), value=53_000.0)
    further = moved(READ, values=(10_000, 90_000, 20_000))
    (sentence,) = said(run(narrow, further))
    assert sentence.startswith(
        "vm moved within the run: random read 10,000 – 90,000 IOPS and random write 34,124 – 68,543 IOPS."
    )


@pytest.mark.parametrize("name", ["reports/sample/sata.json", "reports/sample/host.json"])
def test_the_page_calls_a_host_steady_exactly_where_the_paper_says_that_nothing_moved(name):
    comparison = compare([read_run(name)])
    (steady,) = (row.cells[0] for row in glance(comparison) if row.title == "Steady")
    moved = [sentence for sentence in comparison.findings if " moved within the run: " in sentence]
    assert (steady.words == "yes") == (moved == [])
    for sentence in moved[:1]:
        assert steady.more.partition(" and ")[0] in sentence


def test_levels_that_come_back_are_a_movement_with_its_cause(run, moved):
    figure = moved()
    levels = ([9000.0] * 8, [300.0] * 8, [9000.0] * 8)
    samples = [
        replace(sample, detail={**sample.detail, "series": {"milliseconds": 500, "iops": rates}})
        for sample, rates in zip(figure.samples, levels, strict=True)
    ]
    (sentence,) = said(run(replace(figure, samples=tuple(samples))))
    assert sentence.endswith("the storage below may be shared, or pace itself.")


def test_a_figure_that_is_no_jobs_rate_keeps_its_own_note(run, moved, metric):
    churn = metric("build.cold.seconds", 40, 60, 50, state="unstable", reason="±51%")
    found = compare([run(moved(), churn)])
    assert [note for note in notes(found) if "±" in note] == ["vm, docker build (cold): unstable, ±51%"]
    assert any(sentence.startswith("vm moved within the run: random write") for sentence in found.verdicts)


LITTLE = (40_000, 47_000, 36_000, 44_000, 39_000, 42_000, 45_000)


@pytest.mark.parametrize(
    ("values", "changes", "asked"),
    [
        (MOVING, {}, " To show a difference of only 2×, bench --runs 8 (about 24 minutes) is enough."),
        (
            MOVING,
            {"ended": "2026-11-23T10:01:00Z"},
            " To show a difference of only 2×, bench --runs 8 (about 8 minutes) is enough.",
        ),
        (LITTLE, {}, ""),
        ((40_000, 400_000, 4_000, 90_000, 1_000), {}, ""),
        (MOVING, {"ended": None}, ""),
        (MOVING, {"started": "yesterday"}, ""),
        (MOVING, {"ended": "2026-11-23T09:00:00Z"}, ""),
    ],
    ids=["three minutes", "a minute", "shown by one run", "too many runs", "not ended", "no time", "back in time"],
)
def test_it_asks_for_the_minutes_that_a_difference_of_two_takes(run_of, values, changes, asked):
    facts = {"hw.cpus": Fact("hw.cpus", 2)}
    (sentence,) = said(run_of("vm", in_turns(values, apart=0.2), facts=facts, **changes))
    assert sentence.endswith("or pace itself." + asked)
