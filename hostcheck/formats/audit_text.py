"""An audit as text for people: which host, what it is, then each profile's checks, worst first."""

from collections.abc import Sequence

from hostcheck.formats.terminal import Style, columns, display_width
from hostcheck.plaintext import plain
from hostcheck.profiles.predicates import in_words
from hostcheck.proofs import is_proof
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Status, Verdict
from hostcheck.verdicts import readiness

_WORST_FIRST: tuple[Status, ...] = ("fail", "unknown", "warn", "skip", "pass")
_HEADLINE = (
    ("virt.vm", "virtual machine"),
    ("virt.container", "container"),
    ("virt.vmm", "monitor"),
    ("virt.cloud", "cloud"),
)
_GIBIBYTE = 1 << 30
_INDENT = 4
_LABEL = 10
_STATUS_WIDTH = 9  # of Style.status


def render(run: Run, style: Style) -> str:
    """Return the audit as lines of text, without a final newline."""
    profiles = tuple(dict.fromkeys(verdict.profile for verdict in run.verdicts))
    blocks = [_host(run.host, style), _answers(run, style)]
    if any(map(is_proof, run.facts)):
        from hostcheck.formats import proof_text  # noqa: PLC0415  few audits have one

        blocks.append(proof_text.render(run, style))
    blocks += [_profile(profile, run.verdicts, style) for profile in profiles]
    blocks.append([_readiness(profile, run.verdicts, style) for profile in profiles])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _host(host: HostIdentity, style: Style) -> list[str]:
    parts = [
        host.os,
        f"Linux {host.kernel}" if host.kernel else None,
        host.arch,
        f"{host.cpus} CPU{'s' if host.cpus != 1 else ''}" if host.cpus else None,
        f"{host.memory_bytes / _GIBIBYTE:.1f} GiB of memory" if host.memory_bytes else None,
    ]
    lines = style.wrap(f"{host.name}: {', '.join(part for part in parts if part) or 'nothing is known of it'}", 0)
    name = plain(host.name)
    return [style.paint(name, "bold") + lines[len(name) :] if lines.startswith(name) else lines]


def _answers(run: Run, style: Style) -> list[str]:
    """Give the two questions every audit begins with, each with what decided it and what contradicted that."""
    rows = [(title, run.facts[fact_id]) for fact_id, title in _HEADLINE if fact_id in run.facts]
    # "none" of a monitor or a cloud adds nothing to what the two axes say.
    rows = [
        (title, fact)
        for title, fact in rows
        if not fact.known or fact.value not in {"none", None} or fact.id in {"virt.vm", "virt.container"}
    ]
    lines = []
    for title, fact in rows:
        said = plain(in_words(fact.value)) if fact.known else "unknown"
        lines.append(f"{title:<16} {style.paint(said, 'bold')}")
        lines += [style.wrap(text, 17) for text in _reasons(fact)]
    return lines


def _reasons(fact: Fact) -> list[str]:
    if not fact.known:
        return [fact.reason]
    telling = _telling(fact)
    return [*([_shown(telling)] if telling else []), *(f"conflict: {conflict}" for conflict in fact.conflicts)]


def _telling(fact: Fact) -> Evidence | None:
    """Pick the evidence that speaks for the answer; where the answer is none, what speaks against the others."""
    wanted = "against" if fact.value == "none" else f"for {fact.value}"
    return next((piece for piece in fact.evidence if piece.says.startswith(wanted)), next(iter(fact.evidence), None))


def _shown(evidence: Evidence) -> str:
    value = f" = {evidence.value}" if evidence.value else ""
    return f"{evidence.source}{value} ({evidence.says})"


def _profile(profile: str, verdicts: Sequence[Verdict], style: Style) -> list[str]:
    own = [verdict for verdict in verdicts if verdict.profile == profile]
    lines = [style.paint(plain(profile), "bold")]
    for status in _WORST_FIRST[:3]:
        for verdict in own:
            if verdict.status == status:
                lines += _full(verdict, style)
    rows = [verdict for status in _WORST_FIRST[3:] for verdict in own if verdict.status == status]
    return lines + _compact(rows, style)


def _full(verdict: Verdict, style: Style) -> list[str]:
    """Write a check that asks something of the reader: everything it knows."""
    lines = [f"{style.status(verdict.status)} {style.paint(plain(verdict.check), 'bold')}, {verdict.severity}"]
    parts = [("expected", verdict.expected), ("found", verdict.found), ("why", verdict.why), ("fix", verdict.fix)]
    if verdict.status == "unknown":
        # The remedy for not knowing is in what was found; the fix of the check may not be needed at all.
        parts = parts[:3]
    parts.append(("source", verdict.source))
    return lines + [_part(label, text, style) for label, text in parts if text]


def _part(label: str, text: str, style: Style) -> str:
    body = style.wrap(text, _INDENT + _LABEL)
    return f"{' ' * _INDENT}{style.paint(f'{label:<{_LABEL}}', 'dim')}{body[_INDENT + _LABEL :]}"


def _compact(verdicts: Sequence[Verdict], style: Style) -> list[str]:
    """Write the checks that ask nothing of the reader: a line each, cut to the width."""
    cells = columns([(plain(verdict.check), plain(verdict.found)) for verdict in verdicts])
    return [
        f"{style.status(verdict.status)} {_cut(cell, style.width - _STATUS_WIDTH - 1)}"
        for verdict, cell in zip(verdicts, cells, strict=True)
    ]


def _cut(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _readiness(profile: str, verdicts: Sequence[Verdict], style: Style) -> str:
    summary = readiness(profile, verdicts)
    color = {True: "green", False: "red", None: "yellow"}[summary.ready]
    return style.paint(style.wrap(summary.sentence, 0), color, "bold")
