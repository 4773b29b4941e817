"""Whether a promise was kept, in those formats of a gate's decision that CI services read."""

from dataclasses import replace

from hostcheck.formats import decision_csv, decision_github, decision_junit, decision_sarif, decision_tap
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision, weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.promises import findings_of
from hostcheck.promise.judging import profiles_of
from hostcheck.promise.model import Outcome


def decision_of(outcome: Outcome) -> Decision:
    """Return the decision of a gate whose only requirements are the lines of the promise."""
    run = replace(outcome.run, verdicts=(), metrics=())
    decision = weigh(run, Policy(), after=findings_of(outcome, Policy()))
    named = profiles_of([finding.line for finding in outcome.findings]) or ("a promise",)
    return replace(decision, policy=Policy(profiles=named), notes=(*decision.notes, *outcome.notes), command="promise")


def junit(outcome: Outcome, style: Style | None = None) -> str:
    """Return the decision as JUnit XML."""
    return decision_junit.render(decision_of(outcome), style)


def sarif(outcome: Outcome, style: Style | None = None) -> str:
    """Return the decision as SARIF."""
    return decision_sarif.render(decision_of(outcome), style)


def github(outcome: Outcome, style: Style | None = None) -> str:
    """Return the decision as annotations for GitHub's log."""
    return decision_github.render(decision_of(outcome), style)


def tap(outcome: Outcome, style: Style | None = None) -> str:
    """Return the decision as TAP."""
    return decision_tap.render(decision_of(outcome), style)


def csv(outcome: Outcome, style: Style | None = None) -> str:
    """Return the decision as CSV."""
    return decision_csv.render(decision_of(outcome), style)
