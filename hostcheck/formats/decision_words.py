"""Texts on a gate's decision that all formats share."""

from hostcheck.counts import number_of
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding


def headline(decision: Decision) -> str:
    """Return the outcome, the host, the profiles and the reason on one line."""
    profiles = ", ".join(decision.policy.profiles)
    return f"{decision.command} {decision.outcome}: {decision.run.host.name} for {profiles}: {counts(decision)}"


def counts(decision: Decision) -> str:
    """Return the numbers of findings by result, in words."""
    advice = [finding.status for finding in decision.having("advice")]
    warned = advice.count("warn")
    unknown = len(advice) - warned
    numbers = (
        (len(decision.having("fail")), "failed", "failed"),
        (len(decision.having("inconclusive")), "unknown", "unknown"),
        (warned, "recommendation missed", "recommendations missed"),
        (unknown, "recommended check unknown", "recommended checks unknown"),
        (len(decision.having("waived")), "waived", "waived"),
    )
    said = [number_of(number, one, many) for number, one, many in numbers if number]
    # A recommendation alone keeps no gate from passing.
    nothing_required = [] if decision.having("fail", "inconclusive") or not advice else ["no requirement missed"]
    return ", ".join([*nothing_required, *said]) or "nothing is missed"


def word(finding: Finding) -> str:
    """Return the result of a finding in one word: "fail", "unknown", "warn", "waived"."""
    return "waived" if finding.effect == "waived" else finding.status


def remedy(finding: Finding) -> str:
    """Return the remedy; empty if the check passed, is waived, or has an unknown result."""
    return finding.fix if finding.status in {"fail", "warn"} and finding.effect != "waived" else ""


def detail(finding: Finding) -> list[str]:
    """Return all details of a finding, as lines with one sentence each."""
    notes = [
        finding.sentence,
        finding.waiver_words,
        f"why: {finding.why}" if finding.why else "",
        f"fix: {remedy(finding)}" if remedy(finding) else "",
        f"source: {finding.source}" if finding.source else "",
    ]
    return [line for line in notes if line]
