"""The result of ``hostcheck locate``: landmarks, the countries that are left, answers, and judged claims."""

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
    """A claim, judged by the round trips.

    Attributes:
        claim: the claim.
        judgement: the judgement; unknown if the claim names no known place.
        asked: whether the user asked about the claim, so that the exit code depends on it.
    """

    claim: Claim
    judgement: Judgement
    asked: bool = False

    @property
    def answer(self) -> Answer:
        """The answer: "excluded" (round trips contradict the claim), "compatible" or "unknown"."""
        return self.judgement.answer


@dataclass(frozen=True, slots=True)
class Located:
    """The result for one host.

    Attributes:
        host: the name of the host.
        started: the time of the measurement, UTC, ISO 8601 with "Z".
        measured: the landmarks, in the order of the file.
        left: the codes of the countries that have a part which is near enough at c; None if unknown.
        left_in_fibre: the codes of those that have a part which is near enough at 2/3 c; None if unknown.
        findings: the answers to the questions.
        claims: the judged claims.
        doubts: the contradictions between landmarks.
        why_unknown: the reason why everything is unknown, in words; otherwise empty.
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
        """The combined outcome of all questions and of the claims that the user asked about.

        The outcome is "does not hold" if one answer does not hold; else "cannot tell" if one is unknown; else "holds".
        A compatible claim is not proved, so it does not change the outcome. Without questions, it is "holds" if the
        countries left are known.
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
        """The exit code of the process. The gate uses the same codes."""
        return EXIT_CODES[self.outcome]


def located(
    host: str,
    started: str,
    measured: Sequence[Measured],
    asked: Sequence[tuple[Asked, Sequence[Place]]],
    claims: Sequence[tuple[Claim, bool]],
) -> Located:
    """Judge the measured landmarks.

    Args:
        host: the name of the host.
        started: the time of the measurement, UTC, ISO 8601 with "Z".
        measured: the landmarks.
        asked: the questions, each with one or more places.
        claims: the claims, each with whether the exit code depends on it.
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
