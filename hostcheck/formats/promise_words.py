"""What a page or a ticket for the seller says of each finding: the same words in HTML and Markdown."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hostcheck.promise.model import SURE_WORDS, Answer, Finding, Outcome

ORDER: tuple[Answer, ...] = ("broken", "cannot tell", "kept")
TO_MEASURE = "To measure it"
ABOUT = (
    "This page has no name, address, serial number or path of the host. Each figure was measured on it, or read from "
    "its kernel or firmware. What was measured breaks a line only where its whole interval is on the wrong side of "
    "what was promised: the 95 % interval of a rate or a time; of CPU time, from the lowest to the highest sample."
)


def title(outcome: Outcome) -> str:
    """Return the answer, without the name of the host."""
    counts = [(len(outcome.having(answer)), answer) for answer in ORDER]
    said = {"broken": "broken", "cannot tell": "cannot be decided", "kept": "kept"}
    return "What was promised: " + ", ".join(f"{number} {said[answer]}" for number, answer in counts if number)


def host(outcome: Outcome) -> str:
    """Return what kind of host it is, and when it was looked at."""
    run = outcome.run
    parts = (run.host.os, f"Linux {run.host.kernel}" if run.host.kernel else None, run.host.arch, _moment(run.started))
    return ", ".join(part for part in parts if part)


def _moment(written: str) -> str:
    """Return a time of a run file for people: "2026-11-29 00:00 UTC"; another text as it is."""
    try:
        moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return written
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment.utcoffset() == timedelta() else written


def rows(finding: Finding) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the parts of a finding, each with its texts; a part without one is left out."""
    judged = finding.judged
    parts = (
        ("Claim", (f"{finding.line.key}: {finding.line.claim}",)),
        ("Finding", (f"{judged.answer}: {judged.found}",)),
        ("How sure", (SURE_WORDS[judged.sure],)),
        ("Evidence", judged.evidence),
        ("How measured", (judged.how,)),
        ("What would change the finding", (judged.changes,)),
        (TO_MEASURE, (judged.command,)),
        ("Possible, and not shown", judged.possible),
    )
    for name, texts in parts:
        if any(texts):
            yield name, tuple(filter(None, texts))
