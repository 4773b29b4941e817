"""A gate's decision as text for people: what decided first, the outcome last."""

from hostcheck.formats.terminal import Style, plain
from hostcheck.gate.decision import Decision, Outcome
from hostcheck.run.model import Verdict

_COLORS: dict[Outcome, str] = {"passed": "green", "failed": "red", "inconclusive": "yellow"}


def render(decision: Decision, style: Style) -> str:
    """Return the decision as lines of text, without a final newline."""
    lines = []
    for verdict in (*decision.missed, *decision.untold, *decision.recommendations):
        lines += _lines(verdict, style)
    profiles = ", ".join(decision.profiles)
    outcome = style.paint(f"gate {decision.outcome}", _COLORS[decision.outcome], "bold")
    lines.append(f"{outcome}: {plain(decision.host)} for {profiles}: {_counts(decision)}")
    return "\n".join(lines)


def _lines(verdict: Verdict, style: Style) -> list[str]:
    lines = [
        f"{style.status(verdict.status)} {verdict.profile} {verdict.check}",
        style.wrap(f"expected {verdict.expected}; found {verdict.found}", 4),
    ]
    if verdict.fix:
        lines.append(style.wrap(f"fix: {verdict.fix}", 4))
    return lines


def _counts(decision: Decision) -> str:
    parts = []
    for verdicts, one, many in (
        (decision.missed, "requirement missed", "requirements missed"),
        (decision.untold, "requirement could not be told", "requirements could not be told"),
        (decision.recommendations, "recommendation", "recommendations"),
    ):
        if verdicts:
            parts.append(f"{len(verdicts)} {one if len(verdicts) == 1 else many}")
    return ", ".join(parts) or "every requirement met"
