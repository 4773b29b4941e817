"""Group the entries of an output into jobs, and find the jobs that ran at the same time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from hostcheck.fio.deciding import deciding
from hostcheck.fio.definition import Definition, define
from hostcheck.fio.result import FioResult, Job
from hostcheck.run.fio_values import duration, number

OVERLAP_SHARE = 0.05
"""Two jobs ran together if they overlap by more than this share of the shorter job's time."""

SYNCED = "synced"
"""Part of the name, and value of the setting, if writes were synced but the output does not contain the option."""

MEANWHILE_SECONDS = 3
"""Minimum overlap in seconds for two runs of fio to be simultaneous. Their times are whole seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One job of an output.

    Attributes:
        processes: the output's entry for each process of the job; a single entry may be the sum of all processes.
        definition: the job's parameters; None if the output does not contain them.
        hosts: number of hosts whose results are summed; None if the output does not contain it.
        missing: why this is not one job with all of its processes; empty if it is.
    """

    processes: tuple[Job, ...]
    definition: Definition | None
    hosts: int | None = 1
    missing: str = ""

    @property
    def first(self) -> Job:
        """The first process, which has the job's name and options."""
        return self.processes[0]

    @property
    def seconds(self) -> float:
        """The measured time in seconds."""
        return max((side.runtime_ms for job in self.processes for side in job.sides), default=0) / 1000


def jobs_of(jobs: Sequence[Job]) -> Iterator[Entry]:
    """Yield the jobs. fio lists each process of a job, unless ``group_reporting`` was set.

    fio 3.1 and older do not print ``numjobs``. So consecutive entries with equal names, groups, servers and options are
    processes of one job.
    """
    for _, group in groupby(jobs, key=lambda job: (job.name, job.group, job.server, sorted(job.options.items()))):
        alike = tuple(group)
        asked = _numjobs(alike[0].options)
        together = len(alike) if alike[0].group is not None else asked
        for start in range(0, len(alike), together):
            processes = alike[start : start + together]
            yield Entry(
                processes,
                _definition(processes),
                missing=alike[0].missing or _missing(len(processes), asked, len(alike)),
            )


def _missing(count: int, asked: int, listed: int) -> str:
    # One entry alone is the sum that fio made of all.
    if listed == 1 or count % asked == 0:
        return ""
    if count < asked:
        return f"{count} of {asked} processes are in the output"
    return f"{count} processes are in the output, of a job that has {asked}"


def _numjobs(options: Mapping[str, str]) -> int:
    return max(1, number(options.get("numjobs", "")) or 1)


def _definition(processes: Sequence[Job]) -> Definition | None:
    options = processes[0].options
    # Whoever lists each process lists all of them; a sum says how many it is of.
    count = processes[0].members if len(processes) == 1 else sum(job.members or 1 for job in processes)
    count = processes[0].processes or count
    definition = define({**options, "numjobs": str(count)} if options and count else options)
    if definition is not None:
        definition = replace(definition, deciding=deciding(options, processes[0].name))
    if definition is not None and not definition.syncs and any(job.sync for job in processes):
        # The normal output says how long syncs took, and not which option asked for them.
        definition = replace(definition, syncs=((SYNCED, "unknown"),))
    return definition


def beside(result: FioResult, jobs: Sequence[Entry]) -> list[list[int]]:
    """Return, for each job, the indexes of the other jobs that ran at the same time.

    Jobs of one group run together. The next group waits for them if ``stonewall`` was set. It does not wait if only
    ``new_group`` was set, but the output does not show which of the two was set (add_job in fio's init.c). From fio
    3.36 on, each job has its start time.
    """
    apart = _groups_ran_apart(result, jobs)
    times = [_Time.of(job) for job in jobs]
    found: list[list[int]] = [[] for _ in jobs]
    for (place, own), (other, its) in combinations(enumerate(times), 2):
        if own.ran_together(its, groups_apart=apart):
            found[place].append(other)
            found[other].append(place)
    return found


