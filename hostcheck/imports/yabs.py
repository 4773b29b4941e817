"""Read the output of yabs.sh (github.com/masonr/yet-another-bench-script) about a host and its disk: JSON or text.

yabs runs fio once for each block size: half random reads, half random writes, libaio, direct, two processes of 64 I/Os
each. Such a mixed job is comparable only with the same mixed job.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.imports.figure import ImportedFigure
from hostcheck.imports.names import Direction
from hostcheck.imports.yabs_rates import TOTAL, Cell, CutOff, figures
from hostcheck.imports.yabs_text import TextRun, read_runs
from hostcheck.jsonparts import UndecodableError, decode_at
from hostcheck.run.fio_values import size
from hostcheck.run.model import HostIdentity

_OPENING = re.compile(r'\{\s*"version"\s*:')
_FIO = re.compile(r'"fio"\s*:\s*\[')
_GAP = re.compile(r'"(?:\\.|[^"\\]){0,200}"|(:\s{0,20})(?=[,}\]])')
_MEMORY = re.compile(r"(\d+(?:\.\d+)?) (KiB|MiB|GiB|TiB)")
_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_DIRECTIONS: tuple[tuple[Direction, str], ...] = (("read", "r"), ("write", "w"), (TOTAL, "rw"))
_NONE = "it has no results of fio from yabs"
_BY_DD = "yabs ran dd instead of fio, and the rates of dd are not comparable"
_UNREADABLE = "it has a table of yabs' fio tests, but no line with rates"


_Table = tuple[str | None, Sequence[Cell]]
"""The partition that a table is about, or None if the table does not name it, and the table's cells."""


@dataclass(frozen=True, slots=True)
class YabsResult:
    """The parsed content of a file of yabs.

    Attributes:
        host: the host, as the file describes it. The name is empty, because yabs does not print it.
        time: start of the first run, "20260712-101500"; empty if unknown.
        figures: the values of the disk tests of all runs, in order.
        utc: whether ``time`` is in UTC; otherwise it is in the host's time zone.
    """

    host: HostIdentity
    time: str
    figures: tuple[ImportedFigure, ...]
    utc: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    host: HostIdentity
    processor: str
    time: str
    version: str
    tables: Sequence[_Table]
    utc: bool = False


def parse(text: str) -> YabsResult:
    """Read files of ``yabs.sh -w``, lines of ``-j``, or the printed text; there may be several of each.

    If there are both JSON and text, the JSON is used: it is from the same run, and less rounded.

    Raises:
        UsageError: if the text is not an output of yabs, has no fio results, or is about several hosts; the message
            says what is wrong and where.
    """
    text = text.replace("\xa0", " ").replace("“", '"').replace("”", '"')
    documents = list(_documents(text))
    runs = [run for run in documents if _has_rates(run.tables)]
    if not runs:
        printed = read_runs(text)
        runs = [_of_text(run) for run in printed if _has_rates(run.tables)]
        if not runs and any(run.tables for run in printed):
            raise UsageError(_UNREADABLE, remedy="import the lines Block Size, Read and Write as yabs printed them")
        if not runs and any(run.fell_back for run in printed):
            raise UsageError(_BY_DD, remedy="run yabs.sh where it can run fio")
    if not runs:
        raise UsageError(_NONE, remedy="run yabs.sh without -f and -d, which skip fio, and with 2 GB of free space")
    # A run or a table that is there twice is one sample.
    runs = [replace(run, tables=_different(run.tables)) for run in runs]
    runs = list({_content(run): run for run in reversed(runs)}.values())[::-1]
    hosts = dict.fromkeys((run.processor, run.host.cpus) for run in runs if run.processor)
    if len(hosts) > 1:
        names = "; ".join(f"{processor}, {cpus} CPUs" for processor, cpus in hosts)
        raise UsageError(f"it has runs of {len(hosts)} hosts: {names}", remedy="import one host's at a time")
    places = {place for run in runs for place, _ in run.tables}
    return YabsResult(
        runs[0].host,
        runs[0].time,
        tuple(
            figure
            for run in runs
            for place, cells in run.tables
            # Two partitions are two disks, or two places of one.
            for figure in figures(cells, run.version, {"partition": place or "unknown"} if len(places) > 1 else {})
        ),
        runs[0].utc,
    )


def _has_rates(tables: Iterable[_Table]) -> bool:
    return any(cell.direction != TOTAL for _, cells in tables for cell in cells)


def _content(run: _Run) -> tuple[object, ...]:
    """Return the content of a run, independent of its place in the text, to find duplicates."""
    return run.host, run.processor, run.time, run.version, *map(_said, run.tables)


def _different(tables: Sequence[_Table]) -> list[_Table]:
    first: dict[tuple[object, ...], _Table] = {}
    for table in tables:
        first.setdefault(_said(table), table)
    return list(first.values())


