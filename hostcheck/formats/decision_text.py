"""A gate's decision as text for people: what decided first, the outcome last."""

from hostcheck.formats.decision_words import headline, remedy
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision, Outcome
from hostcheck.gate.finding import Finding
from hostcheck.plaintext import plain

_COLORS: dict[Outcome, str] = {"passed": "green", "failed": "red", "inconclusive": "yellow"}


def render(decision: Decision, style: Style) -> str:
    """Return the decision as lines of text, without a final newline."""
    lines = []
    for finding in decision.having("fail", "inconclusive", "advice", "waived"):
        lines += _lines(finding, style)
    lines += [style.wrap(f"note: {note}", 0) for note in decision.notes]
    summary = plain(headline(decision))
    outcome = f"gate {decision.outcome}"
    lines.append(style.paint(outcome, _COLORS[decision.outcome], "bold") + summary.removeprefix(outcome))
    return "\n".join(lines)


def _lines(finding: Finding, style: Style) -> list[str]:
    waived = style.paint(" (waived)", "dim") if finding.effect == "waived" else ""
    lines = [f"{style.status(finding.status)} {plain(finding.title)}{waived}", style.wrap(finding.sentence, 4)]
    if finding.waiver_words:
        lines.append(style.wrap(finding.waiver_words, 4))
    if todo := remedy(finding):
        lines.append(style.wrap(f"fix: {todo}", 4))
    return lines
