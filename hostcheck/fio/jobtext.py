"""Split a job file into sections and lines, as fio does (__parse_jobs_ini in fio's init.c).

A ``;`` or ``#`` begins a comment anywhere in a line. ``include NAME`` is replaced by the lines of another file. A
section whose name begins with "global" has options for all later jobs. A file may have several such sections.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hostcheck.characters import named
from hostcheck.errors import UsageError
from hostcheck.userfile import is_file, read_text, resolved

WHAT = "fio job file"

_LARGEST_BYTES = 1 << 20
"""Maximum size of a job file. A usual one has a few hundred bytes."""
_LONGEST_LINE = 4095
"""Maximum length of a line in characters. fio reads the rest of a longer line as another line (OPT_LEN_MAX)."""
_MOST_INCLUDES = 32

_COMMENT = re.compile(r"[;#].*", re.DOTALL)
_INCLUDE = re.compile(r"include[ \t=](.*)")
_CONTROL = re.compile(r"[^\S \t]|[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its comment, with the file's path and the line number."""

    file: Path
    number: int
    text: str

    @property
    def place(self) -> str:
        """File and line number, as an error message begins with them."""
        return f"the {WHAT} {self.file}, line {self.number}"


@dataclass(frozen=True, slots=True)
class Section:
    """One job and its lines: first the lines of the global sections before the job, then the job's own."""

    name: str
    heading: Line
    lines: tuple[Line, ...]


def read_sections(text: str, path: Path) -> list[Section]:
    """Split the text of a job file into its jobs.

    Args:
        text: content of the file.
        path: path of the file, for error messages and to find included files.

    Raises:
        UsageError: if fio would refuse the text, or an included file cannot be used.
    """
    shared: list[Line] = []
    jobs: list[tuple[str, Line, list[Line]]] = []
    lines: list[Line] | None = None
    for line in _Included(path).lines(text, path):
        if line.text.startswith("["):
            name = _name(line)
            if name.startswith("global"):
                lines = shared
            else:
                # A global section behind a job does not count for it.
                lines = [*shared]
                jobs.append((name, line, lines))
        elif lines is None:
            raise UsageError(
                f"{line.place}: {line.text[:60]!r} is in no section", remedy="begin with [global] or a job"
            )
        else:
            lines.append(line)
    return [Section(name, heading, tuple(lines)) for name, heading, lines in jobs]


def _name(line: Line) -> str:
    name = line.text[1:-1]
    if not line.text.endswith("]") or not name.strip() or "]" in name:
        raise UsageError(f"{line.place}: {line.text[:60]!r} is not a section's heading", remedy="write [NAME] alone")
    return name


class _Included:
    """The lines of a job file and of all included files."""

    def __init__(self, path: Path) -> None:
        self._folder = resolved(path.parent)
        self._left = _MOST_INCLUDES

    def lines(self, text: str, path: Path, *, nested: bool = False) -> Iterator[Line]:
        """Yield the lines that are neither empty nor comments; an ``include`` is replaced by the lines of its file."""
        for number, raw in enumerate(text.split("\n"), 1):
            line = Line(path, number, _COMMENT.sub("", raw).strip())
            if len(raw) > _LONGEST_LINE:
                raise UsageError(
                    f"{line.place} has more than {_LONGEST_LINE} characters, which fio does not read",
                    remedy="write a shorter line",
                )
            if found := _CONTROL.search(line.text):
                column = raw.index(line.text) + found.start() + 1
                raise UsageError(
                    f"{line.place}, column {column} is {named(found[0])}, which fio does not read as a space",
                    remedy="write a space, or leave it out",
                )
            if match := _INCLUDE.fullmatch(line.text):
                yield from self._include(match[1], line)
            elif line.text.startswith("[") and nested:
                raise UsageError(
                    f"{line.place}: {line.text[:60]!r} begins a section, which an included file cannot have",
                    remedy="write the section in the file that includes this one",
                )
            elif line.text:
                yield line

    def _include(self, name: str, line: Line) -> Iterator[Line]:
        self._left -= 1
        if self._left < 0:
            raise UsageError(
                f"{line.place}: more than {_MOST_INCLUDES} files are included", remedy="write fewer of them"
            )
        # Nothing else is opened: to open a device or a pipe can wait for ever, or set something off.
        path = resolved(line.file.parent / name)
        if not path.is_relative_to(self._folder) or not is_file(path):
            raise UsageError(
                f"{line.place}: include {name} is not a file in the job file's folder",
                remedy="put the file into the job file's folder",
            )
        yield from self.lines(read_text(WHAT, path, _LARGEST_BYTES), path, nested=True)


def read_jobtext(path: Path) -> str:
    """Return the text of a job file.

    Raises:
        UsageError: if the file cannot be read, is too large, or is not text.
    """
    return read_text(WHAT, path, _LARGEST_BYTES)
