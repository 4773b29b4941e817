"""A gate's decision as GitHub's workflow commands, and as the summary of a job's step.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import os
import sys
from pathlib import Path

from hostcheck.counts import number_of
from hostcheck.formats import decision_markdown
from hostcheck.formats.decision_words import headline, remedy
from hostcheck.formats.repository import within
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Effect, Finding
from hostcheck.plaintext import plain

MOST_ANNOTATIONS = 10
"""Maximum number of annotations. GitHub shows ten of a kind for each step, and silently drops the others."""

MOST_SUMMARY = 1024 * 1024
"""Maximum size of a step's summary in bytes. GitHub rejects a longer one as a whole."""

_COMMANDS: dict[Effect, str] = {"fail": "error", "inconclusive": "error", "advice": "warning", "waived": "notice"}
_CUT = "\n\nThe summary was cut here.\n"


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return annotations for up to ten findings, the most severe first, and a line with the outcome."""
    reported = decision.having("fail", "inconclusive", "advice", "waived")
    shown = reported if len(reported) <= MOST_ANNOTATIONS else reported[: MOST_ANNOTATIONS - 1]
    lines = [_annotation(finding) for finding in shown]
    if len(shown) < len(reported):
        left = number_of(len(reported) - len(shown), "more finding is", "more findings are")
        lines.append(f"::notice title=hostcheck::{left} in the step's summary")
    # A word before what a host says: a line of the log that begins with a command is one.
    lines.append(f"hostcheck: {_data(headline(decision))}")
    return "\n".join(lines) + "\n"


def append_summary(decision: Decision) -> None:
    """Append the decision to the file of the step's summary, if GitHub names one. A failed write is printed."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return
    try:
        _append(Path(place), decision)
    except OSError as error:
        sys.stderr.write(f"hostcheck: writing the step's summary {place}: {error.strerror}\n")


def _append(path: Path, decision: Decision) -> None:
    room = MOST_SUMMARY - (path.stat().st_size if path.exists() else 0)
    text = decision_markdown.render(decision).encode("utf-8", "replace")
    if len(text) > room:
        text = text[: max(0, room - len(_CUT))].decode("utf-8", "ignore").encode() + _CUT.encode()
    if len(text) <= room:
        with path.open("ab") as stream:
            stream.write(text)


def _annotation(finding: Finding) -> str:
    title = f"hostcheck: {finding.title} ({finding.effect})"
    todo = f"fix: {remedy(finding)}" if remedy(finding) else ""
    message = "; ".join(filter(None, (finding.sentence, finding.waiver_words, todo)))
    return f"::{_COMMANDS[finding.effect]} {_at(finding)}title={_property(title)}::{_data(message)}"


def _at(finding: Finding) -> str:
    """Return an annotation's properties for its place: the line of a workload file in the repository; else empty."""
    if finding.asked_at is None or (path := within(Path(finding.asked_at[0]))) is None:
        return ""
    return f"file={_property(path)},line={finding.asked_at[1]},"


def _data(text: str) -> str:
    """Escape a command's message, as the toolkit's escapeData does."""
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a command's property, as the toolkit's escapeProperty does."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
