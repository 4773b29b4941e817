"""Find the jobs of an output. If one fio client ran several servers, each job is a sum over all servers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hostcheck.fio.definition import Definition
from hostcheck.fio.result import FioResult, Job
from hostcheck.imports.entries import OVERLAP_SHARE, Entry, jobs_of, took

_GREETING = re.compile(r"^hostname=\S{1,255}, be=[^\n]{1,255}\bfio=fio-", re.MULTILINE)
"""The line that a server prints about itself before the normal output."""


def entries(result: FioResult) -> list[Entry]:
    """Return the jobs of an output.

    If a client ran several servers, fio's own sum over all servers is used. If several groups ran one after another,
    this sum is valid for none of them. Then each job of a group is summed over the servers.
    """
    if result.combined is None:
        return list(jobs_of(result.jobs))
    if has_groups(result):
        return list(_of_groups(result, result.combined))
    # Where nothing names the servers, each part is of one of them.
    servers = _servers(result.jobs) if result.form == "json" else [[job] for job in result.jobs]
    return [_sum(result.combined, servers, _greeted(result) or len(servers) or None)]


def has_groups(result: FioResult) -> bool:
    """Return whether the jobs of a client's servers are in several groups, which ran one after another."""
    return len({job.group for job in result.jobs}) > 1


def _greeted(result: FioResult) -> int:
    return len(_GREETING.findall(result.text_before))


def _sum(combined: Job, servers: Sequence[Sequence[Job]], hosts: int | None, missing: str = "") -> Entry:
    """Return fio's sum over all servers, with the definition of each server's job if all are equal."""
    definitions = {job.definition for jobs in servers for job in jobs_of(jobs)}
    # Each server has files of its own.
    options = servers[0][0].options if len(definitions) == 1 else {}
    own = definitions.pop() if len(definitions) == 1 else None
    return Entry((replace(combined, options=options, members=None),), own, hosts, missing)


def _of_groups(result: FioResult, combined: Job) -> Iterator[Entry]:
    """Yield each job summed over the servers, if all servers ran the same groups at the same time."""
    parts = _servers(result.jobs)
    servers = [list(jobs_of(jobs)) for jobs in parts]
    kinds = {tuple((job.first.name, job.first.group, _workload(job)) for job in server) for server in servers}
    if len(kinds) == 1 and _are_all(servers, result):
        for jobs in zip(*servers, strict=True):
            processes = tuple(process for job in jobs for process in job.processes)
            missing = next((job.missing for job in jobs if job.missing), "") or _apart(servers, jobs[0].first.group)
            if len({job.definition for job in jobs}) > 1:
                missing = missing or "its servers ran it with different options"
            yield Entry(processes, jobs[0].definition, len(jobs), missing)
        return
    groups = len({job.group for job in result.jobs})
    why = f"it is the sum of {groups} groups of jobs, which ran one after another, and its servers did not run the same"
    yield _sum(combined, parts, len(parts), why)


def _workload(job: Entry) -> Definition | None:
    return None if job.definition is None else replace(job.definition, deciding=())


def _servers(parts: Sequence[Job]) -> list[list[Job]]:
    """Return the jobs of each server. If jobs do not name their server, a smaller group number begins a new server."""
    if all(job.server is not None for job in parts):
        named: dict[object, list[Job]] = {}
        for job in parts:
            named.setdefault(job.server, []).append(job)
        return list(named.values())
    found: list[list[Job]] = []
    for job in parts:
        if not found or (job.group or 0) < (found[-1][-1].group or 0):
            found.append([])
        found[-1].append(job)
    return found


def _are_all(servers: Sequence[Sequence[Entry]], result: FioResult) -> bool:
    """Return whether these are all servers. If entries of two servers alternate, they look like processes of one."""
    if result.form == "json":
        return True
    if greeted := _greeted(result):
        return len(servers) == greeted
    return len(servers) > 1 or len({(job.name, job.group) for job in result.jobs}) == len(result.jobs)


def _apart(servers: Sequence[Sequence[Entry]], group: int | None) -> str:
    """Return why the parts of a group cannot be summed: the servers ran it at different times; empty if they can.

    A client starts all servers at the same time. Each server begins a group when its own earlier groups have ended.
    """
    spans = []
    for server in servers:
        lasted: dict[int | None, float] = {}
        for job in server:
            lasted[job.first.group] = max(took(job), lasted.get(job.first.group, 0.0))
        begin = sum(seconds for other, seconds in lasted.items() if (other or 0) < (group or 0))
        spans.append((begin, begin + lasted[group]))
    together = max(0.0, min(end for _, end in spans) - max(begin for begin, _ in spans))
    longest = max(end - begin for begin, end in spans)
    if longest - together <= OVERLAP_SHARE * longest:
        return ""
    return f"its servers ran it at the same time for {together:.1f} s of {longest:.1f} s"
