"""Judge a run by a policy: yield the findings, before waivers are applied."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from hostcheck.gate.facts import needed_facts
from hostcheck.gate.finding import Effect, Finding, Judged, Kind
from hostcheck.gate.origin import Source, asked_of_the_run
from hostcheck.gate.policy import Policy
from hostcheck.profiles.model import Profile
from hostcheck.run.metrics import spec_of
from hostcheck.run.model import Run, Severity, Status, Verdict
from hostcheck.thresholds import expectation, judge
from hostcheck.verdicts import NOTHING_APPLIED
from hostcheck.verdicts import judge as judge_facts


def origin(run: Run, policy: Policy, source: Source, now: datetime) -> Iterator[Finding]:
    """Yield the findings on the run itself: its age and host, if the policy restricts them, and lost evidence."""
    for judged in asked_of_the_run(run, policy, source, now):
        yield _metric("run", judged, _WHY[judged.metric], policy)


def checks(run: Run, policy: Policy) -> Iterator[Finding]:
    """Yield the results of the checks of the policy's profiles, in the profiles' order."""
    for profile in dict.fromkeys(policy.profiles):
        own = [verdict for verdict in run.verdicts if verdict.profile == profile]
        yield from (_check(verdict, policy) for verdict in own)
        if all(verdict.status == "skip" for verdict in own):
            yield _nothing_judged(profile, policy)


def place(run: Run, policy: Policy, *, typed: bool) -> Iterator[Finding]:
    """Yield the results of the policy's requirements on where the host may be.

    Args:
        run: the run.
        policy: the policy.
        typed: whether to check the type of the fact, because a run file may contain anything.
    """
    if policy.place is None or not policy.place.checks:
        return
    asked = Profile("place", "Where the host can be", "", policy.place.checks)
    facts = needed_facts(run, asked.checks, typed=typed, proved=False)
    for verdict in judge_facts(asked, facts):
        yield _check(verdict, policy)


def thresholds(run: Run, policy: Policy) -> Iterator[Finding]:
    """Yield the results of the policy's thresholds."""
    if not policy.thresholds:
        return
    from hostcheck.run.steadiness import measured, why_unknown  # noqa: PLC0415  only figures need statistics

    for threshold in policy.thresholds:
        metric = measured(run, threshold.metric)
        status, found = judge(threshold, metric)
        found = why_unknown(run, threshold.metric) or found
        judged = Judged(threshold.metric, status, expectation(threshold, metric), found)
        yield _metric("threshold", judged, "the policy requires it", policy)


def regressions(run: Run, policy: Policy, baseline: Run | None) -> Iterator[Finding]:
    """Yield the results of comparing each metric with the baseline."""
    if baseline is None:
        return
    from hostcheck.gate.regressions import regressions as judged  # noqa: PLC0415  only a baseline needs statistics

    why = "the host, or the machine below it, became slower"
    found = judged(run, baseline, policy.margin)
    for each in found:
        yield _metric("regression", each, why, policy)
    if not found:
        expected = f"at least one metric that the baseline of {baseline.host.name} has too"
        missing = "none; measure with hostcheck bench, and judge its run file with --run"
        yield _metric("regression", Judged("metrics", "unknown", expected, missing), why, policy)


def _check(verdict: Verdict, policy: Policy) -> Finding:
    return Finding(
        kind="check",
        id=verdict.check,
        scope=verdict.profile,
        status=verdict.status,
        severity=verdict.severity,
        effect=effect_of(verdict.status, verdict.severity, policy),
        expected=verdict.expected,
        found=verdict.found,
        why=verdict.why,
        fix=verdict.fix,
        source=verdict.source,
        name=verdict.title or verdict.check,
        said=verdict.sentence or verdict.found,
        command=verdict.command,
    )


def _nothing_judged(profile: str, policy: Policy) -> Finding:
    """Return the finding for a profile whose checks were all skipped. Then no requirement is known to be met."""
    return Finding(
        kind="check",
        id="checks",
        scope=profile,
        status="unknown",
        severity="required",
        effect=effect_of("unknown", "required", policy),
        expected="at least one check that applies to this host",
        found=NOTHING_APPLIED,
        why="if no check of a profile applies, the profile proves nothing",
        fix="Name the host's role with --role, or choose a profile for this kind of host.",
        source=policy.source,
        name=profile,
        said=NOTHING_APPLIED,
    )


_SCOPES: Mapping[Kind, str] = {"run": "file", "threshold": "threshold", "regression": "baseline"}


def _metric(kind: Kind, judged: Judged, why: str, policy: Policy) -> Finding:
    return Finding(
        kind=kind,
        id=judged.metric,
        scope=_SCOPES[kind],
        status=judged.status,
        severity="required",
        effect=effect_of(judged.status, "required", policy),
        expected=judged.expected,
        found=judged.found,
        why=why,
        fix="",
        source=policy.source,
        name=_named(judged.metric),
        said=judged.found if judged.status == "pass" else f"{judged.found}; {judged.expected} is required",
    )


_NAMES = {
    "run.age": "Age of the run",
    "run.host": "Host of the run",
    "run.evidence": "Evidence",
    "metrics": "Metrics to compare",
}
_OF_ITS_DAY = "a run file shows only the host, and the day, of its measurement"
_WHY = {
    "run.age": _OF_ITS_DAY,
    "run.host": _OF_ITS_DAY,
    "run.evidence": "conclusions without the lost evidence may be wrong",
}


def _named(metric: str) -> str:
    spec = spec_of(metric)
    return spec.label if spec else _NAMES.get(metric, metric)


def effect_of(status: Status, severity: Severity, policy: Policy) -> Effect:
    """Return the effect of a result on the decision, before waivers are applied."""
    if status in {"pass", "skip"}:
        return "none"
    if severity == "recommended" and policy.fail_on == "required":
        return "advice"
    return policy.unknown if status == "unknown" else "fail"
