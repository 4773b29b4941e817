"""Whether workloads fit, in those formats of a gate's decision that CI services read."""

from dataclasses import replace

from hostcheck.formats import (
    decision_csv,
    decision_github,
    decision_junit,
    decision_markdown,
    decision_sarif,
    decision_tap,
)
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision, weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.workloads import findings_of
from hostcheck.placement.placing import Fit, profiles_of
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.times import utc_now


def decision_of(fit: Fit) -> Decision:
    """Return the decision of a gate whose only requirement is that the workloads can run."""
    profiles = profiles_of([placed.content for placed in fit.placed])
    policy = Policy(profiles=profiles)
    names = ", ".join(host.name for host in fit.hosts) or "no host"
    run = fit.hosts[0].run if fit.hosts else _nothing()
    of_all = replace(run, host=replace(run.host, name=names), verdicts=(), metrics=())
    asked = replace(policy, profiles=())
    decision = weigh(of_all, asked, after=findings_of(fit, asked))
    return replace(decision, policy=policy, notes=(*decision.notes, *fit.notes), command="fits")


def _nothing() -> Run:
    """Return an empty run for files that are judged without a host."""
    now = utc_now()
    host = HostIdentity("no host", "", "", 0, 0, "")
    return Run(id="0" * 32, hostcheck="", started=now, ended=now, host=host, facts={}, verdicts=(), profiles=())


def junit(fit: Fit, style: Style | None = None) -> str:
    """Return the decision as JUnit XML."""
    return decision_junit.render(decision_of(fit), style)


def sarif(fit: Fit, style: Style | None = None) -> str:
    """Return the decision as SARIF."""
    return decision_sarif.render(decision_of(fit), style)


def github(fit: Fit, style: Style | None = None) -> str:
    """Return the decision as annotations for GitHub's log."""
    return decision_github.render(decision_of(fit), style)


def markdown(fit: Fit, style: Style | None = None) -> str:
    """Return the decision as Markdown."""
    return decision_markdown.render(decision_of(fit), style)


def tap(fit: Fit, style: Style | None = None) -> str:
    """Return the decision as TAP."""
    return decision_tap.render(decision_of(fit), style)


def csv(fit: Fit, style: Style | None = None) -> str:
    """Return the decision as CSV."""
    return decision_csv.render(decision_of(fit), style)
