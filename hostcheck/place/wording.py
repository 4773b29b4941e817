"""Sentences about where a host can be, the same for every output."""

from hostcheck.place.countries import names
from hostcheck.place.judging import Finding, Judgement, listed
from hostcheck.place.locating import JudgedClaim, Located

FEW = 12
"""Maximum number of countries that a sentence lists."""


def headline(located: Located) -> str:
    """Return the answer in one sentence, without a full stop."""
    asked = [*located.findings, *(claim for claim in located.claims if claim.asked)]
    if asked:
        return f"{located.outcome}: {located.host}: {what_is_left(located)}"
    return f"{located.host}: {what_is_left(located)}"


def what_is_left(located: Located) -> str:
    """Return in words which countries are left."""
    if located.left is None:
        return f"nothing can be said: {located.why_unknown}"
    count = len(located.left)
    if count > FEW:
        return f"parts of {count} of {len(names())} countries are near enough"
    return f"near enough are parts of {listed([names()[code] for code in sorted(located.left)], FEW)}"


def answer(finding: Finding) -> str:
    """Return the answer to a question, as a sentence without a full stop."""
    said = f"{finding.asked} {finding.place.said}: {finding.outcome}: {finding.said}"
    return said + resting(finding.rests_on)


def resting(names_of: tuple[str, ...]) -> str:
    """Return the condition of an answer in words: landmarks are where the file says. Empty without landmarks."""
    if not names_of:
        return ""
    if len(names_of) == 1:
        return f", if {names_of[0]} is where the file says"
    return f", if {', '.join(names_of[:-1])} and {names_of[-1]} are where the file says"


def claimed(claim: JudgedClaim) -> str:
    """Return in words a claim and its judgement by the round trips."""
    said = claim.claim.said
    place = claim.claim.place
    meant = f" ({place.said})" if place and place.said != said else ""
    return f"{claim.claim.by} says {said}{meant}: {_of_claim(claim)}"


def _of_claim(claim: JudgedClaim) -> str:
    if claim.claim.place is None:
        return "unknown, as it names no place that is known here"
    if claim.answer == "unknown":
        return "unknown"
    if claim.answer == "compatible":
        return "compatible, which proves nothing" + _in_fibre(claim.judgement)
    by = f" by {listed(claim.judgement.by, 3)}" if claim.judgement.by else " by several landmarks together"
    return f"contradicted{by}{resting(claim.judgement.rests_on)}"


def _in_fibre(judgement: Judgement) -> str:
    if judgement.in_fibre == "compatible":
        return ""
    return "; in fibre it would be too far"
