"""Read the text of yabs.sh as people paste it: indented, quoted, coloured, cut, or several runs in one text."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hostcheck.counts import number_of
from hostcheck.errors import UsageError
from hostcheck.imports.names import Direction
from hostcheck.imports.yabs_rates import TOTAL, Cell, CutOff
from hostcheck.run.fio_values import size

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\[[0-9;]{1,8}m")
_TAG = re.compile(r"<[^<>]{0,200}>|\[/?(?:code|pre|quote|noparse|spoiler)\b[^\]]{0,60}\]", re.IGNORECASE)
_LEAD = re.compile(r"^[\s>|*+`#-]+")
_BORDER = re.compile("[│┃¦]")
_VERSION = re.compile(r"\bv20\d\d-\d\d-\d\d\b")
_TABLE = re.compile(r"^fio Disk Speed Tests\b(?:.*\(Partition\s+([^)\s]+)\))?")
_DD = re.compile(r"^dd Sequential Disk Speed Tests\b")
_ROW = re.compile(r"^(Block Size|Read|Write|Total)\s*\|(.*)$")
_BARE_ROW = re.compile(r"^(Block Size|Read|Write|Total)[ \t]{1,40}((?:[^|()]{0,60}\([^|()]{0,20}\)){1,8})$")
"""A row whose columns have nothing between them: a page or a person removed the |."""
_BARE_CELL = re.compile(r"[^()]{0,60}\([^()]{0,20}\)")
_BARE_BLOCK = re.compile(r"\d{1,9}[kKmMgG]?[ \t]{1,40}\(IOPS\)")
_FIELD = re.compile(r"^(Processor|CPU cores|RAM|Distro|Kernel)\s*:\s*(.+?)$")
_CELL = re.compile(
    r"(?:(\d{1,9})(?:[.,](\d{1,3}))?[ \t]{0,40}([KMGT]?)B(?:/s|ps)[ \t]{0,40})?"
    r"(?:\([ \t]{0,40}(?:(\d{1,9})(?:[.,](\d{1,3}))?[ \t]{0,40}([kKmM]?))?[ \t]{0,40}\))?"
)
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
"""A comma before three digits. yabs writes a point, and two digits at most."""
_DIRECTIONS: Mapping[str, Direction] = {"Read": "read", "Write": "write", "Total": TOTAL}
_POWER = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    rf"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+(?:({'|'.join(_MONTHS)})\s+(\d\d?)|(\d\d?)\s+({'|'.join(_MONTHS)})\s+(20\d\d))\s+"
    r"(\d\d?):(\d\d):(\d\d)(?:\s+([AP])M)?\s+(\S+)(?:\s+(20\d\d))?$"
)  # fmt: skip


@dataclass(slots=True)
class TextRun:
    """One run of yabs.sh, possibly incomplete.

    Attributes:
        version: version of yabs, "v2022-08-20"; empty if missing.
        time: start of the run, "20220831-121429"; empty if missing.
        utc: whether ``time`` is in UTC; otherwise it is in the host's time zone.
        said: the description of the host: values by name, such as "Kernel".
        tables: the results, as pairs of the partition that the test file was on (None if missing) and the cells.
        fell_back: whether dd was run instead of fio.
    """

    version: str = ""
    time: str = ""
    utc: bool = False
    said: dict[str, str] = field(default_factory=dict)
    tables: list[tuple[str | None, list[Cell]]] = field(default_factory=list)
    fell_back: bool = False


def read_runs(text: str) -> list[TextRun]:
    """Read the runs in a text.

    Raises:
        UsageError: if a table cannot be read; the message names its line.
    """
    runs = [TextRun()]
    blocks: list[int | None] = []
    of_table: set[int | None] = set()
    for number, line in enumerate(_lines(text), 1):
        run = runs[-1]
        if "Yet-Another-Bench-Script" in line or (line.startswith("Basic System Information") and run.said):
            if run.said or run.tables or run.fell_back:
                runs.append(TextRun())
            blocks, of_table = [], set()
        elif found := _TABLE.match(line):
            run.tables.append((found[1], []))
            blocks, of_table = [], set()
        elif _DD.match(line):
            run.fell_back, blocks = True, []
        elif row := _row(line):
            label, cells, is_bare = row
            if label == "Block Size":
                blocks = _blocks(cells, number)
                if not run.tables:
                    run.tables.append((None, []))
                elif not of_table.isdisjoint(filter(None, blocks)):
                    # Another report, pasted without its title.
                    run.tables.append((run.tables[-1][0], []))
                    of_table = set()
            elif blocks and (label != "Total" or _is_readable(cells, blocks)):
                of_table.update(blocks)
                _require_columns(cells, blocks, number, is_bare=is_bare)
                run.tables[-1][1].extend(_cells(cells, blocks, _DIRECTIONS[label], number))
        elif said := _FIELD.match(line):
            run.said.setdefault(said[1], said[2])
        elif date := _DATE.match(line):
            run.time, run.utc = _time(date), date[10] in {"UTC", "GMT"}
        elif (version := _VERSION.search(line)) and not run.version:
            run.version = version[0]
    return runs


def _lines(text: str) -> Iterator[str]:
    """Yield the lines without additions by a page or a log."""
    for line in _COLOUR.sub("", text).splitlines():
        plain = _TAG.sub("", _BORDER.sub("|", html.unescape(line).replace("\xa0", " ").replace("\u200b", "")))
        yield _LEAD.sub("", plain.replace("\\|", "|")).rstrip(" \t\\|`")


def _row(line: str) -> tuple[str, list[str], bool] | None:
    """Return a row's label and cells, and whether there is nothing between the cells; None if the line is no row."""
    if match := _ROW.match(line):
        return match[1], [cell.strip() for cell in match[2].split("|")], False
    if (match := _BARE_ROW.match(line)) is None:
        return None
    cells = [cell.strip() for cell in _BARE_CELL.findall(match[2])]
    pattern = _BARE_BLOCK if match[1] == "Block Size" else _CELL
    return (match[1], cells, True) if all(map(pattern.fullmatch, cells)) else None


