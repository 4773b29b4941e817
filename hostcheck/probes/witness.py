"""Weigh several pieces of evidence for one yes-or-no question."""

from collections.abc import Iterable
from dataclasses import dataclass

from hostcheck.host.base import Host
from hostcheck.run.model import Evidence, Fact


@dataclass(frozen=True, slots=True)
class Witness:
    """One piece of evidence and what it answers.

    Attributes:
        answer: True, False, or None when it does not tell (not there, not readable, or its absence proves nothing).
        evidence: what was read.
        reason: what would make it tell, when it does not; may be empty.
    """

    answer: bool | None
    evidence: Evidence
    reason: str = ""


def settle(fact_id: str, witnesses: Iterable[Witness], unknown: str) -> Fact:
    """Make a fact of witnesses: the first that answers wins, and one that contradicts it is named.

    Args:
        fact_id: the fact's id.
        witnesses: strongest first: what was proved by doing, what the running kernel shows, what a file claims.
        unknown: the reason when none answers and none says why.
    """
    heard = tuple(witnesses)
    evidence = tuple(witness.evidence for witness in heard)
    winner = next((witness for witness in heard if witness.answer is not None), None)
    if winner is None:
        reason = next((witness.reason for witness in heard if witness.reason), unknown)
        return Fact.unknown(fact_id, reason, evidence)
    conflicts = tuple(
        f"{witness.evidence.source} says otherwise, but {winner.evidence.source} is the stronger evidence"
        for witness in heard
        if witness.answer is not None and witness.answer != winner.answer
    )
    return Fact(fact_id, winner.answer, evidence=evidence, conflicts=conflicts)


def present(host: Host, path: str, meaning: str) -> Witness:
    """Let a path speak for something. Its absence proves nothing: folders of /proc and /sys may be masked."""
    there = host.exists(path) is True
    return Witness(
        True if there else None, Evidence(path, "present" if there else None, meaning if there else "silent")
    )
