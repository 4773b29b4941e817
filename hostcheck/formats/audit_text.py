"""An audit as text: whether the host is ready for each engine, what fails, what is recommended."""

import re
from collections.abc import Sequence

from hostcheck.counts import number_of
from hostcheck.formats.findings_text import Item, brief, commands, full, merged, of_verdict, row
from hostcheck.formats.terminal import Style
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
_CODENAME = re.compile(r" \([^()]*\)$")
_GIBIBYTE = 1 << 30
_MOST = 8
"""Maximum number of items in a brief audit."""
_LINES = 25
"""Maximum number of lines in a brief audit at 80 columns."""
_OF_AN_ENGINE = frozenset({"docker", "podman", "kubernetes", "crio", "containerd", "oci", "rkt", "gvisor", "kata"})
"""Kinds of containers that have one program, not a whole system. An audit inside them says little about the host."""


def render(run: Run, style: Style) -> str:
    """Return the audit as lines of text, without a final newline."""
    if style.detail == "commands":
        return commands(merged(map(of_verdict, run.verdicts)))
    profiles = tuple(dict.fromkeys(verdict.profile for verdict in run.verdicts))
    answer = [*inside(run, style), *(_readiness(profile, run.verdicts, style) for profile in profiles)]
    proof = _proof(run, style)
    if style.detail == "full":
        blocks = [answer, _host(run.host, style), _changed(run, style), _answers(run, style), proof]
        blocks += [_profile(profile, run.verdicts, style) for profile in profiles]
        return "\n\n".join("\n".join(block) for block in blocks if block)
    items = merged(map(of_verdict, run.verdicts))
    top = "\n".join([*answer, *_host_in_brief(run, style), *proof, *_changed(run, style, _MOST)])
    counted = style.wrap(_counts(items), 0)
    room = _LINES - len(top.splitlines()) - len(counted.splitlines()) - 1
    asking = brief(items, style, most=_MOST, lines=room)
    return "\n".join([top, *(["", *asking] if asking else []), counted])


def inside(run: Run, style: Style) -> list[str]:
    """Return the note for an audit inside a container as lines; empty for any other audit."""
    container = run.facts.get("virt.container")
    if container is None or not container.known or container.value not in _OF_AN_ENGINE:
        return []
    text = f"this is a {container.value} container: audit the host itself, or run with --privileged"
    return [style.paint(style.wrap(text, 0), "yellow", "bold")]


def _changed(run: Run, style: Style, most: int | None = None) -> list[str]:
    """Return the changes since an earlier audit, one line for each; empty without an earlier audit."""
    if not run.since:
        return []
    from hostcheck.run.changes import earlier, in_lines, sentence  # noqa: PLC0415  few audits are compared

    if not run.changes:
        return [style.wrap(sentence(run), 0)]
    lines = [style.wrap(line, 2) for line in in_lines(run.changes)]
    left = len(lines) - (most or len(lines))
    more = [f"  and {left} more; --verbose shows all"] if left > 0 else []
    return [style.paint(f"Changed since the audit of {earlier(run)}:", "bold"), *lines[:most], *more]


def _counts(items: Sequence[Item]) -> str:
    passed, skipped = (sum(item.status == status for item in items) for status in ("pass", "skip"))
    words = [
        f"{passed} passed",
        *([number_of(skipped, "does not apply", "do not apply")] if skipped else []),
    ]
    return f"{', '.join(words)}; --verbose shows all, --fixes the commands alone"


def _host_in_brief(run: Run, style: Style) -> list[str]:
    host = run.host
    vm, vmm, container = (run.facts.get(fact_id) for fact_id in ("virt.vm", "virt.vmm", "virt.container"))
    parts = [
        _CODENAME.sub("", host.os) if host.os else None,
        _machine(vm, vmm),
        _container(container),
        _cpus(host),
        f"{host.memory_bytes / _GIBIBYTE:.1f} GiB" if host.memory_bytes else None,
    ]
    return [style.wrap(f"{host.name}: {', '.join(filter(None, parts)) or 'nothing is known about it'}", 0)]


def _machine(vm: Fact | None, vmm: Fact | None) -> str:
    if vm is None:
        return ""
    if not vm.known:
        return "unknown whether virtual"
    if vm.value == "none":
        return "not virtual"
    monitor = vmm.value if vmm and vmm.known and vmm.value not in {"none", None, vm.value} else None
    return f"{in_words(vm.value)} ({in_words(monitor)})" if monitor else in_words(vm.value)


def _container(container: Fact | None) -> str:
    if container is None:
        return ""
    if not container.known:
        return "unknown whether in a container"
    return "not in a container" if container.value == "none" else f"in a container ({in_words(container.value)})"


def _cpus(host: HostIdentity) -> str | None:
    return number_of(host.cpus, "CPU") if host.cpus else None


def _proof(run: Run, style: Style) -> list[str]:
    if not any(map(is_proof, run.facts)):
        return []
    from hostcheck.formats import proof_text  # noqa: PLC0415  few audits have one

    return proof_text.render(run, style)


def _host(host: HostIdentity, style: Style) -> list[str]:
    parts = [
        host.os,
        f"Linux {host.kernel}" if host.kernel else None,
        host.arch,
        _cpus(host),
        f"{host.memory_bytes / _GIBIBYTE:.1f} GiB of memory" if host.memory_bytes else None,
    ]
    lines = style.wrap(f"{host.name}: {', '.join(part for part in parts if part) or 'nothing is known about it'}", 0)
    name = plain(host.name)
    return [style.paint(name, "bold") + lines[len(name) :] if lines.startswith(name) else lines]


def _answers(run: Run, style: Style) -> list[str]:
    """Return lines with the answers to the first two questions of each audit, and the evidence for and against them."""
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
    """Return the evidence that decided the answer; if the answer is "none", evidence against the other answers."""
    wanted = "against" if fact.value == "none" else f"for {fact.value}"
    return next((piece for piece in fact.evidence if piece.says.startswith(wanted)), next(iter(fact.evidence), None))


def _shown(evidence: Evidence) -> str:
    value = f" = {evidence.value}" if evidence.value else ""
    return f"{evidence.source}{value} ({evidence.says})"


def _profile(profile: str, verdicts: Sequence[Verdict], style: Style) -> list[str]:
    own = [of_verdict(verdict) for verdict in verdicts if verdict.profile == profile]
    lines = [style.paint(plain(profile), "bold")]
    for status in _WORST_FIRST:
        for item in own:
            if item.status == status:
                lines += [row(item, style)] if status in {"skip", "pass"} else full(item, style)
    return lines


def _readiness(profile: str, verdicts: Sequence[Verdict], style: Style) -> str:
    summary = readiness(profile, verdicts)
    color = {True: "green", False: "red", None: "yellow"}[summary.ready]
    return style.paint(style.wrap(summary.sentence, 0), color, "bold")
