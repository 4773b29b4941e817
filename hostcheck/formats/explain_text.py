"""Facts explained as text: each with its witnesses in the order they were weighed, for people who doubt the answer."""

from collections.abc import Mapping

from hostcheck.errors import UsageError
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.run.model import Fact, FactValue, Run


def explain(run: Run, prefix: str, style: Style) -> str:
    """Return the facts of this name, or whose name begins with it ("virt" for virt.vm, virt.container…).

    Raises:
        UsageError: when no fact has that name.
    """
    chosen = [fact for fact_id, fact in run.facts.items() if fact_id == prefix or fact_id.startswith(f"{prefix}.")]
    if not chosen:
        groups = ", ".join(sorted({fact_id.partition(".")[0] for fact_id in run.facts}))
        raise UsageError(f"no fact's id begins with {prefix}", remedy=f"the groups are {groups}; a run file lists all")
    return "\n".join(line for fact in chosen for line in (*_lines(fact, style), ""))


def _lines(fact: Fact, style: Style) -> list[str]:
    answer = in_words(fact.value) if fact.known else f"unknown: {fact.reason}"
    lines = [style.paint(plain(fact.id), "bold"), style.wrap(answer, 4)]
    for number, witness in enumerate(fact.evidence, 1):
        lines.append(style.wrap(f"{number}. {witness.source}", 4))
        lines.append(style.wrap(f"{'nothing' if witness.value is None else witness.value}: {witness.says}", 7))
    if not fact.evidence:
        lines.append(style.wrap("no evidence was found", 4))
    lines += [style.wrap(f"conflict: {conflict}", 4) for conflict in fact.conflicts]
    return lines


def in_words(value: FactValue) -> str:
    """Write a fact's value: "yes", "none", "docker, kvm", "cpu: yes"."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(item)}" for key, item in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(in_words, value)) or "none"
    return str(value)
