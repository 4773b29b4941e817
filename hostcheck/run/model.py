"""What a run is made of. Plain values only: nothing here reads the machine or knows a file format.

The vocabulary is the project's own (docs/architecture.md): evidence, fact, verdict, sample, metric, run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Scalar = str | int | float | bool | None
FactValue = Scalar | tuple[Scalar, ...] | Mapping[str, Scalar]

NONE = "none"
"""What a fact says of something that is known not to be there."""

Status = Literal["pass", "warn", "fail", "skip", "unknown"]
Severity = Literal["required", "recommended"]
Better = Literal["higher", "lower"]
State = Literal["ok", "unstable", "partial", "invalid", "skipped", "published"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A raw thing read from the host.

    Attributes:
        source: a path, a system call, a program or an experiment's name.
        value: what came back, cut to a readable length; None when nothing did.
        says: what this evidence means for the fact, in words ("for kvm", "against docker: stale marker").
    """

    source: str
    value: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What a probe concludes.

    Attributes:
        id: dotted name, such as "virt.vm".
        value: the conclusion; meaningless unless known.
        known: False when the evidence does not settle it. Unknown is never "no".
        reason: why it is unknown, and what would make it known; empty when known.
        evidence: what speaks for and against, in the order it was weighed.
        conflicts: contradictions between pieces of evidence, and why the loser lost.
    """

    id: str
    value: FactValue
    known: bool = True
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    conflicts: tuple[str, ...] = ()

    @classmethod
    def unknown(cls, fact_id: str, reason: str, evidence: tuple[Evidence, ...] = ()) -> "Fact":
        """Make a fact that the evidence does not settle."""
        return cls(fact_id, None, known=False, reason=reason, evidence=evidence)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check of one profile.

    Attributes:
        profile: "docker", "docker-2014"…
        check: the check's id, such as "kernel.version".
        status: pass, warn (a recommendation missed), fail (a requirement missed), skip or unknown.
        severity: whether the profile requires or recommends it.
        expected: what the check wanted, in words.
        found: what the host has, in words; for skip and unknown, the reason.
        why: why it matters to this engine.
        fix: what to do about it.
        source: where the rule is from.
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


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the machine was doing while a sample was taken. Percentages are of the sample's wall time.

    A value is None where the kernel does not report it (PSI may be off), never 0 for that reason.

    Attributes:
        busy_percent: CPU time not idle and not waiting for I/O, of all CPUs.
        iowait_percent: CPU time idle with I/O outstanding (proc(5)); depends on the number of CPUs.
        steal_percent: CPU time that the hypervisor gave to others (proc(5)).
        psi_io_some_percent: share of time in which some task waited for I/O (Documentation/accounting/psi.rst).
        psi_io_full_percent: share of time in which every non-idle task waited for I/O.
        psi_cpu_some_percent: share of time in which some task waited for a CPU.
        load1: one-minute load average when the sample began.
    """

    busy_percent: float | None = None
    iowait_percent: float | None = None
    steal_percent: float | None = None
    psi_io_some_percent: float | None = None
    psi_io_full_percent: float | None = None
    psi_cpu_some_percent: float | None = None
    load1: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured value and what it was measured under.

    Attributes:
        value: in the metric's unit; None when the attempt gave none.
        valid: whether it counts towards the estimate.
        reason: why it does not count; empty when valid.
        seconds: wall time the attempt took.
        started: UTC time it began, ISO 8601 with "Z".
        conditions: what the machine was doing meanwhile.
        detail: what only this kind of sample has, as JSON values (a storm's timeline, fio's percentiles),
            read through the views of run/details.py.
    """

    value: float | None
    valid: bool = True
    reason: str = ""
    seconds: float = 0.0
    started: str = ""
    conditions: Conditions = field(default_factory=Conditions)
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured quantity of one host.

    Attributes:
        id: dotted name, such as "disk.randwrite.iops".
        unit: "MB/s" (10⁶ bytes a second), "IOPS" or "s".
        better: which direction is better.
        state: ok; unstable (the interval is too wide to rely on); partial (fewer samples than asked for);
            invalid (taken, but not believable); skipped (not taken); published (a figure of others).
        reason: why the state is not ok, with the remedy; empty when ok.
        value: the estimate; None unless the state has one.
        interval: 95 % interval of the estimate; None where there are too few samples.
        samples: every attempt, valid or not, in the order taken.
        settings: what must be equal for two hosts' figures to be comparable (block size, builder, count…).
        source: where a published figure is from; empty for a measured one.
        estimator: what made the value and the interval of the samples, with its version (run/estimators.py); empty in
            older files, and where there is no figure.
    """

    id: str
    unit: str
    better: Better
    state: State
    reason: str = ""
    value: float | None = None
    interval: tuple[float, float] | None = None
    samples: tuple[Sample, ...] = ()
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    source: str = ""
    estimator: str = ""


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """Which host a run is of. Nothing that can be found is left out silently: what is unknown is None.

    Attributes:
        name: the host's name, or what the user calls it.
        kernel: release, as uname -r prints it.
        arch: machine hardware name, such as x86_64.
        cpus: number of CPUs that this process may use.
        memory_bytes: total memory.
        os: the distribution's pretty name.
    """

    name: str
    kernel: str | None = None
    arch: str | None = None
    cpus: int | None = None
    memory_bytes: int | None = None
    os: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One host at one time.

    Attributes:
        id: random, unique.
        hostcheck: version of hostcheck that made it.
        started: UTC, ISO 8601 with "Z".
        ended: UTC; None while it is still being written, or when it was cut short.
        host: which host.
        facts: by fact id.
        verdicts: of all profiles audited, in profile order.
        metrics: in the order measured.
        notes: what a reader must know of the whole run (interrupted, published figures…).
        profiles: the names of the profiles it was audited for; empty where nothing was audited, and in older files.
        roles: what the host was to be to them; empty as well in older files.
    """

    id: str
    hostcheck: str
    started: str
    host: HostIdentity
    ended: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    metrics: tuple[Metric, ...] = ()
    notes: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def is_published(self) -> bool:
        """Whether all its figures are published ones: nothing of it was measured."""
        return bool(self.metrics) and all(metric.state == "published" for metric in self.metrics)

    def with_metrics(self, metrics: tuple[Metric, ...]) -> "Run":
        """Return a copy with these metrics added; one of an id that is there already takes its place."""
        found = {metric.id: metric for metric in self.metrics} | {metric.id: metric for metric in metrics}
        return replace(self, metrics=tuple(found.values()))

    def metric(self, metric_id: str) -> Metric | None:
        """Return the metric of this id, if the run has it."""
        return next((metric for metric in self.metrics if metric.id == metric_id), None)
