"""The interface of a workload: its options, its context, and the exceptions that end it early."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from hostcheck.errors import CannotMeasureError
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Scalar

Effort = Literal["quick", "standard", "thorough"]
"""How long to measure. Each workload has a preset of this name."""


Allowance = Literal["busy", "running", "low-space", "remote-disk"]
"""Obstacles that the user may accept: a busy host, other work in the engine, little space, another machine's disk."""


class WorkloadOptions(Protocol):
    """The options of one workload: a frozen dataclass in the workload's folder."""

    @classmethod
    def preset(cls: type["Kind"], effort: Effort) -> "Kind":
        """Return the default options for this effort."""


Kind = TypeVar("Kind", bound=WorkloadOptions)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of all workloads of a session.

    Attributes:
        effort: how long to measure.
        given: options of single workloads, at most one object for each workload. A workload without one uses its
            preset for the effort.
    """

    effort: Effort = "standard"
    given: tuple[WorkloadOptions, ...] = ()

    def of(self, kind: type[Kind]) -> Kind:
        """Return the options of the workload whose options class is ``kind``."""
        found = next((options for options in self.given if isinstance(options, kind)), None)
        return kind.preset(self.effort) if found is None else found


class Progress(Protocol):
    """The receiver of a workload's progress reports. Workloads never print."""

    def start(self, what: str, seconds: float) -> None:
        """Report the start of the step ``what``, which will take about ``seconds`` seconds."""

    def done(self, what: str, result: str) -> None:
        """Report the end of the step ``what``, with its result in words."""

    def note(self, text: str) -> None:
        """Show a message that belongs to no step."""


@dataclass(slots=True)
class Aftermath:
    """Problems that a session reports at its end: a lost engine, and objects that could not be removed.

    Attributes:
        lost: why the measured engine stopped answering; empty if it did not.
        remedy: what the user can do about the lost engine.
        remains: one line for each object that could not be removed, with the command that removes it.
    """

    lost: str = ""
    remedy: str = ""
    remains: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Context:
    """The input of a workload.

    Attributes:
        run_id: the run's id: the label of each object that the run makes, and part of each temporary name.
        options: the options of all workloads.
        directory: where to measure the disk; None for the file system of Docker's default data folder.
        docker_host: the engine's address as the user gave it; None to look for one.
        own_log: the log file of the private engine that hostcheck started; None for any other engine.
        progress: receives the progress reports.
        allowed: the obstacles that the user accepts. The workload measures in spite of them.
        directory_is_named: whether the user named ``directory``. If so, a folder that cannot be measured is an error;
            otherwise the workload is skipped.
        stop: set when the user interrupts. A workload checks it between steps and then raises Interrupted.
        aftermath: collects the problems to report at the end.
    """

    run_id: str
    options: Options
    progress: Progress
    directory: Path | None = None
    docker_host: str | None = None
    own_log: Path | None = None
    allowed: frozenset[Allowance] = frozenset()
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
    """The workload cannot run on this host.

    Attributes:
        reason: why, in words.
        remedy: what would make it run.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        """Create the exception. ``reason`` and ``remedy`` are clauses without a full stop."""
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy


@contextmanager
def as_named(named: object, doing: str) -> Iterator[None]:
    """Convert CannotRun into an error if the user named what to measure. The workload is then not skipped.

    Args:
        named: the folder, image or engine that the user named; None or False if hostcheck chose it.
        doing: the start of the error message: what was being done.

    Raises:
        CannotMeasureError: instead of CannotRun, if ``named`` is set.
    """
    try:
        yield
    except CannotRun as cannot:
        if not named:
            raise
        raise CannotMeasureError(f"{doing}: {cannot.reason}", remedy=cannot.remedy) from cannot


class EngineLost(CannotRun):
    """The workload cannot continue: the engine hangs or has stopped."""


class Workload(Protocol):
    """Something timed: the disk jobs, a build, a launch storm."""

    name: str
    """The workload's name for the option ``--only``."""

    def metrics(self, options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics that the workload measures with these options, in order."""

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure, and yield each metric as soon as it is known.

        All objects that the workload made are removed, also after an error or a stop.

        Raises:
            CannotRun: if the workload cannot run on this host, or cannot continue.
            Interrupted: if the user asked to stop. The metrics yielded before remain valid.
        """


Settings = Mapping[str, Scalar]

WORKLOADS: dict[str, str] = {
    "disk": "hostcheck.bench.disk.workload:DiskWorkload",
    "build": "hostcheck.bench.build.workload:BuildWorkload",
    "storm": "hostcheck.bench.storm.workload:StormWorkload",
    "cpu": "hostcheck.bench.cpu.workload:CpuWorkload",
    "memory": "hostcheck.bench.memory.workload:MemoryWorkload",
    "network": "hostcheck.bench.network.workload:NetworkWorkload",
}
"""The class of each workload by name, as "module:Class", in the order in which the workloads run."""

USUAL_WORKLOADS = ("disk", "build", "storm")
"""Names of the workloads that run by default. The others explain the results of these, and run only on request."""
