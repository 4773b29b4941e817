"""What yabs.sh (github.com/masonr/yet-another-bench-script) says of a host and its disk: its JSON, or its text.

yabs runs fio once a block size: half reads, half writes at random, libaio, direct, two processes of 64 I/Os each.
I/Os a second are taken from it, and bandwidths made of them: its own were KiB a second called KB until July 2026
(yabs#120), and what it prints is rounded.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.fio.definition import Definition, size
from hostcheck.imports.figure import ImportedFigure
from hostcheck.imports.names import metric_of
from hostcheck.run.model import HostIdentity, Sample

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_BLOCKS = re.compile(r"^Block Size\s*\|(.*)$")
_ROW = re.compile(r"^(Read|Write)\s*\|(.*)$")
_RATE = re.compile(r"\(\s*(\d{1,9}(?:\.\d{1,3})?)(k|m)?\s*\)")
_FIELD = re.compile(r"^(Kernel|Distro|CPU cores|RAM)\s*:\s*(.+?)\s*$")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?) (KiB|MiB|GiB|TiB)")
_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_THOUSANDS = {None: 1, "k": 1e3, "m": 1e6}


@dataclass(frozen=True, slots=True)
class YabsResult:
    """One run of yabs.

    Attributes:
        host: what it says of the host; the name is empty, for yabs has none.
        time: when it began, "20260712-101500" in the host's own time zone; empty where it does not say.
        figures: of its disk tests.
    """

    host: HostIdentity
    time: str
    figures: tuple[ImportedFigure, ...]


def parse(text: str) -> YabsResult:
    """Read the file of ``yabs.sh -w``, the line of ``-j``, or what it printed.

    Raises:
        UsageError: when it is not that, or has no fio results; the message says what is wrong and where.
    """
    opening = text.find('{"version"')
    result = _from_json(text[opening:]) if opening >= 0 else _from_text(_COLOUR.sub("", text))
    if not result.figures:
        raise UsageError("no results of fio in it: yabs was called to skip them, had no room, or fell back to dd")
    return result


def _from_json(text: str) -> YabsResult:
    try:
        document, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the JSON of yabs cannot be read: {error}") from error
    tests = document.get("fio", [])
    if not isinstance(tests, list):
        raise UsageError("the JSON of yabs: fio is not a list")
    figures = tuple(figure for place, test in enumerate(tests) for figure in _of_test(test, f"fio[{place}]"))
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
    return YabsResult(host, _text(document, "time") or "", figures)


def _of_test(test: Any, where: str) -> Iterator[ImportedFigure]:
    if not isinstance(test, dict):
        raise UsageError(f"the JSON of yabs: {where} is not an object")
    block = size(str(test.get("bs", "")))
    if not block:
        raise UsageError(f"the JSON of yabs: {where}.bs is not a size")
    for direction, key in (("read", "iops_r"), ("write", "iops_w")):
        iops = test.get(key)
        if isinstance(iops, bool) or not isinstance(iops, (int, float)) or not 0 <= iops < float("inf"):
            raise UsageError(f"the JSON of yabs: {where}.{key} is not a number of I/Os a second")
        yield _figure(block, direction, float(iops), {"yabs": key})


def _from_text(text: str) -> YabsResult:
    figures: list[ImportedFigure] = []
    blocks: list[int] = []
    said: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := _BLOCKS.match(line):
            found = [size(cell.split("(")[0]) for cell in match[1].split("|")]
            if not all(found):
                raise UsageError(f"line {number}: yabs' block sizes cannot be read")
            blocks = [block for block in found if block]
        elif match := _ROW.match(line):
            rates = list(_RATE.finditer(match[2]))
            if len(rates) != len(blocks):
                raise UsageError(f"line {number}: {len(rates)} rates for {len(blocks)} block sizes")
            for block, rate in zip(blocks, rates, strict=True):
                iops = float(rate[1]) * _THOUSANDS[rate[2]]
                figures.append(_figure(block, match[1].lower(), iops, {"yabs": f"rounded: {rate[0].strip('()')} IOPS"}))
        elif match := _FIELD.match(line):
            said.setdefault(match[1], match[2])
    memory = _MEMORY.fullmatch(said.get("RAM", ""))
    cores = re.match(r"\d{1,6}\b", said.get("CPU cores", ""))
    host = HostIdentity(
        name="",
        kernel=said.get("Kernel"),
        cpus=int(cores[0]) if cores else None,
        memory_bytes=round(float(memory[1]) * _UNITS[memory[2]]) if memory else None,
        os=said.get("Distro"),
    )
    return YabsResult(host, "", tuple(figures))


def _figure(block_bytes: int, direction: str, iops: float, detail: Mapping[str, Any]) -> ImportedFigure:
    definition = Definition("randrw", block_bytes, 64, 2, direct=True, io_engine="libaio", read_percent=50)
    spec = metric_of(definition, "read" if direction == "read" else "write")
    value = iops if spec.unit == "IOPS" else iops * block_bytes / 1e6
    why = "" if value > 0 else "yabs shows 0 where fio gave it nothing (yabs#27, yabs#88)"
    sample = Sample(value if value > 0 else None, valid=not why, reason=why, seconds=30.0, detail=detail)
    return ImportedFigure(spec, tuple(definition.settings.items()), sample)


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _text(document: Mapping[str, Any], key: str) -> str | None:
    found = document.get(key)
    return found if isinstance(found, str) and found else None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
