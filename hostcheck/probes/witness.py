"""Decide a yes-or-no question from several pieces of evidence."""

from collections.abc import Iterable
from typing import NamedTuple

from hostcheck.host.base import Host
from hostcheck.run.model import Evidence, Fact


class Witness(NamedTuple):
    """One piece of evidence, and its answer to the question.

    Attributes:
        answer: True, False, or None if it gives no answer (not readable, or its absence proves nothing).
        evidence: the source that was read, and its content.
        reason: why there is no answer, and what to do about it; may be empty.
    """

    answer: bool | None
    evidence: Evidence
    reason: str = ""


def against(fact: Fact) -> tuple[Evidence, ...]:
    """Return the evidence against a fact that is known to be False; empty for any other fact.

    Conclusions from the fact cite this evidence.
    """
    if not fact.known or fact.value is not False:
        return ()
    return tuple(piece for piece in fact.evidence if piece.says.startswith("against"))


def settle(fact_id: str, witnesses: Iterable[Witness], unknown: str) -> Fact:
    """Return the fact that follows from witnesses: the first that answers decides; contradicting answers are conflicts.

    Args:
        fact_id: the fact's id.
        witnesses: strongest first: experiments, then the running kernel, then files.
        unknown: the reason to give if no witness answers and none gives a reason.
    """
    every = tuple(witnesses)
    evidence = tuple(witness.evidence for witness in every)
    winner = next((witness for witness in every if witness.answer is not None), None)
    if winner is None:
        reason = next((witness.reason for witness in every if witness.reason), unknown)
        return Fact.unknown(fact_id, reason, evidence)
    conflicts = tuple(
        f"{witness.evidence.source} says otherwise, but {winner.evidence.source} is stronger evidence"
        for witness in every
        if witness.answer is not None and witness.answer != winner.answer
    )
    return Fact(fact_id, winner.answer, evidence=evidence, conflicts=conflicts)


def present(host: Host, path: str, meaning: str) -> Witness:
    """Return a witness that answers True if a path exists.

    If it does not exist, there is no answer: folders of /proc and /sys may be masked.

    Args:
        host: the host.
        path: the path.
        meaning: what the path's existence means.
    """
    there = host.exists(path) is True
    return Witness(
        True if there else None, Evidence(path, "present" if there else None, meaning if there else "silent")
    )
