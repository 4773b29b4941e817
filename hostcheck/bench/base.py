"""What a workload is, what it is given, and how it says that it cannot run."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hostcheck.bench.stopping import NEVER, Repeats
from hostcheck.errors import CannotMeasureError
from hostcheck.run.model import Better, Metric, Scalar


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure.

    Attributes:
        name: "quick", "standard" or "thorough".
        disk_jobs: fio's jobs, in the order they take turns.
        disk_budget_seconds: how long the disk may take; what is not settled by then is not repeated further. The audit
            before and the report after it take two or three seconds more.
        disk_seconds: measured seconds of one disk sample.
        disk_ramp_seconds: unmeasured seconds before them: a token bucket's first burst is not the disk's rate.
        disk_file_bytes: size of the test file at the most.
        build: how often the build is timed.
        storm: how often the storm is.
        storm_containers: containers launched at once.
    """

    name: str
    disk_jobs: tuple[str, ...]
    disk_budget_seconds: float
    disk_seconds: int
    disk_ramp_seconds: int
    disk_file_bytes: int
    build: Repeats = NEVER
    storm: Repeats = NEVER
    storm_containers: int = 20


CHURN_JOB = "churn"
"""The job that is no reading or writing, and is timed with the sync after it."""
HEADLINE_JOBS = ("seqread", "seqwrite", "randread", "randwrite")
QUICK_JOBS = (*HEADLINE_JOBS, "wal")
STANDARD_JOBS = (*HEADLINE_JOBS, "randread-qd1", "randwrite-qd1", "mixed", "wal", "syncwrite", CHURN_JOB)
ALL_JOBS = (*STANDARD_JOBS, "commit")

QUICK = Effort("quick", QUICK_JOBS, 56, 2, 1, 1 << 30, Repeats(3, 5, 30), Repeats(3, 6, 20))
STANDARD = Effort("standard", STANDARD_JOBS, 126, 2, 1, 2 << 30, Repeats(3, 8, 300), Repeats(5, 12, 300))
THOROUGH = Effort("thorough", ALL_JOBS, 900, 10, 2, 4 << 30, Repeats(5, 15, 900), Repeats(10, 30, 900))


class Progress(Protocol):
    """Where a workload tells what it is doing. Workloads never print."""

    def start(self, what: str, seconds: float) -> None:
        """Begin ``what``, which will take about so many seconds."""

    def done(self, what: str, result: str) -> None:
        """End ``what`` with its result in words."""

    def note(self, text: str) -> None:
        """Report something that is no step."""


@dataclass(slots=True)
class Aftermath:
    """What a session has to say in the end, whatever it measured.

    Attributes:
        lost: why an engine was lost that was to be measured; empty where none was.
        remedy: what to do about that.
        remains: for each thing that could not be removed a line, with the command that removes it.
    """

    lost: str = ""
    remedy: str = ""
    remains: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Context:
    """What a workload is given.

    Attributes:
        run_id: the run's id: the label of all that is made, and part of each temporary name.
        effort: how long to measure.
        directory: where to measure the disk; None for the file system that Docker's own data would be on.
        docker_host: the engine's address as the user gave it; None to look for one.
        own_log: the log of the engine, where it is one of hostcheck's own; None for any other.
        progress: where to tell what is being done.
        build_context: the folder that the user wants built; None for hostcheck's own build.
        fio_jobs: the user's own job files, measured beside hostcheck's.
        sustained: whether to write for long, after the disk's other jobs.
        image: the image that the user wants the storm to run; None for one of this host's busybox.
        storm_curve: how many containers to launch at once besides the effort's number, each a metric of its own.
        network: of the storm's containers, "none", "bridge" or "host"; None for what benchmarks/storm says.
        force: whether to go on where a look beforehand says that it might disturb, or not fit.
        directory_is_named: whether the user named it: it is measured, or the command ends with an error.
        stop: set when the user interrupts; a workload looks at it between steps and then raises Interrupted.
        aftermath: what is to be said in the end.
    """

    run_id: str
    effort: Effort
    progress: Progress
    directory: Path | None = None
    docker_host: str | None = None
    own_log: Path | None = None
    fio_jobs: tuple[Path, ...] = ()
    sustained: bool = False
    build_context: Path | None = None
    image: str | None = None
    storm_curve: tuple[int, ...] = ()
    network: str | None = None
    force: bool = False
    directory_is_named: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    aftermath: Aftermath = field(default_factory=Aftermath)

    def checkpoint(self) -> None:
        """Raise Interrupted when the user asked to stop."""
        if self.stop.is_set():
            raise Interrupted


class Interrupted(Exception):  # noqa: N818 - not an error: the user asked
    """The user asked to stop."""


class CannotRun(Exception):  # noqa: N818 - an answer, not a failure
    """A workload that cannot run here.

    Attributes:
        reason: why, in words.
        remedy: what would make it run.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        """Take both, each a clause without a full stop."""
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy


@contextmanager
def as_named(named: object, doing: str) -> Iterator[None]:
    """Let nothing be skipped that the user named: it is measured, or the command ends with an error.

    Args:
        named: what the user named, a folder, an image or an engine; none, or false, where hostcheck chose.
        doing: the beginning of the error.

    Raises:
        CannotMeasureError: in the place of CannotRun, where it was named.
    """
    try:
        yield
    except CannotRun as cannot:
        if not named:
            raise
        raise CannotMeasureError(f"{doing}: {cannot.reason}", remedy=cannot.remedy) from cannot


class EngineLost(CannotRun):
    """A workload that cannot run any further: its engine hangs, or is gone."""


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric that a workload measures: what stands in the run even when it cannot.

    Attributes:
        id: dotted name.
        unit: "MB/s", "IOPS" or "s".
        better: which direction is better.
    """

    id: str
    unit: str
    better: Better

    def skipped(self, reason: str) -> Metric:
        """Make the metric of a workload that could not run."""
        return Metric(self.id, self.unit, self.better, "skipped", reason)


class Workload(Protocol):
    """Something timed: the disk jobs, a build, a launch storm."""

    name: str
    """What ``--only`` calls it."""

    def metrics(self, effort: Effort) -> tuple[MetricSpec, ...]:
        """What it measures with this effort, in order."""

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure, and give each metric as soon as it stands. Whatever it made is gone when it ends, however it ends.

        Raises:
            CannotRun: when it cannot run here at all, or not any further.
            Interrupted: when the user asked to stop; metrics given so far stand.
        """


Settings = Mapping[str, Scalar]

WORKLOADS: dict[str, str] = {
    "disk": "hostcheck.bench.disk.workload:DiskWorkload",
    "build": "hostcheck.bench.build.workload:BuildWorkload",
    "storm": "hostcheck.bench.storm.workload:StormWorkload",
}
"""Name of each workload and where it is: "module:Class", in the order they run."""