def _said(table: _Table) -> tuple[object, ...]:
    place, cells = table
    return place, *(replace(cell, source="") for cell in cells)


def _documents(text: str) -> Iterator[_Run]:
    """Yield each JSON document in a text.

    Raises:
        UsageError: if a document has no readable fio results.
    """
    # yabs leaves a value out where a program gave it none (yabs#41, yabs#88).
    text = _GAP.sub(_filled, text)
    decoder = json.JSONDecoder(strict=False)
    end = 0
    while match := _OPENING.search(text, end):
        start = match.start()
        after = _OPENING.search(text, match.end())
        try:
            document, end = decode_at(decoder, text, start)
        except (ValueError, RecursionError) as error:
            end = after.start() if after else len(text)
            document = _whole_parts(text[start:end], decoder)
            if not document.get("fio"):
                raise UsageError(f"the JSON of yabs cannot be read{_place(text, error)}: {error}") from error
        yield _of_json(document)


def _place(text: str, error: Exception) -> str:
    if not isinstance(error, UndecodableError):
        return ""
    return f" at line {text.count(chr(10), 0, error.at) + 1}, column {error.at - text.rfind(chr(10), 0, error.at)}"


def _filled(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    return f"{match[1]}[]" if match.string[match.end()] == "]" else f"{match[1]}null"


def _whole_parts(text: str, decoder: json.JSONDecoder) -> dict[str, Any]:
    """Return the readable parts of a broken document: its simple values, and each complete fio test."""
    parts: dict[str, Any] = {}
    for key in ("version", "time", "os", "cpu", "mem", "partition"):
        if match := re.search(rf'"{key}"\s*:\s*', text):
            try:
                parts[key], _ = decode_at(decoder, text, match.end())
            except (ValueError, RecursionError):
                continue
    if match := _FIO.search(text):
        tests, place = [], match.end()
        while opening := re.compile(r"[\s,]*(?=\{)").match(text, place):
            try:
                test, place = decode_at(decoder, text, opening.end())
            except (ValueError, RecursionError):
                break
            tests.append(test)
        parts["fio"] = tests
    return parts


def _of_json(document: Mapping[str, Any]) -> _Run:
    tests = document.get("fio") or []
    if not isinstance(tests, list):
        raise UsageError("the JSON of yabs: fio is not a list")
    cells = [cell for place, test in enumerate(tests) for cell in _of_test(test, f"fio[{place}]")]
    system, cpu, memory = (_object(document, key) for key in ("os", "cpu", "mem"))
    ram, unit = memory.get("ram"), _UNITS.get(str(memory.get("ram_units", "KiB")))
    host = HostIdentity(
        name="",
        kernel=_text(system, "kernel"),
        arch=_text(system, "arch"),
        cpus=cpu["cores"] if _is_count(cpu.get("cores")) else None,
        memory_bytes=int(ram) * unit if unit and ram is not None and _is_count(ram) else None,
        os=_text(system, "distro"),
    )
    version, time = _text(document, "version") or "", _text(document, "time") or ""
    return _Run(host, _text(cpu, "model") or "", time, version, [(_text(document, "partition"), cells)])


def _of_test(test: Any, where: str) -> Iterator[Cell]:
    if not isinstance(test, dict):
        raise UsageError(f"the JSON of yabs: {where} is not an object")
    block = size(str(test.get("bs", "")))
    if not block:
        raise UsageError(f"the JSON of yabs: {where}.bs is not a size")
    for direction, letter in _DIRECTIONS:
        speed, iops = (_cut_off(test, f"{name}_{letter}", where) for name in ("speed", "iops"))
        said = ", ".join(f"{key}={test[key]}" for key in (f"speed_{letter}", f"iops_{letter}") if key in test)
        yield Cell(block, direction, speed, iops, f"{where}, {test['bs']}: {said}")


def _cut_off(test: Mapping[str, Any], key: str, where: str) -> CutOff | None:
    number = test.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number < 1e15:
        raise UsageError(f"the JSON of yabs: {where}.{key} is not a number of I/Os or bytes a second")
    return CutOff(float(number), 1.0)


def _of_text(run: TextRun) -> _Run:
    memory = _MEMORY.fullmatch(run.said.get("RAM", ""))
    cores = re.match(r"\d{1,6}\b", run.said.get("CPU cores", ""))
    host = HostIdentity(
        name="",
        kernel=run.said.get("Kernel"),
        cpus=int(cores[0]) if cores else None,
        memory_bytes=round(float(memory[1]) * _UNITS[memory[2]]) if memory else None,
        os=run.said.get("Distro"),
    )
    return _Run(host, run.said.get("Processor", ""), run.time, run.version, run.tables, run.utc)


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _text(document: Mapping[str, Any], key: str) -> str | None:
    found = document.get(key)
    return found if isinstance(found, str) and found else None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
