"""Collect from a run the facts that checks need, if their values have valid types."""

from collections.abc import Iterable

from hostcheck import __version__
from hostcheck.profiles.model import Check
from hostcheck.profiles.predicates import in_words
from hostcheck.profiles.remedies import OF_THE_HOST
from hostcheck.proofs import is_proof
from hostcheck.run.model import Fact, Run


def needed_facts(run: Run, checks: Iterable[Check], *, typed: bool, proved: bool) -> dict[str, Fact]:
    """Return the facts that the checks need, by id. A fact is unknown if the run does not have it, or it is not usable.

    Facts that decide which remedy fits the host are added if the run has them.

    Args:
        run: the run to judge.
        checks: the checks of all profiles.
        proved: whether facts from a proof are required. If the run has them, they are used in any case.
        typed: whether to check each value's type, because a file may contain anything.
    """
    questions = [question for check in checks for question in (check.test, *(each.test for each in check.when))]
    asked = [question.subject for question in questions if question.of == "fact"]
    needed = dict.fromkeys(fact_id for fact_id in asked if proved or not is_proof(fact_id))
    needed |= dict.fromkeys(filter(is_proof, run.facts))
    needed |= dict.fromkeys(fact_id for fact_id in OF_THE_HOST if fact_id in run.facts)
    failed = "; ".join(fact.reason for fact in run.facts.values() if fact.id.startswith("probe."))
    why = f" ({failed})" if failed else ""
    found = {}
    for fact_id in needed:
        fact = run.facts.get(fact_id)
        if fact is None:
            how = ": it was made without --prove" if is_proof(fact_id) else why
            if not how and run.hostcheck == __version__:
                # This version knows the fact, and reads it where a profile of the audit asks for it.
                how = ": no profile of that audit asks for it; audit the host for this profile"
            reason = f"hostcheck {run.hostcheck} recorded no fact {fact_id}{how}"
            fact = Fact.unknown(fact_id, reason)
        found[fact_id] = _of_its_type(fact) if typed and fact.known else fact
    return found


def _of_its_type(fact: Fact) -> Fact:
    from hostcheck.catalogue.kinds import fits  # noqa: PLC0415  an audit of this host needs no catalogue
    from hostcheck.catalogue.loader import entry_of  # noqa: PLC0415

    entry = entry_of(fact.id)
    if entry is None or fits(entry.kind, fact.value):
        return fact
    value = in_words(fact.value)
    shown = value if len(value) <= 40 else f"{value[:37]}…"
    return Fact.unknown(fact.id, f"the file's {fact.id} is {shown!r}, which is not of type {entry.kind.name}")
