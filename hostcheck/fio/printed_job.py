"""Read the lines of one job in fio's normal output (show_thread_status_normal in its stat.c)."""

import re
from dataclasses import replace

from hostcheck.fio.direction_line import OLD_SIDE, SIDE, rates_of, side_of
from hostcheck.fio.latency_lines import LATENCY, latencies_of
from hostcheck.fio.printed_entry import Entry
from hostcheck.fio.printed_lines import BEGINS_SIDE
from hostcheck.fio.printed_options import (
    BLOCK_RANGE,
    ISSUED,
    PLACE,
    Of,
    Span,
    printed_blocks,
    printed_options,
    printed_size,
    with_mix,
)
from hostcheck.fio.quantity import BINARY_SINCE, CARRIED_SINCE, DECIMAL_SINCE, span_of
from hostcheck.fio.result import Job, Latency, Side
from hostcheck.fio.version import parse_version

_DEPTHS = "IO depths"
_SHARE = re.compile(r"(>=)?(\d{1,2})=(\d{1,4}(?:\.\d{1,3})?)%")
_CPU = re.compile(r"cpu {0,20}: usr= {0,9}(\d{1,6}(?:\.\d{1,3})?)%, sys= {0,9}(\d{1,6}(?:\.\d{1,3})?)%")
_STEADY = re.compile(r"steadystate {0,9}: attained=(yes|no)\b")
_FAILED = re.compile(r"errors {0,9}: total=(\d{1,18})")
_NO_END = "its last lines are missing in the output: whether {} and I/Os failed is unknown"
_SHOWN_AT_THE_END = ("its queue depth was reached", "its writes were synced")


def is_readable(entry: Entry) -> bool:
    """Return whether each line of a direction can be read. A job whose line is wrapped would seem to do no I/O."""
    return all(SIDE.match(line) or OLD_SIDE.match(line) or not BEGINS_SIDE.match(line) for _, line in entry.lines)


def is_whole(job: Job) -> bool:
    """Return whether a job's lines are complete. A job without I/O has a line with its CPU time, unless it failed."""
    return bool(job.sides) or job.user_cpu_percent is not None or job.error != 0


def job_of(entry: Entry, summed: tuple[str, ...]) -> Job:
    """Return the job of an entry; ``summed`` has the names of the different jobs of which it is the sum."""
    numbers = parse_version(entry.version)
    old = numbers is not None and numbers < BINARY_SINCE
    is_rest = numbers is not None and numbers < DECIMAL_SINCE
    issued = next((match for _, line in entry.lines if (match := ISSUED.match(line))), None)
    cpu, failed, steady = (
        next((match for _, line in entry.lines if (match := pattern.match(line))), None)
        for pattern in (_CPU, _FAILED, _STEADY)
    )
    depths = next((line for _, line in entry.lines if line.startswith(_DEPTHS)), "")
    sides: dict[Of, Side] = {}
    means: dict[Of, Span] = {}
    sync: Latency | None = None
    for place, (_, line) in enumerate(entry.lines):
        if match := SIDE.match(line) or OLD_SIDE.match(line):
            of: Of = match["of"]  # type: ignore[assignment]  # one of these, by the pattern
            total = int(issued[PLACE[of] + 1]) if issued and not (of == "mixed" and "read" in sides) else None
            rates = rates_of(match, old=old, is_rest=is_rest, loses_carry=numbers is None or numbers < CARRIED_SINCE)
            if total and (span := span_of(rates.io, old=rates.old, is_rest=rates.is_rest)):
                # The last ones of an interim report are issued, and not done yet.
                means[of] = span[0] / total, span[1] / max(1, total - _in_flight(entry))
            block = None if summed else _one_size(entry, of)
            if side := side_of(rates, total, block, _in_flight(entry)):
                waits = latencies_of(entry.lines[place + 1 :])
                sides[of] = replace(
                    side,
                    submission=waits.get("submission"),
                    completion=waits.get("completion"),
                    total=waits.get("total"),
                )
        elif (match := LATENCY.match(line)) and match["of"] == "sync":
            found = latencies_of(entry.lines[place:], of_sync=True).get("sync")
            # fio counts none of those that fdatasync with a number asked for.
            sync = replace(found, count=int(issued[4])) if found and issued and int(issued[4] or 0) else found
    options = {} if summed else printed_options(entry.opening, means)
    known = with_mix(options, sides, issued)
    return Job(
        name=entry.head["name"],
        error=int(entry.head["error"]),
        read=sides.get("read"),
        write=sides.get("write"),
        trim=sides.get("trim"),
        mixed=sides.get("mixed"),
        sync=sync,
        options=known,
        blocks=(None, "") if known else printed_blocks(options),
        sum_of=summed,
        depth_percent={f"{more}{level}": float(share) for more, level, share in _SHARE.findall(depths)},
        user_cpu_percent=float(cpu[1]) if cpu else None,
        system_cpu_percent=float(cpu[2]) if cpu else None,
        failed_ios=int(failed[1]) if failed else 0,
        steady=steady[1] == "yes" if steady else None,
        group=int(entry.head["group"]),
        members=int(entry.head["jobs"]),
        lost="" if sides else _lost(issued, depths),
        doubt="" if cpu or depths or issued else _NO_END.format(", ".join(_SHOWN_AT_THE_END[: 1 if sync else 2])),
        # A client's sum has none.
        pid=int(entry.head["pid"]) or None,
        place=f"line {entry.number}",
    )


def _lost(issued: re.Match[str] | None, depths: str) -> str:
    """Return, in words, which line with rates is missing for a job that has none; empty if it did no I/O.

    Args:
        issued: match of the line with the number of I/Os of each direction; None if the output does not contain it.
        depths: the line with the shares of I/Os by queue depth; empty if the output does not contain it.
    """
    if issued is None:
        done = not depths or any(float(share) for _, _, share in _SHARE.findall(depths))
        return "the line with IOPS= and BW= is missing" if done else ""
    lost = (of for of in ("read", "write", "trim") if int(issued[PLACE[of] + 1]))
    return next((f"the line {of + ': IOPS=…'!r} is missing" for of in lost), "")


def _one_size(entry: Entry, of: Of) -> int | None:
    """Return the block size of a direction as fio printed it when the job started; None if there are several."""
    ranges = BLOCK_RANGE.findall(entry.opening["bs"]) if entry.opening else []
    sizes = {size for each in (ranges[:2] if of == "mixed" else ranges[PLACE[of] :][:1]) for size in each}
    return printed_size(sizes.pop(), old=False) if len(sizes) == 1 else None


def _in_flight(entry: Entry) -> int:
    """Return the largest number of I/Os that can be in flight; 0 if unknown. Each process may count one more."""
    return (int(entry.opening["depth"]) + 1) * int(entry.head["jobs"]) if entry.opening else 0
