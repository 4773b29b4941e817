"""The facts of an audit about where a host can be."""

from collections.abc import Iterator

from hostcheck.place.bounds import reach_km
from hostcheck.place.countries import names
from hostcheck.place.locating import JudgedClaim, Located
from hostcheck.place.measured import Measured
from hostcheck.place.wording import claimed
from hostcheck.run.model import Evidence, Fact


def facts_of(located: Located) -> tuple[Fact, Fact]:
    """Return the facts place.excluded and place.claims."""
    evidence = tuple(_evidence(located.measured))
    conflicts = tuple(doubt.said for doubt in located.doubts)
    claims = Fact("place.claims", tuple(map(claimed, located.claims)), evidence=tuple(map(_of_claim, located.claims)))
    if located.left is None:
        reason = located.why_unknown
        return Fact("place.excluded", None, known=False, reason=reason, evidence=evidence, conflicts=conflicts), claims
    excluded = tuple(sorted(frozenset(names()) - located.left))
    return Fact("place.excluded", excluded, evidence=evidence), claims


def unknown(reason: str) -> tuple[Fact, Fact]:
    """Return the facts place.excluded and place.claims as unknown, with the reason why nothing was measured."""
    return Fact.unknown("place.excluded", reason), Fact.unknown("place.claims", reason)


def _evidence(measured: tuple[Measured, ...]) -> Iterator[Evidence]:
    for each in measured:
        source = f"handshakes with {each.landmark.endpoint}"
        if each.rtt_ms is None:
            yield Evidence(source, None, f"silent: {each.problem}")
        else:
            says = f"within {reach_km(each.rtt_ms, 'c'):,.0f} km of {each.landmark.name}"
            yield Evidence(source, f"{each.rtt_ms:.2f} ms", says)


def _of_claim(claim: JudgedClaim) -> Evidence:
    return Evidence(claim.claim.by, claim.claim.said, claim.answer)
