"""A gate's decision in the Test Anything Protocol, version 13: https://testanything.org/tap-version-13-specification.html."""

import json
import re

from hostcheck.formats.decision_words import headline, remedy
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import Decision
from hostcheck.gate.finding import Finding
from hostcheck.plaintext import plain


def render(decision: Decision, _style: Style | None = None) -> str:
    """Return the plan of TAP and one line for each finding.

    A waived finding is a TODO: it may fail, and is shown. An unknown result that affects the outcome is "not ok",
    because the protocol has no state for it. The YAML block has the status.
    """
    lines = ["TAP version 13", f"1..{len(decision.findings)}"]
    for number, finding in enumerate(decision.findings, 1):
        lines += _lines(number, finding)
    lines += [f"# {plain(text)}" for text in (headline(decision), *decision.notes)]
    return "\n".join(lines) + "\n"


def _lines(number: int, finding: Finding) -> list[str]:
    missed = finding.effect in {"fail", "inconclusive", "waived"}
    line = f"{'not ok' if missed else 'ok'} {number} - {_text(finding.title)}"
    if finding.effect == "waived":
        return [f"{line} # TODO {_text(finding.waiver_words)}", *_diagnosis(finding)]
    if finding.status == "skip":
        return [f"{line} # SKIP {_text(finding.found)}"]
    return [line] if finding.effect == "none" else [line, *_diagnosis(finding)]


def _text(text: str) -> str:
    """Escape "#" in a text, because it would begin a directive."""
    return re.sub(r"([\\#])", r"\\\1", plain(text))


def _diagnosis(finding: Finding) -> list[str]:
    fields = {
        "status": finding.status,
        "severity": finding.severity,
        "expected": finding.expected,
        "found": finding.found,
        "note": finding.waiver_words,
        "fix": remedy(finding),
    }
    # A string of JSON is one of YAML too.
    inner = [f"  {name}: {json.dumps(plain(text))}" for name, text in fields.items() if text]
    return ["  ---", *inner, "  ..."]
