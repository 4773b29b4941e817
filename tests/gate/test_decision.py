import pytest

from hostcheck.errors import UsageError
from hostcheck.gate.decision import EXIT_CODES, decide
from hostcheck.run.model import HostIdentity, Run, Verdict


def run_of(*verdicts):
    return Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("node-1"), verdicts=verdicts)


def verdict(status, severity="required", profile="docker"):
    return Verdict(profile, f"check.{status}", status, severity, "e", "f", "w", "x", "s")


@pytest.mark.parametrize(
    ("verdicts", "outcome", "code"),
    [
        ([verdict("pass")], "passed", 0),
        ([verdict("pass"), verdict("warn", "recommended")], "passed", 0),
        ([verdict("skip")], "passed", 0),
        ([verdict("fail"), verdict("pass")], "failed", 1),
        ([verdict("unknown")], "inconclusive", 3),
        ([verdict("unknown", "recommended")], "passed", 0),
        ([verdict("unknown"), verdict("fail")], "failed", 1),
        ([verdict("fail", profile="docker-2014"), verdict("pass")], "passed", 0),
    ],
)
def test_a_miss_outranks_the_unknown_and_the_unknown_outranks_a_pass(verdicts, outcome, code):
    decision = decide(run_of(*verdicts), ("docker",))
    assert decision.outcome == outcome
    assert EXIT_CODES[decision.outcome] == code


def test_many_misses_are_still_exit_code_one():
    assert EXIT_CODES[decide(run_of(*[verdict("fail")] * 7), ("docker",)).outcome] == 1


def test_a_run_that_was_not_audited_for_the_profile_is_refused():
    with pytest.raises(UsageError, match="not audited for kubernetes"):
        decide(run_of(verdict("pass")), ("kubernetes",))
