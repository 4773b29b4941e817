"""Find the jobs in fio's normal output of which a part is missing: a process, or the first line of an entry."""

from collections.abc import Iterator, Sequence

from hostcheck.fio.direction_line import OLD_SIDE, SIDE
from hostcheck.fio.printed_entry import Entry
from hostcheck.fio.quantity import BINARY_SINCE, DECIMAL_SINCE, carried, span_of
from hostcheck.fio.started import Name
from hostcheck.fio.version import parse_version

_DONE = {"read": "read", "write": "wrote", "trim": "trimmed", "mixed": "moved"}
_SLACK = 1.005
"""Tolerance for the bytes of all entries, as a factor, in addition to the rounding of each."""


def missing_processes(report: Sequence[Entry]) -> dict[Name, tuple[int | None, str]]:
    """Return the jobs whose processes are not all in a report, the number of these, and why in words.

    fio prints the number of all processes at its start. If that is missing, the bytes of the whole group, at the end of
    the report, show whether entries are missing.
    """
    start = report[0].start
    members: dict[Name, int] = {}
    for entry in report:
        members[entry.name] = members.get(entry.name, 0) + int(entry.head["jobs"])
    sums = {entry.name for entry in report if int(entry.head["jobs"]) > 1}
    own = frozenset(entry.identity for entry in report)
    found = {name: (asked, why) for name, asked, why in start.missing(members, sums, own)}
    if start.processes is None:
        lacking = dict(_lacking_groups(report))
        for entry in report:
            if entry.name in found or not _may_be_a_part(entry):
                continue
            if why := lacking.get(entry.head["group"], ""):
                found[entry.name] = None, why
            elif entry.beside is not None and members[entry.name] > 1:
                why = f"line {entry.beside} is of a process whose first line is missing in the output"
                found[entry.name] = None, why
    return found


def doubtful(entry: Entry) -> str:
    """Return, in words, that a part without its first line may belong to an entry; empty if there is none."""
    if entry.beside is None or entry.start.processes is not None or not _may_be_a_part(entry):
        return ""
    return f"line {entry.beside} is of a job or a process whose first line is missing in the output: it may be this one"


def _may_be_a_part(entry: Entry) -> bool:
    """Return whether an entry may be of one process of several: it is no sum, and fio's start does not deny it."""
    is_sum = int(entry.head["jobs"]) > 1
    return not is_sum and (entry.opening is None or entry.name in entry.start.repeated)


def _lacking_groups(report: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Yield the groups that moved more bytes than their entries in a report, and that in words."""
    version = parse_version(report[0].version)
    old = version is not None and version < BINARY_SINCE
    is_rest = version is not None and version < DECIMAL_SINCE
    most: dict[tuple[str, str], float] = {}
    for entry in report:
        for match in filter(None, (SIDE.match(line) or OLD_SIDE.match(line) for _, line in entry.lines)):
            spans = [span_of(each, old=old, is_rest=is_rest) for each in (match["io"], carried(match["io"]))]
            key = entry.head["group"], match["of"]
            most[key] = most.get(key, 0.0) + max((span[1] for span in spans if span), default=0.0)
    for key, text in report[-1].sums.items():
        whole = span_of(text, old=old, is_rest=is_rest)
        if whole and key in most and whole[0] > _SLACK * most[key]:
            group, of = key
            yield group, f"its group {_DONE[of]} {text}, more than its entries in the output: others are missing"
