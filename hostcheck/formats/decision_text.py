"""A gate's decision as text: the outcome, the findings that decided it, and recommendations."""

from hostcheck.counts import number_of
from hostcheck.formats.decision_words import headline, remedy
from hostcheck.formats.findings_text import Item, brief, commands, full, merged, row
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision, Outcome
from hostcheck.gate.finding import WORST_FIRST, Finding
from hostcheck.plaintext import plain

_COLORS: dict[Outcome, str] = {"passed": "green", "failed": "red", "inconclusive": "yellow"}
_MOST = 5
"""Maximum number of items in a brief decision."""
_LINES = 15
"""Maximum number of lines in a brief decision at 80 columns."""
_PIPELINE = {False: "a pipeline goes on", True: "a pipeline stops"}
"""What the exit code means for a pipeline, by whether it is not 0."""
_NOTES = 2
"""Maximum number of notes in a brief decision."""


def render(decision: Decision, style: Style) -> str:
    """Return the decision as lines of text, without a final newline."""
    if style.detail == "commands":
        return commands(merged(map(_item, decision.having("fail", "inconclusive", "advice"))))
    summary = f"{plain(headline(decision))} (exit code {decision.exit_code}: {_PIPELINE[bool(decision.exit_code)]})"
    outcome = f"gate {decision.outcome}"
    lines = style.wrap(summary, 0)
    top = [style.paint(outcome, _COLORS[decision.outcome], "bold") + lines.removeprefix(outcome)]
    if style.detail == "full":
        top += [line for finding in decision.having(*WORST_FIRST) for line in _in_full(finding, style)]
        return "\n".join([*top, *(style.wrap(f"note: {note}", 0) for note in decision.notes)])
    notes = [style.wrap(f"note: {note}", 0) for note in decision.notes[:_NOTES]]
    left = len(decision.notes) - len(notes)
    waived = len(decision.having("waived"))
    more = f"{len(decision.having('none'))} met or not required{f', {waived} waived' if waived else ''}"
    unseen = f", {number_of(left, 'more note')}" if left else ""
    notes.append(style.wrap(f"{more}{unseen}; --verbose shows all", 0))
    room = _LINES - sum(len(text.splitlines()) for text in (*top, *notes))
    items = merged(map(_item, decision.having("fail", "inconclusive", "advice")))
    return "\n".join([*top, *brief(items, style, most=_MOST, lines=room), *notes])


def _in_full(finding: Finding, style: Style) -> list[str]:
    return full(_item(finding), style) if finding.effect != "none" else [row(_item(finding), style)]


def _item(finding: Finding) -> Item:
    return Item(
        status=finding.status,
        severity=finding.severity,
        check=finding.id,
        title=finding.name,
        sentence=finding.said,
        found=finding.found,
        whose=(finding.scope,),
        fix=remedy(finding),
        command=finding.command if remedy(finding) else "",
        why=finding.why,
        source=finding.source,
        note=finding.waiver_words,
        places=(":".join(map(str, finding.asked_at)),) if finding.asked_at else (),
    )
