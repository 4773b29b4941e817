"""A policy asks for a steady disk: by its variation, and by its slowest turn."""

import pytest

from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.thresholds import parse_threshold
from tests.turning import MOVING, STILL, VARIATION, WORST, in_turns


def status(run, *thresholds):
    policy = Policy(thresholds=tuple(map(parse_threshold, thresholds)))
    return [finding.status for finding in weigh(run, policy).findings if finding.kind == "threshold"]


@pytest.mark.parametrize(
    ("values", "threshold", "expected"),
    [
        (STILL, f"{VARIATION} <= 10 %", "pass"),
        (STILL, f"{VARIATION} <= 10", "pass"),
        (MOVING, f"{VARIATION} <= 10 %", "fail"),
        (MOVING, f"{VARIATION} <= 45 %", "unknown"),
        (STILL, f"{WORST} >= 39k IOPS", "pass"),
        (MOVING, f"{WORST} >= 30k IOPS", "fail"),
        (MOVING, f"{WORST} >= 20k IOPS", "unknown"),
        (MOVING, f"{WORST} >= 2k IOPS", "pass"),
    ],
)
def test_steadiness_is_a_threshold(run_of, values, threshold, expected):
    assert status(run_of("a", in_turns(values)), threshold) == [expected]


def test_a_slowest_turn_that_was_seen_below_the_limit_fails_however_uncertain_it_is(run_of):
    assert status(run_of("a", in_turns((*STILL, 50))), f"{WORST} >= 10k IOPS") == ["fail"]


def test_what_was_not_measured_in_turns_is_unknown(run_of, metric):
    run = run_of("a", metric("disk.randwrite.iops", 100, 101, 99))
    assert status(run, f"{VARIATION} <= 10 %", f"{WORST} >= 10") == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (
            in_turns(STILL[:4]),
            "disk.randwrite.iops has fewer than 5 turns, too few to show how steady it is; measure again",
        ),
        (None, "not measured; measure with hostcheck bench"),
    ],
)
def test_why_the_steadiness_is_unknown_is_said(run_of, run, why):
    policy = Policy(thresholds=(parse_threshold(f"{VARIATION} <= 10 %"),))
    (found,) = [each for each in weigh(run_of("a", *filter(None, [run])), policy).findings if each.kind == "threshold"]
    assert (found.status, found.found.startswith(why)) == ("unknown", True)


def test_a_baseline_judges_the_rate_and_not_its_steadiness_too(run_of):
    run, baseline = run_of("a", in_turns(MOVING)), run_of("a", in_turns(STILL))
    found = weigh(run, Policy(), baseline=baseline).findings
    assert [finding.id for finding in found if finding.kind == "regression"] == ["disk.randwrite.iops"]
