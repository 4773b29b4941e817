"""What ``hostcheck locate`` found: landmarks, what is left, the answers, and the claims beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hostcheck.place.claims import Claim
from hostcheck.place.doubts import Doubt
from hostcheck.place.judging import Answer, Asked, Finding, Judgement, Left
from hostcheck.place.measured import Measured
from hostcheck.place.places import Place

EXIT_CODES = {"holds": 0, "does not hold": 1, "cannot tell": 3}


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, and what round trips say of it.

    Attributes:
        claim: the claim.
        judgement: what they say; unknown where the claim names no place that is known.
        asked: whether the user asked for it, so that the exit code depends on it.
    """

    claim: Claim
    judgement: Judgement
    asked: bool = False

    @property
    def answer(self) -> Answer:
        """Excluded (round trips contradict it), compatible, or unknown."""
        return self.judgement.answer


@dataclass(frozen=True, slots=True)
class Located:
    """What was found.

    Attributes:
        host: the name of the host.
        started: when, UTC, ISO 8601 with "Z".
        measured: the landmarks, in the order of the file.
        left: countries of which a part is near enough at c; None where nothing can be said.
        left_in_fibre: the same at 2/3 c.
        findings: the answers to what was asked.
        claims: what is claimed.
        doubts: what cannot be right.
        why_unknown: why nothing can be said, in words; empty where something can.
    """

    host: str
    started: str
    measured: tuple[Measured, ...]
    left: frozenset[str] | None
    left_in_fibre: frozenset[str] | None
    findings: tuple[Finding, ...]
    claims: tuple[JudgedClaim, ...]
    doubts: tuple[Doubt, ...]
    why_unknown: str

    @property
    def outcome(self) -> str:
        """Whether what was asked holds: where one thing does not, all does not; else one that is unknown decides.

        A claim of the seller that is compatible is not proved, so it changes nothing. Where nothing was asked, it holds
        if something can be said at all.
        """
        outcomes = {finding.outcome for finding in self.findings}
        claims = {claim.answer for claim in self.claims if claim.asked}
        if "does not hold" in outcomes or "excluded" in claims:
            return "does not hold"
        if "cannot tell" in outcomes or "unknown" in claims or self.why_unknown:
            return "cannot tell"
        return "holds"

    @property
    def exit_code(self) -> int:
        """The exit code of the process, as the gate's."""
        return EXIT_CODES[self.outcome]


def located(
    host: str,
    started: str,
    measured: Sequence[Measured],
    asked: Sequence[tuple[Asked, Sequence[Place]]],
    claims: Sequence[tuple[Claim, bool]],
) -> Located:
    """Judge what was measured.

    Args:
        host: its name.
        started: when.
        measured: the landmarks.
        asked: the questions; each of one or several places.
        claims: each, and whether the exit code depends on it.
    """
    left = Left(measured)
    unknown = Judgement("unknown", "unknown")
    return Located(
        host=host,
        started=started,
        measured=tuple(measured),
        left=left.countries("c") if left.is_known else None,
        left_in_fibre=left.countries("2/3 c") if left.is_known else None,
        findings=tuple(left.answer(question, places) for question, places in asked),
        claims=tuple(
            JudgedClaim(claim, left.judge(claim.place) if claim.place else unknown, is_asked)
            for claim, is_asked in claims
        ),
        doubts=left.doubts,
        why_unknown=left.why_unknown,
    )
