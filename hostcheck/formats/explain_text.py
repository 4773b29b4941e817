"""Explain checks and facts: each fact with its evidence, in the order in which it was weighed."""

from collections.abc import Mapping, Sequence

from hostcheck.errors import UsageError
from hostcheck.formats.findings_text import full, merged, of_verdict
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.profiles.model import Profile
from hostcheck.run.model import Fact, FactValue, Run, Verdict
from hostcheck.spelling import closest


def explain(run: Run, wanted: str, style: Style, profiles: Sequence[Profile] = ()) -> str:
    """Return an explanation of the facts with a name or prefix, or of a check and its fact.

    Args:
        run: a run with an audit.
        wanted: a fact ("virt.vm"), the prefix of several ("virt"), a check's id ("storage.driver") or its title.
        style: style of the text.
        profiles: the profiles for which the host was audited.

    Raises:
        UsageError: if nothing has this name. The remedy names the most similar one.
    """
    facts = [fact for fact_id, fact in run.facts.items() if fact_id == wanted or fact_id.startswith(f"{wanted}.")]
    verdicts = [verdict for verdict in run.verdicts if _is_meant(verdict, wanted)]
    if not facts and not verdicts:
        known = {*run.facts, *(name for verdict in run.verdicts for name in (verdict.check, verdict.title) if name)}
        groups = ", ".join(sorted({fact_id.partition(".")[0] for fact_id in run.facts}))
        near = closest(wanted, known)
        raise UsageError(
            f"there is no check and no fact {wanted!r}",
            remedy=f"did you mean {near!r}?" if near else f"the groups of facts are {groups}",
        )
    asked = [
        check.test.subject
        for profile in profiles
        for check in profile.checks
        if any((verdict.profile, verdict.check) == (profile.name, check.id) for verdict in verdicts)
    ]
    facts += [run.facts[fact_id] for fact_id in dict.fromkeys(asked) if fact_id in run.facts]
    items = merged(map(of_verdict, verdicts))
    lines = [line for item in items for line in (*full(item, style), "")]
    unique = {fact.id: fact for fact in facts}.values()
    return "\n".join([*lines, *(line for fact in unique for line in (*_lines(fact, style), ""))])


def _is_meant(verdict: Verdict, wanted: str) -> bool:
    return verdict.check == wanted or (bool(verdict.title) and verdict.title.casefold() == wanted.strip().casefold())


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
