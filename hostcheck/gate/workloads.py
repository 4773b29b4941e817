"""Convert results of workload files to findings of a gate: needs on a host, a place for all instances, file rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from hostcheck.gate.finding import Finding, Kind
from hostcheck.gate.judged import effect_of
from hostcheck.gate.policy import Policy
from hostcheck.placement.judged import Judged
from hostcheck.placement.placing import Fit, Outcome, Placed
from hostcheck.run.model import Severity, Status
from hostcheck.spelling import lower_first
from hostcheck.workloadfiles.model import Mistake
from hostcheck.workloadfiles.place import Place

_DOCUMENT = "docs/fits.md"
_STATUS: Mapping[Outcome, Status] = {"fits": "pass", "does not fit": "fail", "cannot tell": "unknown"}


def findings_of(fit: Fit, policy: Policy) -> tuple[Finding, ...]:
    """Return the findings: for one host one on each need, for several hosts one on the place of each workload."""
    return (
        *(_engines(fit, policy) if len(fit.hosts) == 1 else ()),
        *(finding for placed in fit.placed for finding in _of_workload(placed, fit, policy)),
        *(_rule(mistake, policy) for mistake in fit.mistakes),
    )


def _engines(fit: Fit, policy: Policy) -> Iterator[Finding]:
    """Yield whether the engine of each file runs on the only host, unless the policy's own checks include that."""
    seen = set()
    for placed in fit.placed:
        for engine in placed.candidates[0].engines:
            if engine.profile not in seen and engine.profile not in policy.profiles:
                seen.add(engine.profile)
                wanted = f"a host that is ready for {engine.profile}"
                asked = _Asked("need", engine.profile, placed.workload.place, wanted)
                yield asked.finding(engine.answer, "required", policy, found=engine.found)


def _of_workload(placed: Placed, fit: Fit, policy: Policy) -> Iterator[Finding]:
    """Yield the needs on the only host, and whether the workload has a place, if none of its needs decides that."""
    if len(fit.hosts) == 1:
        yield from (_need(placed, judged, policy) for judged in placed.candidates[0].judged)
    if not fit.hosts or (len(fit.hosts) == 1 and placed.candidates[0].answer == "fail"):
        return
    workload = placed.workload
    count = workload.instances
    several = "a host" if count == 1 else f"a host for each of {count} instances"
    wanted = "one on each host" if workload.each_host else several
    found = ", ".join(dict.fromkeys(placed.hosts)) if placed.hosts else "no host"
    if fit.together and placed.hosts is None:
        found = f"no place for all: {'; '.join(fit.together)}"
    asked = _Asked("need", f"{workload.name} placement", workload.place, wanted)
    fix = f"Any of these: {'; '.join(fit.helps)}." if fit.helps else ""
    status = _STATUS[fit.placement]
    if status == "fail" and not _is_at_fault(placed, fit):
        # Another workload, maybe of another file, has no place: this one has one without it.
        possible = [each for each in placed.candidates if each.answer == "pass"]
        status, fix = ("pass" if possible else "unknown"), ""
        found = ", ".join(each.host for each in possible) or "which host is not known"
    yield asked.finding(status, "required", policy, found=found, fix=fix)


def _is_at_fault(placed: Placed, fit: Fit) -> bool:
    """Return whether a workload is one of those that have no place."""
    if fit.together:
        return any(said.startswith(f"{placed.workload.name}: ") for said in fit.together)
    hopeless = [each for each in fit.placed if all(tried.answer == "fail" for tried in each.candidates)]
    return placed in hopeless or not hopeless


def _need(placed: Placed, judged: Judged, policy: Policy) -> Finding:
    advised = judged.severity == "recommended" and judged.answer == "fail"
    name = f"{placed.workload.name} {lower_first(judged.title)}"
    asked = _Asked("need", name, judged.need.place, judged.need.said)
    status: Status = "warn" if advised else judged.answer
    return asked.finding(status, judged.severity, policy, found=judged.found, fix=judged.fix)


def _rule(mistake: Mistake, policy: Policy) -> Finding:
    asked = _Asked("rule", mistake.rule, mistake.place, lower_first(mistake.title))
    status: Status = "fail" if mistake.severity == "required" else "warn"
    found = asked.finding(status, mistake.severity, policy, found=mistake.said, fix=mistake.fix)
    return replace(found, source=mistake.source)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A requirement in a line of a workload file.

    Attributes:
        kind: kind of the finding.
        name: subject of the requirement.
        place: the line.
        expected: the requirement in words.
    """

    kind: Kind
    name: str
    place: Place
    expected: str

    def finding(self, status: Status, severity: Severity, policy: Policy, *, found: str, fix: str = "") -> Finding:
        """Return the finding for this requirement."""
        return Finding(
            kind=self.kind,
            id=self.name,
            scope=self.place.file,
            status=status,
            severity=severity,
            effect=effect_of(status, severity, policy),
            expected=self.expected,
            found=found,
            why=_WHY[self.kind],
            fix=fix,
            source=_DOCUMENT,
            name=self.name,
            said=found,
            asked_at=(self.place.file, self.place.line),
        )


_WHY: Mapping[Kind, str] = {
    "need": "without it, the workload does not run, or not as the file says",
    "rule": "the file does not do what it says",
}
