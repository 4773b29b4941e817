"""Read outputs of tools with all conditions of their values: sysbench's file test, and PostgreSQL's pg_test_fsync.

The values are comparable between hosts for the same tool, but not with hostcheck's own.
"""

import re
from collections.abc import Iterator

from hostcheck.errors import UsageError
from hostcheck.imports.figure import ImportedFigure
from hostcheck.imports.tool_consistency import SECONDS, of_pg_test_fsync, of_sysbench
from hostcheck.run.fields import ImportedFields
from hostcheck.run.fio_values import size
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Scalar

_Settings = tuple[tuple[str, Scalar], ...]

_SYSBENCH_MODES = {
    "sequential write (creation)": "seqwr",
    "sequential rewrite": "seqrewr",
    "sequential read": "seqrd",
    "random read": "rndrd",
    "random write": "rndwr",
    "random r/w": "rndrw",
}
_SYSBENCH_FIELDS = {
    "threads": re.compile(r"^[^\w\n]{0,40}Number of threads: (\d{1,6})$", re.MULTILINE),
    "flags": re.compile(r"^[^\w\n]{0,40}Extra file open flags: (\S.{0,200}?)$", re.MULTILINE),
    "total": re.compile(r"^[^\w\n]{0,40}(\d{1,9}(?:\.\d{1,4})?)\s?([KMGT])(?:iB|b) total file size$", re.MULTILINE),
    "block": re.compile(r"^[^\w\n]{0,40}Block size (\d{1,9})\s?([KMG])(?:iB|b)$", re.MULTILINE),
    "io": re.compile(r"^[^\w\n]{0,40}Using (\w+) I/O mode$", re.MULTILINE),
    "mode": re.compile(r"^[^\w\n]{0,40}Doing (.{1,60}) test$", re.MULTILINE),
}
_SYSBENCH_RATE = re.compile(r"^[^\w\n]{0,40}(read|write|fsync)s/s:[ ]{1,40}(\d{1,12}(?:\.\d{1,4})?)$", re.MULTILINE)
_SYSBENCH_COUNTS = re.compile(
    r"^[^\w\n]{0,40}Operations performed: {1,9}(\d{1,15}) (?:Read|reads), (\d{1,15}) (?:Write|writes), \d{1,15} Other",
    re.MULTILINE,
)
"""The line of sysbench 0.4 and 0.5 that has the numbers of I/Os. Their rate is the sum of both directions."""
_SYSBENCH_VERSION = re.compile(r"^[^\w\n]{0,40}sysbench (\d{1,3}\.\d{1,3})", re.MULTILINE)
_SYSBENCH_FLAGS = {"0": "(none)", "16384": "direct"}
"""Flags that sysbench 0.4 prints as numbers: none, and Linux's O_DIRECT on x86 (bits/fcntl.h)."""
_SYSBENCH_SYNC = re.compile(
    r"^[^\w\n]{0,40}(?:Periodic FSYNC enabled, calling (fsync|fdatasync)\(\) each (\d{1,9}) requests"
    r"|Calling (fsync|fdatasync)\(\) after each write operation)\.?$",
    re.MULTILINE,
)
_RATIO = re.compile(r"^[^\w\n]{0,40}Read/Write ratio for combined random IO test: (\d{1,6}\.\d{1,6})$", re.MULTILINE)
_BYTES = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

_PG_SECTION = re.compile(r"^[^\w\n]{0,40}Compare file sync methods using (one|two) (\d{1,4})kB writes?:$")
_PG_RATE = re.compile(
    r"^[^\w\n]{0,40}(open_datasync|fdatasync|fsync|fsync_writethrough|open_sync)\*{0,2}[ \t]{1,60}"
    r"(\d{1,12}(?:\.\d{1,6})?) ops/sec\b(?:[ \t]{1,60}(\d{1,12}) usecs/op\b)?"
)


def sysbench(text: str) -> tuple[ImportedFigure, ...]:
    """Read the output of one or several runs of the file test of sysbench (0.4, 0.5 or 1.0).

    Raises:
        UsageError: if the text is not such an output, or conditions of a figure are missing.
    """
    text = "\n".join(line.rstrip() for line in text.splitlines())
    runs = re.split(r"^(?=[^\w\n]{0,40}sysbench \d)", text, flags=re.MULTILINE)
    # A run that is there twice is one sample.
    different = {" ".join(run.split()): run for run in runs if _rates(run)}.values()
    found = tuple(figure for run in different for figure in _sysbench(run))
    if not found:
        raise UsageError(
            "it has no file test of sysbench: neither a line reads/s nor a line Operations performed",
            remedy="import the output of sysbench fileio run",
        )
    return found


