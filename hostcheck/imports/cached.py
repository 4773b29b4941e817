"""Find out whether reads were answered by the page cache: by fio's count of the disk's reads, else by the options."""

from collections.abc import Sequence
from typing import Literal

from hostcheck.fio.definition import Definition
from hostcheck.fio.result import FioResult, Side
from hostcheck.imports.entries import Entry

OF_THE_DISK = 0.5
"""Smallest share of random reads that the disk did itself in a figure of the disk."""


def answered(result: FioResult, jobs: Sequence[Entry], definition: Definition | None, reads: Sequence[Side]) -> str:
    """Return in words that the page cache answered most random reads; empty if it did not, or if that is unknown.

    The disk's reads are those of the whole run, so only an output with a single job proves it. The kernel joins several
    sequential reads into one read of the disk.

    Args:
        result: the output.
        jobs: all jobs of the output.
        definition: the job's parameters; None if unknown.
        reads: the reads of each process.
    """
    if definition is None or definition.direct or not definition.pattern.startswith("rand"):
        return ""
    asked = sum(side.total_ios or 0 for side in reads)
    done = sum(disk.read_ios for disk in result.disks)
    if len(jobs) != 1 or not result.disks or done >= OF_THE_DISK * asked:
        return ""
    return f"the disk did {done:,} reads and fio {asked:,}, so a cache answered the others"


def may_be_cached(definition: Definition | None, direction: Literal["read", "write", "trim", "mixed"]) -> str:
    """Return, in words, why reads may have been answered by the page cache; empty if they went past it."""
    if definition is None or definition.direct or direction not in {"read", "mixed"}:
        return ""
    options = dict((*definition.limits, *definition.deciding))
    how = "it is not known whether it was read through the page cache"
    if definition.direct is False:
        how = "it was read through the page cache, and it is not known how much of the file was in memory"
    if options.get("invalidate") == "0":
        how += "; invalidate=0 kept there what it had before"
    if "pre_read" in options:
        how += "; pre_read filled it first"
    return how
