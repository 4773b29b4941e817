"""Split fio's normal output into the parts of its jobs, with what fio printed for each job at its start."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hostcheck.fio.printed_lines import BEGINS_HEAD, BEGINS_SIDE, HEAD, OPENING, is_of_server, unwrapped
from hostcheck.fio.started import REPEATED, STARTING, Name, Start

# Lines are matched without what stands before and behind them; a line that is far longer than fio's is none of it.
_VERSION = re.compile(r"fio[- ]\d{1,4}\.\d{1,4}\S{0,60}")
_GREETING = re.compile(r"hostname=\S{1,255}, be=.{1,255}\bfio=(fio-[^\s,]{1,60})")
_COMMAND = re.compile(
    r"(?:.{0,200}?[$#>%] {0,3})?(?:(?:sudo|time) )?(?:\S{0,100}/)?fio(?:\.exe)? (?:-|\S{1,200}\.(?:fio|job|ini|conf)\b)"
)
"""A command that starts fio, with or without the prompt of a shell. The fio before it has ended, with or without a
report."""
_END = re.compile(r"Run status group (\d{1,6})\b")
_SUM = re.compile(r"(READ|WRITE|TRIM|MIXED) {0,3}: (?:bw=.{1,200}?, )?io=([^,\s(]{1,20})")
_BODY = re.compile(
    r"(?:read|write|trim|mixed) {0,3}: (?:IOPS|io)=|clat percentiles \(|cpu {1,20}: usr=|IO depths {1,9}: "
    r"|issued(?: rwts?| r/w/d)? {0,9}: total="
)
"""The beginnings of lines that only the part of a job has."""


@dataclass(slots=True)
class Entry:
    """One job's part of a report.

    Attributes:
        head: match of its first line.
        number: number of its first line.
        begins: offset of its first line in the text.
        ends: offset at which it ends.
        version: version of fio; empty if missing.
        opening: match of the line that fio printed for the job at its start; None if missing.
        start: what else fio printed at its start.
        lines: its other lines that are not empty, with their numbers.
        sums: the bytes that a group moved, as printed at the end of the report, by group and direction. Only the last
            entry of a report has them.
        beside: number of a line beside this entry that is of another job or process, whose first line is missing.
    """

    head: re.Match[str]
    number: int
    begins: int
    ends: int
    version: str
    opening: re.Match[str] | None
    start: Start
    lines: list[tuple[int, str]] = field(default_factory=list)
    sums: dict[tuple[str, str], str] = field(default_factory=dict)
    beside: int | None = None

    @property
    def group(self) -> Mapping[str, re.Match[str]]:
        """Matches of the lines that fio printed at its start for the jobs of this group, by name."""
        return self.start.openings.get(self.head["group"], {})

    @property
    def name(self) -> Name:
        """Group and name of the job."""
        return self.head["group"], self.head["name"]

    @property
    def identity(self) -> tuple[str, ...]:
        """What differs between two entries of one report."""
        return self.head["name"], self.head["group"], self.head["pid"]


class Entries:
    """A reader of the entries in a text.

    Args:
        text: the text.
        lines: number of lines before the text.
    """

    def __init__(self, text: str, lines: int) -> None:
        self._text = text
        self._before = lines
        self._version = ""
        self._openings: dict[Name, re.Match[str]] = {}
        self._start, self._has_reported = Start(), False
        self._entry: Entry | None = None
        self._ends = False
        self._group = ""
        self._sides: set[str] = set()
        self._headless: int | None = None

    def __iter__(self) -> Iterator[tuple[Entry, bool]]:
        """Yield each entry, and whether a report ends after the entry."""
        opened: Name | None = None
        offset = taken = 0
        all_lines = self._text.split("\n")
        for place, whole in enumerate(all_lines):
            number, begins, offset = self._before + place + 1, offset, offset + len(whole) + 1
            if taken:
                taken -= 1
                continue
            line, taken = unwrapped(all_lines, place)
            if not line:
                continue
            # What stands elsewhere is a part that someone left out.
            before, opened = opened, None
            if head := HEAD.match(line):
                if self._entry is not None:
                    yield self._entry, self._ends
                self._begin(head, number, begins, offset)
            elif opens := OPENING.match(line):
                opened = self._open(opens)
            elif line.rstrip() == REPEATED and before and not self._has_reported:
                self._start.repeated.add(before)
            elif starting := STARTING.match(line):
                self._restart()
                self._start.add(starting)
                self._start.of_servers |= is_of_server(whole)
            elif match := _VERSION.fullmatch(line) or _GREETING.match(line):
                self._version = match[1] if match.re is _GREETING else line.replace(" ", "-")
                self._ends, self._headless = self._entry is not None, None
            elif _COMMAND.match(line):
                self._start, self._has_reported, self._headless = Start(), False, None
            elif ending := _END.match(line):
                self._ends, self._headless, self._group = True, None, ending[1]
            elif self._ends:
                self._after(line, number)
            else:
                self._within(line, number, offset)
        if self._entry is not None:
            yield self._entry, self._ends

    def _begin(self, head: re.Match[str], number: int, begins: int, offset: int) -> None:
        name = head["name"], head["group"]
        opening = self._openings.get(name) or self._start.rename_first(*name)
        if opening is not None:
            self._openings[name] = opening
        self._entry = Entry(head, number, begins, offset, self._version, opening, self._start, beside=self._headless)
        self._ends, self._has_reported = False, True
        self._sides, self._headless = set(), None

    def _open(self, opens: re.Match[str]) -> Name:
        self._openings[opens["name"], opens["group"]] = opens
        self._restart()
        return self._start.open(opens)

    def _restart(self) -> None:
        """Begin with what another fio prints at its start, if the one before has reported."""
        self._headless = None
        if self._has_reported:
            self._start, self._has_reported = Start(), False

    def _after(self, line: str, number: int) -> None:
        """Read a line behind the end of a report."""
        if self._entry is not None and (found := _SUM.match(line)):
            self._entry.sums.setdefault((self._group, found[1].lower()), found[2])
        elif _BODY.match(line):
            self._headless = self._headless or number

    def _within(self, line: str, number: int, offset: int) -> None:
        """Read a line of an entry, or of one whose first line is missing."""
        side = BEGINS_SIDE.match(line)
        of = side[0].split(":")[0].strip() if side else ""
        if self._entry is None or self._headless is not None:
            if _BODY.match(line):
                self._headless = self._headless or number
        elif BEGINS_HEAD.match(line) or of in self._sides:
            # The first line is cut, or missing: a job has one line for each direction.
            self._entry.beside = self._headless = number
        else:
            if of:
                self._sides.add(of)
            self._entry.lines.append((number, line))
            self._entry.ends = offset
