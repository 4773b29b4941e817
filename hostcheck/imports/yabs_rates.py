"""Read one cell of yabs.sh's table: bytes per second and I/Os per second, both truncated, and their unit.

Until July 2026, yabs printed fio's KiB per second as KB (its issue 120), and it truncates numbers. A truncated number
lies between itself and the next one. Of the speed and the I/Os per second, the one with the narrower range is used:
mostly the speed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hostcheck.fio.definition import Definition
from hostcheck.imports.figure import ImportedFigure
from hostcheck.imports.names import Direction, metric_of
from hostcheck.run.fields import ImportedFields
from hostcheck.run.measured import Sample

UNITS_SINCE = "v2026-07-04"
"""The first version of yabs in which a KB has 1000 bytes."""

SECONDS = 30.0
"""How long fio ran for each block size, in seconds."""

NOTHING = "fio gave yabs nothing: it is another program, or did not run there (yabs#27, yabs#88)"

_SLACK = 0.002
"""Tolerance as a share, far below the 2.4 % by which the two kinds of KB differ."""
_APART = 0.05
_SUMMED = 0.01
"""Tolerance for a total, as a share."""
_SUM = "the total of its block size is not the sum of its reads and writes"
TOTAL: Direction = "mixed"
"""The direction of a cell with the sum of reads and writes."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A truncated number: at least ``low``, and less than ``low + step``."""

    low: float
    step: float

    def times(self, factor: float) -> "CutOff":
        """Return the number in another unit: multiplied by ``factor``."""
        return CutOff(self.low * factor, self.step * factor)

    def meets(self, other: "CutOff", slack: float) -> bool:
        """Return whether both can be the same number. ``slack`` is a tolerance, as a share."""
        return self.low * (1 - slack) <= other.low + other.step and other.low * (1 - slack) <= self.low + self.step


@dataclass(frozen=True, slots=True)
class Cell:
    """The result for one direction and one block size.

    Attributes:
        block_bytes: size of the I/Os in bytes.
        direction: "read", "write", or "mixed" for the sum of both.
        speed: KB per second, with a KB of 1000 or 1024 bytes; None if the cell has none.
        iops: I/Os per second; None if the cell has none.
        source: place and text of the cell.
    """

    block_bytes: int
    direction: Direction
    speed: CutOff | None
    iops: CutOff | None
    source: str


def figures(cells: Iterable[Cell], version: str, settings: Mapping[str, str]) -> list[ImportedFigure]:
    """Return the values of one run.

    Args:
        cells: the cells of the run's tables.
        version: version of yabs, "v2022-08-20"; empty if unknown.
        settings: further parameters that must be equal for two values to be comparable.
    """
    cells = list(cells)
    thousand = _thousand(cells, version)
    wrong = {block for block, alike in _by_block(cells).items() if not _adds_up(alike)}
    return [
        _figure(cell, thousand, settings, _SUM if cell.block_bytes in wrong else "")
        for cell in cells
        if cell.direction != TOTAL
    ]


def _by_block(cells: Iterable[Cell]) -> Mapping[int, Mapping[Direction, Cell]]:
    found: dict[int, dict[Direction, Cell]] = {}
    for cell in cells:
        found.setdefault(cell.block_bytes, {})[cell.direction] = cell
    return found


def _adds_up(cells: Mapping[Direction, Cell]) -> bool:
    """Return whether the total of one block size is the sum of its reads and writes, as far as the table has them."""
    for of in ("speed", "iops"):
        read, write, total = (
            getattr(cells[direction], of) if direction in cells else None for direction in ("read", "write", TOTAL)
        )
        if read and write and total and not CutOff(read.low + write.low, read.step + write.step).meets(total, _SUMMED):
            return False
    return True


def _thousand(cells: Iterable[Cell], version: str) -> int | None:
    """Return the number of bytes in a KB, by the majority of the I/O rates, or else by the version; None if unknown."""
    pairs = [(cell.speed, cell.iops.times(cell.block_bytes)) for cell in cells if cell.speed and cell.iops]
    decimal, binary = (
        sum(speed.times(thousand).meets(moved, _SLACK) for speed, moved in pairs) for thousand in (1000, 1024)
    )
    if decimal != binary:
        return 1000 if decimal > binary else 1024
    return (1000 if version >= UNITS_SINCE else 1024) if version else None


def _figure(cell: Cell, thousand: int | None, settings: Mapping[str, str], wrong: str) -> ImportedFigure:
    definition = Definition("randrw", cell.block_bytes, 64, 2, direct=True, io_engine="libaio", read_percent=50)
    spec = metric_of(definition, cell.direction)
    rates = [cell.iops.times(cell.block_bytes)] if cell.iops and cell.iops.low else []
    rates += [cell.speed.times(thousand)] if cell.speed and cell.speed.low and thousand else []
    why = wrong if rates else NOTHING
    if len(rates) == 2 and not rates[0].meets(rates[1], _APART):
        why = "its bytes a second and its I/Os a second contradict each other"
    narrowest = min(rates, key=lambda rate: rate.step / rate.low, default=None)
    value = None
    if narrowest is not None and not why:
        value = narrowest.low / (cell.block_bytes if spec.unit == "IOPS" else 1e6)
    unit = f", with {thousand} bytes a KB" if rates and narrowest is not rates[0] else ""
    detail = ImportedFields(read_from=f"{cell.source}{unit}")
    sample = Sample(value, valid=not why, reason=why, seconds=SECONDS, detail=detail)
    return ImportedFigure(spec, (*definition.settings.items(), *settings.items()), sample)
