"""Judge the lines of a seller's promise, and convert the results to findings of a gate."""

from collections.abc import Sequence
from dataclasses import replace

from hostcheck.gate.anew import judged_anew
from hostcheck.gate.finding import Finding
from hostcheck.gate.judged import effect_of
from hostcheck.gate.metrics import with_usable_metrics
from hostcheck.gate.policy import Policy
from hostcheck.promise.judging import judge_lines, profiles_of
from hostcheck.promise.model import STATUSES, Line, Outcome
from hostcheck.promise.model import Finding as Judged
from hostcheck.run.model import Run

_DOCUMENT = "docs/promise.md"
_WHY = "the seller promised it"


def judge_promise(lines: Sequence[Line], run: Run, *, typed: bool) -> Outcome:
    """Judge the lines of a promise by a run. Verdicts recorded in the run are not used.

    Args:
        lines: the lines of the promise.
        run: the run, from an audit, a run file, or both combined.
        typed: whether to check the types of facts, because a run file may contain anything.

    Raises:
        UsageError: if the run contradicts itself about its profiles.
    """
    profiles = profiles_of(lines)
    notes: tuple[str, ...] = ()
    if typed:
        run = with_usable_metrics(run)
    if profiles:
        judged, _ = judged_anew(run, Policy(profiles=profiles), typed=typed)
        run = replace(run, verdicts=judged.verdicts)
    if run.lost:
        notes = (f"evidence of the host is missing: {run.lost}",)
    return judge_lines(lines, run, notes)


def findings_of(outcome: Outcome, policy: Policy) -> tuple[Finding, ...]:
    """Return a finding for each line."""
    return tuple(_finding(each, policy) for each in outcome.findings)


def _finding(each: Judged, policy: Policy) -> Finding:
    judged, line = each.judged, each.line
    status = STATUSES[judged.answer]
    fix = f"Run {judged.command}." if judged.command else judged.changes
    return Finding(
        kind="promise",
        id=line.key,
        scope="promise",
        status=status,
        severity="required",
        effect=effect_of(status, "required", policy),
        expected=f"{line.claim} ({line.asks.expected})",
        found=judged.found,
        why=_WHY,
        fix=fix,
        source=_DOCUMENT,
        name=line.key,
        said=judged.found,
        asked_at=line.place,
    )