def ran_meanwhile(results: Sequence[FioResult]) -> list[list[FioResult]]:
    """Return, for each run of fio, the other runs that overlap it for most of the shorter run's time.

    Outputs without times are left out.
    """
    spans = [_span(one) for one in results]
    by_begin = sorted((place for place, span in enumerate(spans) if span), key=lambda place: spans[place] or ())
    found: list[list[FioResult]] = [[] for _ in results]
    running: list[int] = []
    for place in by_begin:
        begin, end = spans[place] or (0.0, 0.0)
        running = [other for other in running if (spans[other] or (0.0, 0.0))[1] > begin]
        for other in running:
            began, ended = spans[other] or (0.0, 0.0)
            common = min(end, ended) - begin
            # Of runs that follow each other the last and the first second can be the same one.
            if common >= MEANWHILE_SECONDS and common > min(end - begin, ended - began) / 2:
                found[place].append(results[other])
                found[other].append(results[place])
        running.append(place)
    return found


def _span(result: FioResult) -> tuple[float, float] | None:
    """Return start and end of a run of fio, in seconds since 1970; None if unknown."""
    if result.timestamp is None or result.elapsed_seconds is None:
        return None
    return result.timestamp - result.elapsed_seconds, result.timestamp


@dataclass(frozen=True, slots=True, eq=False)
class _Time:
    """When a job ran.

    Attributes:
        seconds: measured time in seconds.
        lead: how long the job ran before the measured time, in seconds.
        started: the job's start time in seconds; None if the output does not contain it.
        delay: the job's start delay in seconds; None if it is random.
        group: fio's number of the job's group.
        name: name of the job.
        waits_for: name of the job that this one waits for.
    """

    seconds: float
    lead: float
    started: float | None
    delay: float | None
    group: int | None
    name: str
    waits_for: str | None

    @classmethod
    def of(cls, entry: Entry) -> "_Time":
        first = entry.first
        started = None if first.started_ms is None else first.started_ms / 1000
        lead, delay = _lead(entry), _delay(first.options)
        return cls(entry.seconds, lead, started, delay, first.group, first.name, first.options.get("wait_for"))

    def ran_together(self, other: "_Time", *, groups_apart: bool) -> bool:
        if not self.seconds or not other.seconds:
            return False
        if self.started is not None and other.started is not None:
            return self._overlaps(other, self.started, other.started)
        if self.group != other.group:
            return not groups_apart
        if {self.waits_for, other.waits_for} & {self.name, other.name}:
            return False
        if self.delay is None or other.delay is None:
            return True
        return self._overlaps(other, self.delay, other.delay)

    def _overlaps(self, other: "_Time", began: float, other_began: float) -> bool:
        ends = (began + self.lead + self.seconds, other_began + other.lead + other.seconds)
        return min(ends) - max(began, other_began) > OVERLAP_SHARE * min(self.seconds, other.seconds)


def _delay(options: Mapping[str, str]) -> float | None:
    """Return the start delay of a job in seconds; None if it is random."""
    text = options.get("startdelay", "0")
    return duration(text) or (0.0 if text.strip("0smhdu") == "" else None)


def _lead(entry: Entry) -> float:
    """Return how long a job ran before its measured time, in seconds."""
    return duration(entry.first.options.get("ramp_time", "")) or 0.0


def took(entry: Entry) -> float:
    """Return how long a job ran in seconds, including its start delay and the time that was not measured."""
    return (_delay(entry.first.options) or 0.0) + _lead(entry) + entry.seconds


def _groups_ran_apart(result: FioResult, jobs: Sequence[Entry]) -> bool:
    """Return whether fio's total time is long enough for the groups to have run one after another."""
    if result.elapsed_seconds is None:
        return True
    longest: dict[int | None, float] = {}
    for job in jobs:
        longest[job.first.group] = max(took(job), longest.get(job.first.group, 0.0))
    # fio counts whole seconds.
    return sum(longest.values()) <= result.elapsed_seconds + 1
