"""What a workload is, what it is given, and how it says that it cannot run."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, Self, TypeVar

from hostcheck.errors import CannotMeasureError
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Metric, Scalar

Effort = Literal["quick", "standard", "thorough"]
"""How long to measure: the name of a preset that each workload has."""


class WorkloadOptions(Protocol):
    """What can be asked of one workload: a frozen dataclass in the workload's own room."""

    @classmethod
    def preset(cls, effort: Effort) -> Self:
        """Return what is measured with this effort where nothing else is asked."""


Kind = TypeVar("Kind", bound=WorkloadOptions)


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of the workloads.

    Attributes:
        effort: how long to measure.
        given: options of workloads, one of each kind; a workload without any has its preset of the effort.
    """

    effort: Effort = "standard"
    given: tuple[WorkloadOptions, ...] = ()

    def of(self, kind: type[Kind]) -> Kind:
        """Return a workload's options, which are of this kind."""
        found = next((options for options in self.given if isinstance(options, kind)), None)
        return kind.preset(self.effort) if found is None else found


class Progress(Protocol):
    """Receives a workload's progress reports. Workloads never print."""

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
        options: what is asked of the workloads.
        directory: where to measure the disk; None for the file system that Docker's own data would be on.
        docker_host: the engine's address as the user gave it; None to look for one.
        own_log: the log of the engine, where it is one of hostcheck's own; None for any other.
        progress: receives the progress reports.
        force: whether to go on where a look beforehand says that it might disturb, or not fit.
        directory_is_named: whether the user named it: it is measured, or the command ends with an error.
        stop: set when the user interrupts; a workload looks at it between steps and then raises Interrupted.
        aftermath: what is to be said in the end.
    """

    run_id: str
    options: Options
    progress: Progress
    directory: Path | None = None
    docker_host: str | None = None
    own_log: Path | None = None
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


class Workload(Protocol):
    """Something timed: the disk jobs, a build, a launch storm."""

    name: str
    """What ``--only`` calls it."""

    def metrics(self, options: Options) -> tuple[MetricSpec, ...]:
        """What it measures with these options, in order."""

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
