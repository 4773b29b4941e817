"""The gate's decision: whether a host meets all requirements of a policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from typing import Literal

from hostcheck.gate.anew import judged_anew
from hostcheck.gate.finding import WORST_FIRST, Effect, Finding
from hostcheck.gate.judged import checks, origin, place, regressions, thresholds
from hostcheck.gate.metrics import with_usable_metrics
from hostcheck.gate.origin import Source
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver, refuse_unknown
from hostcheck.profiles.loader import is_file
from hostcheck.run.changes import sentence
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import Run
from hostcheck.run.origins import is_imported

Outcome = Literal["passed", "failed", "inconclusive"]

EXIT_CODES: dict[Outcome, int] = {"passed": 0, "failed": 1, "inconclusive": 3}
"""The exit code of the process for each outcome."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of the gate.

    Attributes:
        outcome: "failed" if any finding fails the gate; otherwise "inconclusive" if any finding makes it so; otherwise
            "passed".
        run: the judged run.
        policy: the policy.
        findings: all findings: first those on the run itself, then checks in the profiles' order, thresholds,
            regressions, workload files and promises.
        notes: further notes for the reader.
        baseline: the run with which metrics were compared; None if there is none.
        command: the command that made the decision: "gate", "fits" or "promise".
    """

    outcome: Outcome
    run: Run
    policy: Policy
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    baseline: Run | None = None
    command: str = "gate"

    @property
    def exit_code(self) -> int:
        """The exit code of the process."""
        return EXIT_CODES[self.outcome]

    def having(self, *effects: Effect) -> tuple[Finding, ...]:
        """Return the findings that have one of these effects, the most severe first."""
        wanted = [effect for effect in WORST_FIRST if effect in effects]
        return tuple(finding for effect in wanted for finding in self.findings if finding.effect == effect)


def decide(
    run: Run,
    policy: Policy,
    *,
    baseline: Run | None = None,
    now: datetime | None = None,
    source: Source = "file",
    workloads: tuple[Finding, ...] = (),
) -> Decision:
    """Decide on a run: judge its facts and metrics again, and apply the policy to the new verdicts.

    Args:
        run: the run to judge.
        policy: the policy.
        baseline: the run with which metrics are compared; None if there is none.
        now: the time, in UTC, for the run's age and the waivers' last days; None for the current time.
        source: the origin of the run's facts.
        workloads: the findings from workload files (``hostcheck.gate.workloads``).

    Raises:
        UsageError: if a profile or a role does not exist, the run contradicts itself, or a waiver matches nothing.
    """
    now = now or datetime.now(tz=timezone.utc)
    if source == "file":
        run = with_usable_metrics(run)
    if baseline is not None:
        baseline = with_usable_metrics(baseline)
    judged, notes = judged_anew(run, policy, typed=source == "file")
    # A verdict contains the profile's name, not the path of its file. If the policy names no profile, those of the run
    # are used, which are never the user's own files.
    named = zip(judged.profiles, dict.fromkeys(policy.profiles), strict=False)
    own = tuple((name, file) for name, file in named if is_file(file))
    asked = replace(policy, profiles=judged.profiles, own_profiles=own)
    of_the_run = tuple(origin(judged, asked, source, now))
    after = (*place(judged, asked, typed=source == "file"), *workloads, *_promised(run, asked, typed=source == "file"))
    decision = weigh(judged, asked, baseline=baseline, today=now.date(), before=of_the_run, after=after)
    changed = (sentence(run),) if run.changes else ()
    return replace(decision, notes=(*changed, *notes, *decision.notes))


def _promised(run: Run, policy: Policy, *, typed: bool) -> tuple[Finding, ...]:
    if not policy.promise:
        return ()
    from hostcheck.gate.promises import findings_of, judge_promise  # noqa: PLC0415  few policies have one

    return findings_of(judge_promise(policy.promise, run, typed=typed), policy)


def weigh(
    run: Run,
    policy: Policy,
    *,
    baseline: Run | None = None,
    today: date | None = None,
    before: tuple[Finding, ...] = (),
    after: tuple[Finding, ...] = (),
) -> Decision:
    """Apply a policy to the verdicts and metrics of a run. Unknown is never a pass.

    Args:
        run: a run whose verdicts were made by this process.
        policy: the policy. Its profiles are names, not files.
        baseline: as in ``decide``.
        today: the day, in UTC, for the waivers' last days; None for the current day.
        before: the findings on the run itself.
        after: the findings from workload files and promises.

    Raises:
        UsageError: if a waiver matches no check or metric.
    """
    metrics = {*METRICS, *(metric.id for each in (run, baseline) if each for metric in each.metrics)}
    judged = [*before, *checks(run, policy), *thresholds(run, policy), *regressions(run, policy, baseline), *after]
    _refuse_idle_waivers(policy, {*metrics, *(finding.id for finding in judged)})
    today = today or datetime.now(tz=timezone.utc).date()
    findings = tuple(_waived(finding, policy, today) for finding in judged)
    effects = {finding.effect for finding in findings}
    outcome: Outcome = "failed" if "fail" in effects else "inconclusive" if "inconclusive" in effects else "passed"
    return Decision(outcome, run, policy, findings, tuple(_notes(run, policy, baseline, findings)), baseline)


def _refuse_idle_waivers(policy: Policy, ids: set[str]) -> None:
    # A waiver may name a check of another profile: those files are read only if a waiver matches none of these ids.
    if not all(waiver.pattern in ids or any(map(waiver.covers, ids)) for waiver in policy.waivers):
        from hostcheck.profiles.loader import load, names  # noqa: PLC0415

        ids |= {check.id for name in names() for check in load(name).checks}
    refuse_unknown(policy.waivers, ids)


def _waived(finding: Finding, policy: Policy, today: date) -> Finding:
    """Apply the waivers to a finding. A valid waiver removes its effect; an expired waiver is only shown."""
    if finding.effect == "none":
        return finding
    expired = None
    for waiver in policy.waivers:
        if _is_for(waiver, finding):
            if waiver.holds(today):
                return replace(finding, effect="waived", waiver=waiver)
            expired = expired or waiver
    return replace(finding, expired=expired) if expired else finding


def _is_for(waiver: Waiver, finding: Finding) -> bool:
    return waiver.passes_unknown(finding.id) if finding.status == "unknown" else waiver.covers(finding.id)


def _notes(run: Run, policy: Policy, baseline: Run | None, findings: Sequence[Finding]) -> Iterator[str]:
    if baseline is not None:
        from hostcheck.gate.regressions import notes  # noqa: PLC0415  only a baseline needs statistics

        yield from notes(run, baseline, policy.margin)
    imported = [each.id for each in findings if (metric := run.metric(each.id)) is not None and is_imported(metric)]
    if imported:
        yield (
            f"{', '.join(dict.fromkeys(imported))}: imported, so other work on the host is unknown, and so is "
            "whether a cache was measured; hostcheck bench measures with these checks"
        )
    used = {waiver for finding in findings for waiver in (finding.waiver, finding.expired)}
    counted = [finding.id for finding in findings if finding.status == "unknown" and finding.effect != "waived"]
    for waiver in dict.fromkeys(policy.waivers):
        unknown = [each for each in counted if waiver.covers(each) and not waiver.passes_unknown(each)]
        if unknown:
            yield (
                f"the waiver for {waiver.pattern} does not cover an unknown result "
                f"({', '.join(dict.fromkeys(unknown))}): "
                "that needs a waiver with the exact id, a reason and a date"
            )
        elif waiver not in used:
            yield f"the waiver for {waiver.pattern} was not needed"
