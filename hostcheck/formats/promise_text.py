"""Whether a promise was kept, as text for people: the answer, then broken, unknown and kept lines."""

from collections.abc import Iterator

from hostcheck.counts import number_of
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.promise.model import STATUSES, SURE_WORDS, Answer, Finding, Outcome

_HEADINGS: dict[Answer, str] = {"broken": "Broken:", "cannot tell": "Cannot tell:", "kept": "Kept:"}


def render(outcome: Outcome, style: Style) -> str:
    """Return the text."""
    lines = [style.paint(style.wrap(headline(outcome), 0), "bold")]
    for answer, heading in _HEADINGS.items():
        found = outcome.having(answer)
        if found:
            lines += ["", style.paint(heading, "bold")]
            lines += [line for finding in found for line in _finding(finding, style)]
    if any("-o run.json" in finding.judged.command for finding in outcome.having("cannot tell")):
        lines += ["", style.wrap("then judge the run files of this host: hostcheck promise PLAN RUN...", 0)]
    lines += [style.wrap(f"note: {note}", 0) for note in outcome.notes]
    if style.detail != "full":
        lines += ["", style.wrap("--verbose shows the evidence; -o page.html is a page for the seller's support", 0)]
    return "\n".join(lines)


def headline(outcome: Outcome) -> str:
    """Return the answer in one sentence."""
    broken, unknown = outcome.having("broken"), outcome.having("cannot tell")
    total = len(outcome.findings)
    host = plain(outcome.run.host.name)
    left = f", {len(unknown)} cannot be decided" if unknown else ""
    if broken:
        return f"broken: {len(broken)} of {number_of(total, 'line')} of the promise for {host}{left}"
    if unknown:
        kept = total - len(unknown)
        lines = number_of(total, "line")
        return f"cannot tell {len(unknown)} of {lines} of the promise for {host}; {kept} kept, none broken"
    return f"kept: {'the line' if total == 1 else f'all {total} lines'} of the promise for {host}"


def _finding(finding: Finding, style: Style) -> Iterator[str]:
    line, judged = finding.line, finding.judged
    body = style.wrap(f"{line.key} ({line.claim}): {judged.found}", 4)
    yield f"  {style.sign(STATUSES[judged.answer])}{body[3:]}"
    if style.detail == "full":
        yield from (style.wrap(f"evidence: {each}", 6) for each in judged.evidence)
        for name, text in (("how sure", SURE_WORDS[judged.sure]), ("how measured", judged.how)):
            if text:
                yield style.wrap(f"{name}: {text}", 6)
        if judged.changes:
            yield style.wrap(f"what would change this: {judged.changes}", 6)
        yield from (style.wrap(f"cannot be excluded: {each}", 6) for each in judged.possible)
    if judged.answer == "cannot tell":
        yield style.wrap(f"run: {judged.command}" if judged.command else judged.changes, 6)
