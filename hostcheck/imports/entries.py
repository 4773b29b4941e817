"""The jobs of one output: which of its entries are processes of one job, and which jobs ran at the same time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from hostcheck.fio.definition import Definition, define, duration
from hostcheck.fio.result import FioResult, Job

OVERLAP_SHARE = 0.05
"""Jobs ran together where they overlap by more than this share of the shorter one."""

MEANWHILE_SECONDS = 3
"""Two fios ran at the same time where it was for so long at least: each gives its times in whole seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One job of an output.

    Attributes:
        processes: what the output has of each of its processes; one alone may be the sum of all.
        definition: what it does; None where the output does not say.
        hosts: how many hosts it is the sum of.
        missing: why it is not one job with all of its processes; empty where it is.
    """

    processes: tuple[Job, ...]
    definition: Definition | None
    hosts: int = 1
    missing: str = ""

    @property
    def first(self) -> Job:
        """The first process, which has the job's name and options."""
        return self.processes[0]

    @property
    def seconds(self) -> float:
        """How long it was measured."""
        return max((side.runtime_ms for job in self.processes for side in job.sides), default=0) / 1000


def entries(result: FioResult) -> list[Entry]:
    """Return the jobs of an output: of a client of several servers the sum of all, which fio makes itself."""
    if result.combined is not None:
        return [_sum_of_servers(result.combined, result.jobs)]
    return list(_jobs(result.jobs))


def _sum_of_servers(combined: Job, parts: Sequence[Job]) -> Entry:
    """Return the sum over all servers, as what each of them did where all did the same."""
    definitions = {_definition((job,)) for job in parts}
    # Each server has files of its own.
    options = parts[0].options if len(definitions) == 1 else {}
    groups = len({job.group for job in parts})
    return Entry(
        (replace(combined, options=options, members=None),),
        definitions.pop() if len(definitions) == 1 else None,
        hosts=max(1, len(parts)),
        missing=f"it is the sum of {groups} groups of jobs, which ran one after another" if groups > 1 else "",
    )


def _jobs(jobs: Sequence[Job]) -> Iterator[Entry]:
    """Give the jobs: fio lists each process, unless it was asked to report by group.

    fio 3.1 and older ones do not repeat ``numjobs``: entries that are alike in all, and of one group, ran at the same
    time and did the same.
    """
    for _, group in groupby(jobs, key=lambda job: (job.name, job.group, job.hostname, sorted(job.options.items()))):
        alike = tuple(group)
        asked = _numjobs(alike[0].options)
        together = len(alike) if alike[0].group is not None else asked
        for start in range(0, len(alike), together):
            processes = alike[start : start + together]
            yield Entry(processes, _definition(processes), missing=_missing(len(processes), asked, len(alike)))


def _missing(count: int, asked: int, listed: int) -> str:
    # One entry alone is the sum that fio made of all.
    if listed == 1 or count % asked == 0:
        return ""
    if count < asked:
        return f"{count} of {asked} processes are in the output"
    return f"{count} processes are in the output, of a job that has {asked}"


def _numjobs(options: Mapping[str, str]) -> int:
    count = options.get("numjobs", "")
    return max(1, int(count)) if count.isascii() and count.isdecimal() and len(count) < 7 else 1


def _definition(processes: Sequence[Job]) -> Definition | None:
    options = processes[0].options
    # Whoever lists each process lists all of them; a sum says how many it is of.
    count = processes[0].members if len(processes) == 1 else sum(job.members or 1 for job in processes)
    return define({**options, "numjobs": str(count)} if options and count else options)


def beside(result: FioResult, jobs: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return for each job the others that ran at the same time, by its place.

    Jobs of one group run together; the next group waits for them (``stonewall``), unless it was only to be reported
    apart (``new_group``), which the output does not say (add_job in fio's init.c). From fio 3.36 on each says when it
    began.
    """
    apart = _groups_ran_apart(result, jobs)
    return {
        place: [
            other
            for number, other in enumerate(jobs)
            if number != place and _ran_together(job, other, groups_apart=apart)
        ]
        for place, job in enumerate(jobs)
    }


def ran_meanwhile(result: FioResult, other: FioResult) -> bool:
    """Whether two fios ran at the same time for most of the shorter one's time; unproven where they do not say when."""
    spans = [_span(one) for one in (result, other)]
    if spans[0] is None or spans[1] is None:
        return False
    common = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    # Of runs that follow each other the last and the first second can be the same one.
    return common >= MEANWHILE_SECONDS and common > min(end - begin for begin, end in (spans[0], spans[1])) / 2


def _span(result: FioResult) -> tuple[float, float] | None:
    """Return when a fio ran, in seconds since 1970."""
    if result.timestamp is None or result.elapsed_seconds is None:
        return None
    return result.timestamp - result.elapsed_seconds, result.timestamp


def _ran_together(job: Entry, other: Entry, *, groups_apart: bool) -> bool:
    if not job.seconds or not other.seconds:
        return False
    if job.first.started_ms is not None and other.first.started_ms is not None:
        return _overlap(job, other, job.first.started_ms / 1000, other.first.started_ms / 1000)
    if job.first.group != other.first.group:
        return not groups_apart
    if {job.first.options.get("wait_for"), other.first.options.get("wait_for")} & {job.first.name, other.first.name}:
        return False
    delays = [_delay(one.first.options) for one in (job, other)]
    if delays[0] is None or delays[1] is None:
        return True
    return _overlap(job, other, delays[0], delays[1])


def _overlap(job: Entry, other: Entry, began: float, other_began: float) -> bool:
    ends = [start + _lead(one) + one.seconds for one, start in ((job, began), (other, other_began))]
    common = min(ends) - max(began, other_began)
    return common > OVERLAP_SHARE * min(job.seconds, other.seconds)


def _delay(options: Mapping[str, str]) -> float | None:
    """Return how long a job waits before it begins; None where that is left to chance."""
    text = options.get("startdelay", "0")
    return duration(text) or (0.0 if text.strip("0smhdu") == "" else None)


def _lead(entry: Entry) -> float:
    """Return how long a job ran before it was measured."""
    return duration(entry.first.options.get("ramp_time", "")) or 0.0


def _groups_ran_apart(result: FioResult, jobs: Sequence[Entry]) -> bool:
    """Whether the groups can have run one after another in the time that fio took."""
    if result.elapsed_seconds is None:
        return True
    longest: dict[int | None, float] = {}
    for job in jobs:
        took = (_delay(job.first.options) or 0.0) + _lead(job) + job.seconds
        longest[job.first.group] = max(took, longest.get(job.first.group, 0.0))
    # fio counts whole seconds.
    return sum(longest.values()) <= result.elapsed_seconds + 1
