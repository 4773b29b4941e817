"""What a page or a ticket for the seller says of each finding: the same words in HTML and Markdown."""

from collections.abc import Iterator

from hostcheck.promise.model import SURE_WORDS, Answer, Finding, Outcome

ORDER: tuple[Answer, ...] = ("broken", "cannot tell", "kept")
ABOUT = (
    "This page has no name, address, serial number or path of the host. Each figure was measured on it, or read from "
    "its kernel; a line is called broken only where the whole 95 % interval is on the wrong side of what was promised."
)


def title(outcome: Outcome) -> str:
    """Return the answer, without the name of the host."""
    counts = [(len(outcome.having(answer)), answer) for answer in ORDER]
    said = {"broken": "broken", "cannot tell": "cannot be decided", "kept": "kept"}
    return "What was promised: " + ", ".join(f"{number} {said[answer]}" for number, answer in counts if number)


def host(outcome: Outcome) -> str:
    """Return what kind of host it is, and when it was looked at."""
    run = outcome.run
    parts = (run.host.os, f"Linux {run.host.kernel}" if run.host.kernel else None, run.host.arch, run.started)
    return ", ".join(part for part in parts if part)


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
        ("To measure it", (judged.command,)),
        ("Possible, and not shown", judged.possible),
    )
    for name, texts in parts:
        if any(texts):
            yield name, tuple(filter(None, texts))
