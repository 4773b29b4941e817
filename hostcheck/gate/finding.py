"""A finding of the gate: its result, and its effect on the decision."""

from dataclasses import dataclass
from typing import Literal

from hostcheck.gate.waivers import Waiver
from hostcheck.run.model import Severity, Status

Kind = Literal["run", "check", "threshold", "regression", "need", "rule", "promise"]
Effect = Literal["fail", "inconclusive", "advice", "waived", "none"]

WORST_FIRST: tuple[Effect, ...] = ("fail", "inconclusive", "advice", "waived", "none")


@dataclass(frozen=True, slots=True)
class Judged:
    """The result for one metric, or for the run itself, before the policy is applied.

    Attributes:
        metric: the metric's id; "run.age", "run.host" or "run.evidence" for the run itself.
        status: pass, fail or unknown.
        expected: the requirement, in words.
        found: the measured value, in words.
    """

    metric: str
    status: Status
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the gate.

    Attributes:
        kind: what was judged: the run itself, a check of a profile, a threshold of the policy, a metric compared with
            the baseline, a need of a workload, a rule of workload files, or a line of a promise.
        id: the id of the check or metric; "run.age", "run.host" or "run.evidence" for the run itself.
        scope: the profile of a check; "threshold" or "baseline" for metrics; "file" for the run itself; the file of a
            workload; "promise" for a line of a promise.
        status: the result, before the policy is applied.
        severity: required or recommended. A policy's requirements on metrics are always required.
        effect: the effect on the decision: the gate fails, or is inconclusive; the finding is only reported, or is
            waived; or none.
        expected: the requirement, in words.
        found: the actual state, in words; the reason if the status is skip or unknown.
        why: why the requirement matters.
        fix: how to meet the requirement; may be empty.
        source: the source of the rule.
        name: what was judged, in a few words.
        said: what was found, in words that continue the name.
        command: a shell command that meets the requirement; empty if there is none.
        asked_at: the file and line of the requirement in a workload file or a promise; None for requirements of
            policies and profiles.
        waiver: the waiver because of which the finding has no effect; None if there is none.
        expired: an expired waiver for the finding; None if there is none.
    """

    kind: Kind
    id: str
    scope: str
    status: Status
    severity: Severity
    effect: Effect
    expected: str
    found: str
    why: str
    fix: str
    source: str
    name: str
    said: str
    command: str = ""
    asked_at: tuple[str, int] | None = None
    waiver: Waiver | None = None
    expired: Waiver | None = None

    @property
    def title(self) -> str:
        """A short title: "docker kernel.version", "threshold disk.randwrite.iops"."""
        return f"{self.scope} {self.id}"

    @property
    def sentence(self) -> str:
        """The requirement and the actual state in one sentence."""
        return f"expected {self.expected}; found {self.found}"

    @property
    def waiver_words(self) -> str:
        """The waiver in words: "waived: no swap here, until 2027-01-31"; empty if there is none."""
        if self.waiver is not None:
            return ": ".join(filter(None, ("waived", self.waiver.words)))
        if self.expired is not None:
            return f"its waiver expired on {self.expired.until}" + (
                f": {self.expired.reason}" if self.expired.reason else ""
            )
        return ""
