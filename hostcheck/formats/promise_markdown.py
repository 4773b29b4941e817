"""Whether a promise was kept, as Markdown for a ticket at the seller's support."""

from hostcheck.formats.comparison_markdown import escape
from hostcheck.formats.promise_words import ABOUT, ORDER, host, rows, title
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import without_commands
from hostcheck.promise.model import Outcome


def render(outcome: Outcome, _style: Style | None = None) -> str:
    """Return the text."""
    lines = [f"### {escape(title(outcome))}", "", escape(host(outcome)), "", ABOUT]
    for answer in ORDER:
        for finding in outcome.having(answer):
            lines += ["", f"#### {escape(finding.line.key)}: {answer}", ""]
            lines += [f"- **{name}**: {escape('; '.join(texts))}" for name, texts in rows(finding)]
    lines += ["", *(f"- {escape(note)}" for note in outcome.notes)]
    return without_commands("\n".join(lines).rstrip("\n") + "\n")
