"""The data classes of what was measured: conditions, sample, metric. docs/architecture.md defines the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hostcheck.run.model import Better, Scalar

State = Literal["ok", "unstable", "partial", "invalid", "skipped", "published"]

SPENT = "an allowance or a cache was spent"
"""The end of a metric's reason if its rate fell to a lower level for the rest of the measurement."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The load of the machine while a sample was taken. Percentages are of the sample's wall time.

    A value that the kernel does not report is None, never 0 (PSI may be off).

    Attributes:
        busy_percent: time in which the CPUs were neither idle nor waiting for I/O, averaged over all CPUs.
        iowait_percent: time in which the CPUs were idle with I/O outstanding (proc(5)); depends on the number of CPUs.
        steal_percent: CPU time that the hypervisor gave to other guests (proc(5)).
        psi_io_some_percent: time in which at least one task waited for I/O (Documentation/accounting/psi.rst).
        psi_io_full_percent: time in which all non-idle tasks waited for I/O.
        psi_cpu_some_percent: time in which at least one task waited for a CPU.
        load1: one-minute load average at the start of the sample.
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
    """One measured value, and the conditions of the measurement.

    Attributes:
        value: the value in the metric's unit; None if the measurement gave no value.
        valid: whether the value is used for the metric's estimate.
        reason: why the sample is invalid; empty if valid.
        seconds: wall time of the measurement in seconds.
        started: start of the measurement, UTC, ISO 8601 with "Z".
        conditions: the load of the machine during the measurement.
        detail: further JSON values that depend on the workload (a storm's timeline, fio's percentiles). run/fields.py
            defines them. Read them through the views in run/details.py.
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
        unit: "MB/s" (10⁶ bytes per second), "IOPS", "events/s" (CPU workloads), "containers", "MB" (10⁶ bytes) or "s".
        better: whether a higher or a lower value is better.
        state: ok; unstable (the interval is too wide to rely on); partial (fewer valid samples than requested);
            invalid (no valid sample); skipped (not measured); published (a value that others published).
        reason: why the state is not ok, with the remedy; empty if ok.
        value: the estimate; None in the states invalid and skipped.
        interval: 95 % interval of the estimate; None if there are too few samples.
        samples: all samples, valid or not, in the order in which they were taken.
        settings: values that must be equal on two hosts for their metrics to be comparable (block size, builder,
            count…).
        source: the source of a published value; empty for a measured one.
        estimator: name and version of the method that computed value and interval (run/estimators.py); empty in older
            files, and if there is no value.
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
