"""The first lines of fio's normal output: the jobs, and the numbers of their processes or threads."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

STARTING = re.compile(r"Starting (?=\d)(?:(\d{1,6}) threads?)?(?: and )?(?:(\d{1,6}) process(?:es)?)?")
REPEATED = "..."
"""The line that fio prints after the parameters of a job with ``numjobs``. It does not contain their number."""

Name = tuple[str, str]
"""Group and name of a job."""
Identity = tuple[str, ...]
"""What differs between two entries of one report."""


@dataclass(slots=True)
class Start:
    """The first lines of one fio.

    Attributes:
        openings: matches of the lines with the jobs' parameters, by group and name.
        repeated: the jobs that have several processes.
        processes: number of processes and threads of all jobs; None if the output does not contain it.
        first: the first of these matches; None if there is none.
        starts: number of lines with a number of processes. A fio prints one, and a client one for each server.
        of_servers: whether servers printed these lines.
        reports: for each report, the number of processes of each of its entries.
    """

    openings: dict[str, dict[str, re.Match[str]]] = field(default_factory=dict)
    repeated: set[Name] = field(default_factory=set)
    processes: int | None = None
    first: re.Match[str] | None = None
    starts: int = 0
    of_servers: bool = False
    reports: list[dict[Identity, int]] = field(default_factory=list)
    _elsewhere: dict[frozenset[Identity], int] = field(default_factory=dict)

    @property
    def are_several(self) -> bool:
        """Whether these are the lines of several fios: each of them started before the first one reported."""
        return self.starts > 1 and not self.of_servers

    def open(self, opens: re.Match[str]) -> Name:
        """Add the parameters of a job, and return the group and the name of the job."""
        self.first = self.first or opens
        self.openings.setdefault(opens["group"], {})[opens["name"]] = opens
        return opens["group"], opens["name"]

    def rename_first(self, name: str, group: str) -> re.Match[str] | None:
        """Give the first parameters to the job ``name`` if only its name ends the text before them.

        Text in front of the first line of an output becomes a part of the job's name there: "stdout: job1".

        Returns:
            The parameters; None if they are those of another job.
        """
        if self.first is None or self.first["group"] != group:
            return None
        whole, jobs = self.first["name"], self.openings[group]
        before = whole.removesuffix(name)
        if not whole.endswith(name) or before[-1:].isalnum() or whole not in jobs or name in jobs:
            return None
        jobs[name] = jobs.pop(whole)
        if (group, whole) in self.repeated:
            self.repeated = self.repeated - {(group, whole)} | {(group, name)}
        return self.first

    def add(self, starting: re.Match[str]) -> None:
        """Add the number of processes in a line that ``STARTING`` matches."""
        self.starts += 1
        self.processes = (self.processes or 0) + sum(int(count) for count in starting.groups() if count)

    def missing(
        self, members: Mapping[Name, int], sums: Collection[Name], own: frozenset[Identity]
    ) -> Iterator[tuple[Name, int | None, str]]:
        """Yield each job whose processes are not all in a report, their number (None if unknown), and why in words.

        Args:
            members: number of processes of each job in the report.
            sums: the jobs of which the report has one entry for all processes.
            own: the entries of the report.
        """
        found = sum(members.values())
        if self.processes is None:
            for name in self.repeated & members.keys():
                if members[name] == 1:
                    yield name, None, "1 process is in the output, of a job that has several"
            return
        if found >= self.processes or found + (elsewhere := self._count_apart(own)) >= self.processes:
            return
        names = members.keys() | {(group, name) for group, jobs in self.openings.items() for name in jobs}
        repeated = self.repeated or (names if len(names) == 1 else set())
        for name in (repeated & members.keys()) - set(sums):
            if len(repeated) == 1:
                asked = self.processes - elsewhere - len(names) + 1
                if members[name] < asked:
                    yield name, asked, f"{members[name]} of {asked} processes are in the output"
            else:
                yield name, None, f"{found} of the {self.processes} processes of all jobs are in the output"

    def _count_apart(self, own: frozenset[Identity]) -> int:
        """Return the number of processes in reports that contain none of these entries: those of another fio.

        A report that contains one of them is an earlier or a later report of the same fio. There may be thousands of
        them.
        """
        if own not in self._elsewhere:
            apart = (report for report in self.reports if own.isdisjoint(report))
            counts = {identity: count for report in apart for identity, count in report.items()}
            self._elsewhere[own] = sum(counts.values())
        return self._elsewhere[own]
