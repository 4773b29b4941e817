"""One thing a gate looked at, what it came to, and what that means for the decision."""

from dataclasses import dataclass
from typing import Literal

from hostcheck.gate.waivers import Waiver
from hostcheck.run.model import Severity, Status

Kind = Literal["run", "check", "threshold", "regression"]
Effect = Literal["fail", "inconclusive", "advice", "waived", "none"]

WORST_FIRST: tuple[Effect, ...] = ("fail", "inconclusive", "advice", "waived", "none")


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of one metric, or of the run itself, before the policy is applied.

    Attributes:
        metric: its id; "run.age" and "run.host" for the run itself.
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
    """One thing a gate looked at.

    Attributes:
        kind: what the run is, a check of a profile, a threshold of the policy, or a metric beside its baseline.
        id: the check's, or the metric's; "run.age" or "run.host".
        scope: the check's profile; "threshold" or "baseline" for metrics, "file" for the run itself.
        status: what it came to, whatever the policy makes of that.
        severity: whether it is required or recommended; what a policy asks of metrics is required.
        effect: what it means for the decision: the gate fails; it is inconclusive; worth reporting, but it does not
            count; it would count, but is waived; nothing.
        expected: what was asked, in words.
        found: what is there, in words; for skip and unknown, the reason.
        why: why it matters.
        fix: what to do about it; may be empty.
        source: where the rule is from.
        waiver: what keeps it from counting.
        expired: a waiver that would have, had it not expired.
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
    waiver: Waiver | None = None
    expired: Waiver | None = None

    @property
    def title(self) -> str:
        """What it is, in a few words: "docker kernel.version", "threshold disk.randwrite.iops"."""
        return f"{self.scope} {self.id}"

    @property
    def sentence(self) -> str:
        """What was asked, and what is there."""
        return f"expected {self.expected}; found {self.found}"

    @property
    def waiver_words(self) -> str:
        """What is to be said of waivers: "waived: no swap here, until 2027-01-31"; empty where there is none."""
        if self.waiver is not None:
            return ": ".join(filter(None, ("waived", self.waiver.words)))
        if self.expired is not None:
            return f"its waiver expired on {self.expired.until}" + (
                f": {self.expired.reason}" if self.expired.reason else ""
            )
        return ""