def _blocks(cells: list[str], number: int) -> list[int | None]:
    names = [cell.split("(")[0].strip() for cell in cells]
    found = [size(name) if name else None for name in names]
    if not any(found) or any(name and not block for name, block in zip(names, found, strict=True)):
        raise UsageError(f"line {number}: yabs' block sizes cannot be read")
    return found


def _is_readable(cells: list[str], blocks: list[int | None]) -> bool:
    return len(cells) == len(blocks) and all(map(_CELL.fullmatch, cells))


def _require_columns(cells: list[str], blocks: list[int | None], number: int, *, is_bare: bool) -> None:
    """Make sure that each cell is of one block size.

    Raises:
        UsageError: if there are more cells than block sizes, or fewer in a row that does not show which are missing.
    """
    if len(cells) > len(blocks) or (is_bare and len(cells) < len(blocks)):
        rates, sizes = number_of(len(cells), "rate"), number_of(len(blocks), "block size")
        raise UsageError(f"line {number}: the row has {rates}, its heading {sizes}")


def _cells(cells: list[str], blocks: list[int | None], direction: Direction, number: int) -> Iterator[Cell]:
    # The last cells, or their ends, are missing where a text is cut.
    for block, cell in zip(blocks, cells, strict=False):
        match = _CELL.fullmatch(cell)
        if match is None and cell.endswith(")"):
            raise UsageError(f"line {number}: {cell[:40]!r} is neither a speed nor a number of I/Os a second")
        if _THOUSANDS.search(cell):
            raise UsageError(f"line {number}: the comma of {cell[:40]!r} may separate thousands or decimals")
        if block is None or match is None or not cell.endswith(")"):
            continue
        speed = _cut_off(match[1], match[2], 1000.0 ** (_POWER[match[3]] - 1)) if match[1] else None
        iops = _cut_off(match[4], match[5], {"": 1, "K": 1e3, "M": 1e6}[match[6].upper()]) if match[4] else None
        yield Cell(block, direction, speed, iops, f"line {number}, {direction} of {block} bytes: {cell}")


def _cut_off(whole: str, fraction: str | None, unit: float) -> CutOff:
    digits = fraction or ""
    return CutOff(float(f"{whole}.{digits or 0}"), 10.0 ** -len(digits)).times(unit)


def _time(date: re.Match[str]) -> str:
    month, day, year = (date[1], date[2], date[11]) if date[1] else (date[4], date[3], date[5])
    if not year:
        return ""
    hour = int(date[6]) % 12 + (12 if date[9] == "P" else 0) if date[9] else int(date[6])
    return f"{year}{_MONTHS.index(month) + 1:02}{int(day):02}-{hour:02}{date[7]}{date[8]}"