def _sysbench(text: str) -> Iterator[ImportedFigure]:
    said = {name: match for name, pattern in _SYSBENCH_FIELDS.items() if (match := pattern.search(text))}
    if missing := [name for name in _SYSBENCH_FIELDS if name not in said]:
        raise UsageError(
            f"the text of sysbench is cut: {', '.join(missing)} missing", remedy="import all that it printed"
        )
    mode = _SYSBENCH_MODES.get(said["mode"][1])
    if mode is None:
        raise UsageError(
            f"sysbench's test {said['mode'][1]!r} is not known", remedy=f"import one of {', '.join(_SYSBENCH_MODES)}"
        )
    block = int(said["block"][1]) * _BYTES[said["block"][2]]
    version = _SYSBENCH_VERSION.search(text)
    is_old = _SYSBENCH_COUNTS.search(text) is not None
    flags = said["flags"][1]
    flags = _SYSBENCH_FLAGS.get(flags, flags) if is_old else flags
    settings: dict[str, Scalar] = {
        "pattern": mode,
        "block_bytes": block,
        "processes": int(said["threads"][1]),
        "direct": None if flags.isdecimal() else "direct" in flags,
        "open_flags": flags,
        "io_mode": said["io"][1],
        # What the page cache takes of it depends on it.
        "file_bytes": round(float(said["total"][1]) * _BYTES[said["total"][2]]),
    }
    if sync := _SYSBENCH_SYNC.search(text):
        settings[sync[1] or sync[3]] = sync[2] or "1"
    if mode == "rndrw" and (ratio := _RATIO.search(text)):
        settings["read_write_ratio"] = ratio[1]
    if is_old:
        # Its random numbers, and often its length, are others than those of 1.0.
        settings["version"] = version[1] if version else "before 1.0"
    found = _rates(text)
    why = of_sysbench(text, {name: rate for name, (rate, _) in found.items()}, block)
    for name, (rate, line) in found.items():
        if rate > 0:
            spec = MetricSpec(f"sysbench.{mode}.{block >> 10}k.{name}.iops", "IOPS", "higher")
            detail = ImportedFields(read_from=f"{line}, {said['mode'][0].strip()}")
            yield ImportedFigure(spec, tuple(settings.items()), Sample(rate, not why, why, detail=detail))


def _rates(text: str) -> dict[str, tuple[float, str]]:
    """Return the operations per second of a run, each with the line that it was read from; empty if there are none."""
    if rates := {match[1]: (float(match[2]), f"{match[1]}s/s: {match[2]}") for match in _SYSBENCH_RATE.finditer(text)}:
        return rates
    counts, seconds = _SYSBENCH_COUNTS.search(text), SECONDS.search(text)
    if counts is None or seconds is None or not float(seconds[1]):
        return {}
    line = counts[0].strip(" \t>|") + f" in {seconds[1]} s"
    return {
        name: (int(count) / float(seconds[1]), line)
        for name, count in zip(("read", "write"), counts.groups(), strict=True)
    }


def pg_test_fsync(text: str) -> tuple[ImportedFigure, ...]:
    """Read the rates of pg_test_fsync: for each method, how often per second it writes and syncs one or two blocks.

    Raises:
        UsageError: if there is no such rate.
    """
    found = []
    section: re.Match[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().endswith(":"):
            section = _PG_SECTION.match(line.rstrip())
        elif section and (match := _PG_RATE.match(line)):
            writes, block = 1 if section[1] == "one" else 2, size(f"{section[2]}k")
            settings: _Settings = (("method", match[1]), ("writes", writes), ("block_bytes", block))
            spec = MetricSpec(f"pg_test_fsync.{section[2]}k.x{writes}.{match[1]}.iops", "IOPS", "higher")
            place = f"line {number}, {section[1]} {section[2]}kB: {' '.join(line.split())}"
            rate = float(match[2])
            why = of_pg_test_fsync(rate, float(match[3])) if match[3] else ""
            detail = ImportedFields(read_from=place)
            valid = rate > 0 and not why
            found.append(ImportedFigure(spec, settings, Sample(rate or None, valid, why, detail=detail)))
    if not found:
        raise UsageError("it has no comparison of sync methods by pg_test_fsync", remedy="import all that it printed")
    return tuple(found)
