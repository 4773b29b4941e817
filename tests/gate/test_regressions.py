"""A metric beside its baseline's: only a worsening that noise does not explain is a failure."""

from dataclasses import replace

import pytest

from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.regressions import notes, regressions
from hostcheck.run.measured import Metric
from hostcheck.run.model import Verdict

DOCKER = Policy(profiles=("docker",))
IOPS, BUILD = "disk.randwrite.iops", "build.cold.seconds"


@pytest.fixture
def judged(run_of, metric):
    def judge(ours, theirs, metric_id=IOPS, margin=0.1):
        (found,) = regressions(
            run_of("node", metric(metric_id, *ours)), run_of("node", metric(metric_id, *theirs)), margin
        )
        return found.status

    return judge


QUIET = (1000, 1001, 999)


@pytest.mark.parametrize(
    ("ours", "status"),
    [
        ((1000, 1002, 998), "pass"),
        ((950, 951, 949), "pass"),
        ((850, 851, 849), "unknown"),
        ((750, 751, 749), "fail"),
        ((850, 950, 1050), "unknown"),
        ((500, 900, 1500), "unknown"),
        ((900, 901, 899), "unknown"),
        ((2000, 2001, 1999), "pass"),
        ((500,), "unknown"),
    ],
)
def test_a_rate_fails_only_where_even_the_better_end_is_worse_by_more_than_the_margin(judged, ours, status):
    assert judged(ours, QUIET) == status


@pytest.mark.parametrize(
    ("ours", "status"),
    [
        ((1080, 1081, 1079), "pass"),
        ((1095, 1096, 1094), "pass"),
        ((1150, 1151, 1149), "unknown"),
        ((1300, 1301, 1299), "fail"),
        ((500, 501, 499), "pass"),
    ],
)
def test_a_time_may_be_longer_by_the_margin(judged, ours, status):
    assert judged(ours, QUIET, BUILD) == status


def test_the_margin_is_the_policys(judged):
    assert judged((850, 851, 849), QUIET, margin=0.2) == "pass"
    assert judged((840, 840.5, 839.5), QUIET, margin=0.01) == "fail"


def test_the_sentence_gives_the_change_in_the_metrics_own_terms(run_of, metric):
    (found,) = regressions(run_of("a", metric(BUILD, 90, 90.1, 89.9)), run_of("b", metric(BUILD, 45, 45.1, 44.9)), 0.1)
    assert found.expected == "at most 10% more than b's 45.0 s (44.8 – 45.2 s) of 2026-11-23"
    assert found.found.startswith("90.0 s (89.8 – 90.2 s), 1.99 – 2.01 times the baseline's")


def test_a_metric_of_the_baseline_that_was_not_measured_is_unknown_and_a_new_one_has_a_note(run_of, metric):
    run = run_of("node", metric(IOPS, *QUIET), metric("disk.randread.iops", *QUIET))
    baseline = run_of("other", metric(IOPS, *QUIET), metric(BUILD, *QUIET))
    found = {each.metric: each.status for each in regressions(run, baseline, 0.1)}
    assert found == {IOPS: "pass", BUILD: "unknown"}
    assert list(notes(run, baseline, 0.1)) == [
        "the baseline is from another host: other",
        "new: disk.randread.iops is in this run, but not in the baseline",
    ]


def test_an_improvement_beyond_the_margin_is_a_note(run_of, metric):
    run, baseline = run_of("node", metric(IOPS, 2000, 2001, 1999)), run_of("node", metric(IOPS, *QUIET))
    assert list(notes(run, baseline, 0.1)) == [
        f"better: {IOPS} is 2.0× faster than the baseline; make a new baseline to require this value"
    ]
    assert list(notes(baseline, baseline, 0.1)) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "published"}, "published"),
        ({"state": "invalid", "reason": "cached"}, "invalid: cached"),
        ({"state": "skipped", "reason": "no fio", "value": None, "interval": None}, "skipped: no fio"),
        ({"settings": {"block size": "4k"}}, "block size"),
        ({"samples": ()}, "no samples"),
    ],
)
def test_what_cannot_be_compared_is_unknown_with_the_reason(run_of, metric, changes, reason):
    ours, theirs = metric(IOPS, 500, 501, 499, **changes), metric(IOPS, *QUIET)
    (found,) = regressions(run_of("node", ours), run_of("node", theirs), 0.1)
    assert found.status == "unknown"
    assert reason in found.found


def test_a_published_baseline_decides_nothing(run_of, metric):
    theirs = replace(metric(IOPS, 5000), state="published", interval=None, samples=())
    (found,) = regressions(run_of("node", metric(IOPS, *QUIET)), run_of("seller", theirs), 0.1)
    assert found.status == "unknown"


def test_a_baseline_that_has_nothing_in_common_is_no_pass(run_of, metric):
    passing = (Verdict("docker", "a", "pass", "required", "e", "f", "w", "x", "s"),)
    run = run_of("node", verdicts=passing)
    decision = weigh(run, DOCKER, baseline=run_of("node", metric(IOPS, *QUIET)))
    assert decision.outcome == "inconclusive"
    assert decision.findings[-1].found.startswith("not measured; measure with hostcheck bench")
    assert weigh(run, DOCKER, baseline=run_of("node")).findings[-1].found.startswith("none; measure with hostcheck")


def test_a_regression_makes_the_gate_fail(run_of, metric):
    passing = (Verdict("docker", "a", "pass", "required", "e", "f", "w", "x", "s"),)
    run = run_of("node", metric(IOPS, 500, 501, 499), verdicts=passing)
    assert weigh(run, DOCKER, baseline=run_of("node", metric(IOPS, *QUIET))).outcome == "failed"


def test_a_baseline_that_did_not_measure_it_either_is_no_finding(run_of):
    skipped = Metric(IOPS, "IOPS", "higher", "skipped", "no fio")
    assert regressions(run_of("a", skipped), run_of("b", skipped), 0.1) == ()
    assert list(notes(run_of("a", skipped), run_of("a", skipped), 0.1)) == []
