"""The gate's decision: does a host meet everything a policy asks?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from hostcheck.errors import UsageError
from hostcheck.gate.finding import WORST_FIRST, Effect, Finding
from hostcheck.gate.judged import checks, regressions, thresholds
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import refuse_unknown
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import Run

Outcome = Literal["passed", "failed", "inconclusive"]

EXIT_CODES: dict[Outcome, int] = {"passed": 0, "failed": 1, "inconclusive": 3}
"""What the process ends with: one code for each outcome, never a count."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says.

    Attributes:
        outcome: a failure outranks what cannot be told, which outranks passing.
        run: what was judged.
        policy: what was asked.
        findings: everything looked at: checks in the profiles' order, then thresholds, then regressions.
        notes: what a reader should know besides.
        baseline: the run that metrics were held against.
    """

    outcome: Outcome
    run: Run
    policy: Policy
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    baseline: Run | None = None

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return EXIT_CODES[self.outcome]

    def having(self, *effects: Effect) -> tuple[Finding, ...]:
        """Return the findings of these effects, the most severe first."""
        wanted = [effect for effect in WORST_FIRST if effect in effects]
        return tuple(finding for effect in wanted for finding in self.findings if finding.effect == effect)


def decide(run: Run, policy: Policy, *, baseline: Run | None = None, today: date | None = None) -> Decision:
    """Decide on a run. Unknown is never a pass, unless the policy says so in that many words.

    Args:
        run: what is judged.
        policy: what is asked.
        baseline: what metrics must not fall behind.
        today: the day that waivers are held against; the current one in UTC, unless given.

    Raises:
        UsageError: when the run was not audited for one of the profiles, or a waiver is for nothing.
    """
    _refuse_unaudited(run, policy.profiles)
    metrics = {*METRICS, *(metric.id for each in (run, baseline) if each for metric in each.metrics)}
    judged = [*checks(run, policy), *thresholds(run, policy), *regressions(run, policy, baseline)]
    _refuse_idle_waivers(policy, {*metrics, *(finding.id for finding in judged)})
    today = today or datetime.now(tz=UTC).date()
    findings = tuple(_waived(finding, policy, today) for finding in judged)
    effects = {finding.effect for finding in findings}
    outcome: Outcome = "failed" if "fail" in effects else "inconclusive" if "inconclusive" in effects else "passed"
    return Decision(outcome, run, policy, findings, tuple(_notes(run, policy, baseline, findings)), baseline)


def _refuse_unaudited(run: Run, profiles: Iterable[str]) -> None:
    audited = {verdict.profile for verdict in run.verdicts}
    for profile in profiles:
        if profile not in audited:
            known = ", ".join(sorted(audited)) or "no profile at all"
            raise UsageError(
                f"the run of {run.host.name} was not audited for {profile}", remedy=f"it was audited for {known}"
            )


def _refuse_idle_waivers(policy: Policy, ids: set[str]) -> None:
    # Checks of other profiles are known too; their files are read only where a waiver is for none of these ids.
    if not all(any(map(waiver.covers, ids)) for waiver in policy.waivers):
        from hostcheck.profiles.loader import load, names  # noqa: PLC0415

        ids |= {check.id for name in names() for check in load(name).checks}
    refuse_unknown(policy.waivers, ids)


def _waived(finding: Finding, policy: Policy, today: date) -> Finding:
    """Put the waivers to a finding: one that holds keeps it from counting, one that expired is only told."""
    if finding.effect == "none":
        return finding
    ours = [waiver for waiver in policy.waivers if waiver.covers(finding.id)]
    holding = next((waiver for waiver in ours if waiver.holds(today)), None)
    if holding is not None:
        return replace(finding, effect="waived", waiver=holding)
    return replace(finding, expired=next(iter(ours), None))


def _notes(run: Run, policy: Policy, baseline: Run | None, findings: Sequence[Finding]) -> Iterator[str]:
    if baseline is not None:
        from hostcheck.gate.regressions import notes  # noqa: PLC0415  only a baseline needs statistics

        yield from notes(run, baseline, policy.margin)
    used = [waiver for finding in findings for waiver in (finding.waiver, finding.expired)]
    for waiver in dict.fromkeys(policy.waivers):
        if waiver not in used:
            yield f"the waiver for {waiver.pattern} was not needed"
