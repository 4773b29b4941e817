"""The data classes of a run: evidence, fact, verdict, run. docs/architecture.md defines the words.

The classes contain plain values. This module does not read the host, and is independent of file formats. Measurements
are in ``measured``, and changes in ``changes``. An audit needs neither, and Python takes time to define a dataclass: it
compiles six functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hostcheck.run.changes import Change
    from hostcheck.run.measured import Metric

Scalar = str | int | float | bool | None
FactValue = Scalar | tuple[Scalar, ...] | Mapping[str, Scalar]

NONE = "none"
"""The value of a fact if its subject is known not to exist on the host."""

Status = Literal["pass", "warn", "fail", "skip", "unknown"]
Severity = Literal["required", "recommended"]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One raw value that was read from the host.

    Attributes:
        source: a path, a system call, or the name of a program or of an experiment.
        value: the text or value that was read, cut to a readable length; None if nothing was read.
        says: what the evidence means for the fact, in words ("for kvm", "against docker: stale marker").
    """

    source: str
    value: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A conclusion of a probe from evidence.

    Attributes:
        id: dotted name, such as "virt.vm".
        value: the conclusion; meaningless if ``known`` is False.
        known: False if the evidence does not decide the fact. Unknown is never "no".
        reason: why the fact is unknown, and what would make it known; empty if known.
        evidence: the evidence for and against the conclusion, in the order in which it was weighed.
        conflicts: contradictions between pieces of evidence, and why one of them was rejected.
    """

    id: str
    value: FactValue
    known: bool = True
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    conflicts: tuple[str, ...] = ()

    @classmethod
    def unknown(cls, fact_id: str, reason: str, evidence: tuple[Evidence, ...] = ()) -> "Fact":
        """Make an unknown fact, which the evidence does not decide."""
        return cls(fact_id, None, known=False, reason=reason, evidence=evidence)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check of one profile.

    Attributes:
        profile: "docker", "docker-2014"…
        check: the check's id, such as "kernel.version".
        status: pass, warn (a recommendation is not met), fail (a requirement is not met), skip or unknown.
        severity: whether the profile requires or recommends it.
        expected: what the check requires, in words.
        found: what the host has, in words; the reason if the status is skip or unknown.
        why: why the check matters to this engine.
        fix: how to meet the check.
        source: the source of the rule.
        title: what the check is about, in a few words.
        sentence: what was found, in words that continue the title.
        command: a shell command for this host that applies the fix; empty if there is none.
    """

    profile: str
    check: str
    status: Status
    severity: Severity
    expected: str
    found: str
    why: str
    fix: str
    source: str
    title: str = ""
    sentence: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """The host of a run. Unknown values are None.

    Attributes:
        name: the hostname, or the name that the user gave.
        kernel: the kernel's release, as uname -r prints it.
        arch: machine hardware name, such as x86_64.
        cpus: number of CPUs that this process may use.
        memory_bytes: total memory in bytes.
        os: the distribution's name (PRETTY_NAME in os-release(5)).
    """

    name: str
    kernel: str | None = None
    arch: str | None = None
    cpus: int | None = None
    memory_bytes: int | None = None
    os: str | None = None

    @property
    def key(self) -> tuple[str, str | None, int | None]:
        """A key that all runs of one host share. The name alone is not enough: two hosts may have equal names."""
        return self.name, self.arch, self.cpus


@dataclass(frozen=True, slots=True)
class Run:
    """The result of an audit and measurements of one host at one time.

    Attributes:
        id: a random, unique id.
        hostcheck: version of hostcheck that made the run.
        started: start of the run, UTC, ISO 8601 with "Z".
        ended: end of the run, UTC; None if the run has not ended, or was killed.
        host: the host.
        facts: the facts by id.
        verdicts: the verdicts of all audited profiles, in the order of the profiles.
        metrics: the metrics in the order in which they were measured.
        notes: notes on the whole run for readers (interrupted, published values…).
        profiles: names of the audited profiles; empty if there was no audit, and in older files.
        roles: names of the audited roles; empty if none were given, and in older files.
        lost: why requested evidence is missing, such as a lost connection; empty if none is missing.
        since: start of the earlier audit that this one was compared with; empty if there was none.
        changes: the changes since the earlier audit.
    """

    id: str
    hostcheck: str
    started: str
    host: HostIdentity
    ended: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    metrics: "tuple[Metric, ...]" = ()
    notes: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    lost: str = ""
    since: str = ""
    changes: "tuple[Change, ...]" = ()

    @property
    def is_published(self) -> bool:
        """Whether all metrics are published values, and nothing was measured."""
        return bool(self.metrics) and all(metric.state == "published" for metric in self.metrics)

    def with_metrics(self, metrics: tuple["Metric", ...]) -> "Run":
        """Return a copy with these metrics added. A metric replaces an existing one with an equal id."""
        found = {metric.id: metric for metric in self.metrics} | {metric.id: metric for metric in metrics}
        return replace(self, metrics=tuple(found.values()))

    def metric(self, metric_id: str) -> "Metric | None":
        """Return the metric of this id; None if the run does not have it."""
        return next((metric for metric in self.metrics if metric.id == metric_id), None)
