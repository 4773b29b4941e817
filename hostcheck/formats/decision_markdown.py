"""A gate's decision as GitHub Flavored Markdown: for a pull request, an issue or a job's summary."""

from hostcheck.counts import number_of
from hostcheck.formats.comparison_markdown import escape
from hostcheck.formats.decision_words import headline, remedy, word
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding

_SIGNS = {"pass": "✓", "warn": "!", "fail": "✗", "skip": "–", "unknown": "?", "waived": "–"}


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the outcome, the findings that require an action, and the others in a folded section."""
    lines = [f"### hostcheck: {escape(headline(decision))}", ""]
    telling = decision.having("fail", "inconclusive", "advice", "waived")
    if telling:
        lines += ["| | what | expected | found | what to do |", "|---|---|---|---|---|"]
        lines += [_row(finding) for finding in telling]
        lines.append("")
    lines += [f"- {escape(note)}" for note in decision.notes]
    if decision.notes:
        lines.append("")
    quiet = decision.having("none")
    if quiet:
        lines += ["<details>", f"<summary>{number_of(len(quiet), 'finding')} without anything to do</summary>", ""]
        lines += [f"- {_sign(finding)} {escape(finding.title)}: {escape(finding.found)}" for finding in quiet]
        lines += ["", "</details>"]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(finding: Finding) -> str:
    advice = "; ".join(filter(None, (finding.waiver_words, remedy(finding))))
    cells = (_sign(finding), escape(finding.title), *map(escape, (finding.expected, finding.found, advice)))
    return f"| {' | '.join(cells)} |"


def _sign(finding: Finding) -> str:
    said = word(finding)
    return f"{_SIGNS[said]} {said}"
