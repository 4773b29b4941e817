"""Texts on each finding for the seller, which the HTML page and the Markdown ticket share."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from hostcheck.promise.model import SURE_WORDS, Answer, Finding, Outcome
from hostcheck.run.model import Run

ORDER: tuple[Answer, ...] = ("broken", "cannot tell", "kept")
_RELEASE = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}")
"""A pattern for the numbers of a release. Text after them is from its builder, and is left out."""
_FAMILIES = {"rhel": "RHEL", "suse": "SUSE", "nixos": "NixOS"}
TO_MEASURE = "To measure it"
ABOUT = (
    "This page has no name, address or serial number of the host, and no path except those of kernel, firmware and "
    "system. Each figure was measured on it, or read from its kernel or firmware. A measured figure breaks a line only "
    "if its whole interval misses the promise. The interval of a rate or a time is the 95 % interval; that of CPU time "
    "is from the lowest to the highest sample."
)


def title(outcome: Outcome) -> str:
    """Return the headline: how many lines are broken, undecided and kept, without the name of the host."""
    counts = [(len(outcome.having(answer)), answer) for answer in ORDER]
    said = {"broken": "broken", "cannot tell": "cannot be decided", "kept": "kept"}
    return "What was promised: " + ", ".join(f"{number} {said[answer]}" for number, answer in counts if number)


def host(outcome: Outcome) -> str:
    """Return the host's distribution, kernel and architecture, and the time of the run, in words."""
    run = outcome.run
    kernel = _RELEASE.match(run.host.kernel or "")
    parts = (_distribution(run), f"Linux {kernel[0]}" if kernel else None, run.host.arch, _moment(run.started))
    return ", ".join(part for part in parts if part)


def _distribution(run: Run) -> str | None:
    """Return the family and release of the distribution. Its own name may contain a company's name, and is not used."""
    family, release = (run.facts.get(fact_id) for fact_id in ("os.family", "os.release"))
    if family is None or not family.known or family.value == "other":
        return None
    number = _RELEASE.fullmatch(str(release.value)) if release is not None and release.known else None
    called = _FAMILIES.get(str(family.value), str(family.value).capitalize())
    return f"{called} {number[0]}" if number else called


def _moment(written: str) -> str:
    """Return a time from a run file for people: "2026-11-29 00:00 UTC"; any other text unchanged."""
    try:
        moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return written
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment.utcoffset() == timedelta() else written


def rows(finding: Finding) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the parts of a finding: the name of the part, and its texts. A part without texts is left out."""
    judged = finding.judged
    parts = (
        ("Claim", (f"{finding.line.key}: {finding.line.claim}",)),
        ("Finding", (f"{judged.answer}: {judged.found}",)),
        ("How sure", (SURE_WORDS[judged.sure],)),
        ("Evidence", judged.evidence),
        ("How measured", (judged.how,)),
        ("What would change the finding", (judged.changes,)),
        (TO_MEASURE, (judged.command,)),
        ("What cannot be excluded", judged.possible),
    )
    for name, texts in parts:
        if any(texts):
            yield name, tuple(filter(None, texts))
