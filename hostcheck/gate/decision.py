"""The gate's decision: does a host meet every requirement of the profiles it was judged for?"""

from dataclasses import dataclass
from typing import Literal

from hostcheck.errors import UsageError
from hostcheck.run.model import Run, Verdict

Outcome = Literal["passed", "failed", "inconclusive"]

EXIT_CODES: dict[Outcome, int] = {"passed": 0, "failed": 1, "inconclusive": 3}
"""What the process ends with: one code for each outcome, never a count."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says.

    Attributes:
        outcome: a missed requirement outranks an unknown one, which outranks passing.
        host: name of the host judged.
        profiles: the profiles it was judged for.
        missed: required checks that failed.
        untold: required checks that could not be told.
        recommendations: recommended checks that were missed.
    """

    outcome: Outcome
    host: str
    profiles: tuple[str, ...]
    missed: tuple[Verdict, ...]
    untold: tuple[Verdict, ...]
    recommendations: tuple[Verdict, ...]


def decide(run: Run, profiles: tuple[str, ...]) -> Decision:
    """Decide on a run for these profiles. Unknown is never a pass: it is inconclusive.

    Raises:
        UsageError: when the run was not audited for one of the profiles.
    """
    audited = {verdict.profile for verdict in run.verdicts}
    for profile in profiles:
        if profile not in audited:
            known = ", ".join(sorted(audited)) or "no profile at all"
            raise UsageError(
                f"the run of {run.host.name} was not audited for {profile}", remedy=f"it was audited for {known}"
            )
    judged = [verdict for verdict in run.verdicts if verdict.profile in profiles]
    missed = tuple(verdict for verdict in judged if verdict.status == "fail")
    untold = tuple(verdict for verdict in judged if verdict.status == "unknown" and verdict.severity == "required")
    outcome: Outcome = "failed" if missed else "inconclusive" if untold else "passed"
    warned = tuple(verdict for verdict in judged if verdict.status == "warn")
    return Decision(outcome, run.host.name, profiles, missed, untold, warned)
