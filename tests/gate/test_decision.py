from dataclasses import replace
from datetime import date

import pytest

from hostcheck.errors import UsageError
from hostcheck.gate.decision import EXIT_CODES, weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver
from hostcheck.run.model import HostIdentity, Run, Verdict
from hostcheck.thresholds import parse_threshold

TODAY = date(2026, 11, 23)
DOCKER = Policy(profiles=("docker",))
FLOOR = parse_threshold("disk.randwrite.iops >= 5000")


def run_of(*verdicts):
    return Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("node-1"), verdicts=verdicts)


def verdict(status, severity="required", profile="docker", check=None):
    return Verdict(profile, check or f"check.{status}", status, severity, "e", "f", "w", "x", "s")


def outcome(*verdicts, **asked):
    return weigh(run_of(*verdicts), replace(DOCKER, **asked), today=TODAY).outcome


@pytest.mark.parametrize(
    ("verdicts", "expected", "code"),
    [
        ([verdict("pass")], "passed", 0),
        ([verdict("pass"), verdict("warn", "recommended")], "passed", 0),
        ([verdict("pass"), verdict("skip")], "passed", 0),
        ([verdict("fail"), verdict("pass")], "failed", 1),
        ([verdict("unknown")], "inconclusive", 3),
        ([verdict("unknown", "recommended")], "passed", 0),
        ([verdict("unknown"), verdict("fail")], "failed", 1),
        ([verdict("fail"), verdict("unknown")], "failed", 1),
        ([verdict("fail", profile="docker-2014"), verdict("pass")], "passed", 0),
    ],
)
def test_a_miss_outranks_the_unknown_and_the_unknown_outranks_a_pass(verdicts, expected, code):
    assert outcome(*verdicts) == expected
    assert EXIT_CODES[expected] == code


@pytest.mark.parametrize("skipped", [1, 7])
def test_a_profile_whose_checks_are_all_skipped_is_inconclusive(skipped):
    verdicts = [verdict("skip", check=f"check.{number}") for number in range(skipped)]
    decision = weigh(run_of(*verdicts), DOCKER, today=TODAY)
    assert decision.outcome == "inconclusive"
    (finding,) = decision.having("inconclusive")
    assert (finding.title, finding.found) == ("docker checks", "no check applied, so nothing was judged")


def test_a_profile_that_judged_nothing_is_not_hidden_by_another_that_passes():
    verdicts = [verdict("pass"), verdict("skip", profile="nomad")]
    assert outcome(*verdicts, profiles=("docker", "nomad")) == "inconclusive"
    assert outcome(*verdicts, profiles=("docker",)) == "passed"


def test_many_misses_are_still_exit_code_one():
    assert weigh(run_of(*[verdict("fail")] * 7), DOCKER).exit_code == 1


def test_recommendations_count_where_the_policy_says_so():
    missed, unknown = verdict("warn", "recommended"), verdict("unknown", "recommended")
    assert outcome(missed, fail_on="recommended") == "failed"
    assert outcome(unknown, fail_on="recommended") == "inconclusive"
    assert outcome(missed, unknown, fail_on="recommended") == "failed"


@pytest.mark.parametrize(("unknown", "expected"), [("fail", "failed"), ("inconclusive", "inconclusive")])
def test_the_policy_decides_how_an_unknown_requirement_counts(unknown, expected):
    assert outcome(verdict("unknown"), unknown=unknown) == expected
    assert outcome(verdict("pass"), unknown=unknown, thresholds=(FLOOR,)) == expected
    assert outcome(verdict("unknown", "recommended"), unknown=unknown) == "passed"
    assert outcome(verdict("fail"), unknown=unknown) == "failed"


def test_a_waiver_keeps_a_finding_from_counting_and_the_finding_stays():
    waiver = Waiver("check.f*", "known", date(2026, 11, 23))
    decision = weigh(run_of(verdict("fail"), verdict("unknown")), replace(DOCKER, waivers=(waiver,)), today=TODAY)
    assert decision.outcome == "inconclusive"
    (waived,) = decision.having("waived")
    assert (waived.status, waived.waiver) == ("fail", waiver)
    assert waived.waiver_words == "waived: known, until 2026-11-23"


def test_an_unknown_is_let_pass_by_a_waiver_that_names_it_with_a_reason_and_a_day():
    waiver = Waiver("check.unknown", "no room to try it", date(2026, 11, 23))
    decision = weigh(run_of(verdict("unknown")), replace(DOCKER, waivers=(waiver,)), today=TODAY)
    assert (decision.outcome, decision.notes) == ("passed", ())
    assert [(each.status, each.waiver) for each in decision.having("waived")] == [("unknown", waiver)]


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver("check.*", "a reason", date(2026, 11, 30)),
        Waiver("check.unknow?", "a reason", date(2026, 11, 30)),
        Waiver("check.unknown", "", date(2026, 11, 30)),
        Waiver("check.unknown", "a reason"),
        Waiver("check.unknown", "a reason", date(2026, 11, 22)),
    ],
    ids=str,
)
def test_an_unknown_is_let_pass_by_no_other_waiver_and_that_is_said(waiver):
    decision = weigh(run_of(verdict("unknown")), replace(DOCKER, waivers=(waiver,)), today=TODAY)
    assert decision.outcome == "inconclusive"
    if waiver.until != date(2026, 11, 22):
        (note,) = decision.notes
        assert "does not cover an unknown result (check.unknown)" in note


def test_a_waiver_whose_last_day_is_over_waives_nothing_and_that_is_said():
    waiver = Waiver("check.fail", "known", date(2026, 11, 22))
    decision = weigh(run_of(verdict("fail")), replace(DOCKER, waivers=(waiver,)), today=TODAY)
    assert decision.outcome == "failed"
    assert decision.findings[0].waiver_words == "its waiver expired on 2026-11-22: known"
    assert decision.notes == ()


def test_a_later_waiver_holds_where_an_earlier_one_expired():
    waivers = (Waiver("check.*", until=date(2020, 1, 1)), Waiver("check.fail"))
    assert outcome(verdict("fail"), waivers=waivers) == "passed"


def test_a_waiver_of_a_passing_check_is_reported_as_unused():
    decision = weigh(run_of(verdict("pass")), replace(DOCKER, waivers=(Waiver("check.pass"),)))
    assert decision.findings[0].effect == "none"
    assert decision.notes == ("the waiver for check.pass was not needed",)


def test_a_waiver_for_nothing_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match=r"did you mean check\.fail\?"):
        outcome(verdict("fail"), waivers=(Waiver("chek.fail"),))
    with pytest.raises(UsageError, match="matches no check or metric"):
        outcome(verdict("fail"), waivers=(Waiver("zzz.*"),))


def test_waivers_know_checks_of_profiles_that_are_not_judged_and_metrics():
    assert outcome(verdict("pass"), waivers=(Waiver("storage.aufs"), Waiver("storm.*"))) == "passed"


def test_a_threshold_of_a_users_own_metric_that_the_run_has_not_is_inconclusive():
    assert outcome(verdict("pass"), thresholds=(parse_threshold("my.randread.iops > 1"),)) == "inconclusive"


def test_findings_are_given_the_most_severe_first():
    verdicts = [verdict("pass"), verdict("warn", "recommended"), verdict("unknown"), verdict("fail")]
    decision = weigh(run_of(*verdicts), DOCKER)
    assert [finding.status for finding in decision.having("none", "advice", "inconclusive", "fail")] == [
        "fail",
        "unknown",
        "warn",
        "pass",
    ]
