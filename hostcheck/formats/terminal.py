"""Write text for a terminal: with or without colour, in aligned columns, without control characters from a host."""

import os
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import Literal, NamedTuple, TextIO

from hostcheck.plaintext import NO_BREAK, plain, unbroken
from hostcheck.run.model import Status

ColorChoice = Literal["auto", "always", "never"]
Detail = Literal["brief", "full", "commands"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_ODD = "[^\0-\u02ff\u2000-\u20cf\u2100-\u22ff]"
"""A pattern for all characters that are not one column wide, and some others. An exact pattern compiles ten times
slower."""
_LONG = re.compile(r"\S{1000,}")
_WORD = r"(?:'[^']*'|\"[^\"]*\"|\\.|[^\s'\"])+"
"""A pattern for a word of a shell command."""
_STATUS = {
    "pass": ("✓", "pass", "green"),
    "warn": ("!", "warn", "yellow"),
    "fail": ("✗", "fail", "red"),
    "skip": ("-", "skip", "dim"),
    "unknown": ("?", "unknown", "cyan"),
}


def wants_color(choice: ColorChoice, stream: TextIO) -> bool:
    """Return whether to colour text on the stream.

    "auto" follows https://no-color.org, FORCE_COLOR, TERM=dumb and whether the stream is a terminal, in this order.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


class Style(NamedTuple):
    """How to write for one terminal.

    Attributes:
        color: whether to use ANSI colours (ECMA-48 SGR).
        width: width in columns.
        detail: level of detail: "brief" is the answer, "full" the whole document, "commands" only commands to run.
    """

    color: bool = False
    width: int = 80
    detail: Detail = "brief"

    def paint(self, text: str, *names: str) -> str:
        """Colour a text: "bold", "dim", "red", "green", "yellow", "cyan"."""
        if not self.color:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def status(self, status: Status) -> str:
        """Return a status as a sign and a word, nine columns wide, so that colour is never the only mark."""
        sign, word, color = _STATUS[status]
        return self.paint(f"{sign} {word:<7}", color)

    def sign(self, status: Status) -> str:
        """Return a status as a sign, for use below a heading with the word."""
        sign, _, color = _STATUS[status]
        return self.paint(sign, color)

    def wrap(self, text: str, indent: int) -> str:
        """Break a text into indented lines that fit the width. A number and its unit stay on one line."""
        pad = " " * indent
        width = max(self.width, indent + 20)
        joined = _LONG.sub(partial(_split, width - indent), unbroken(plain(text)))
        filled = textwrap.fill(joined, width, initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False)
        return filled.replace(NO_BREAK, " ")

    def wrap_command(self, command: str, indent: int) -> list[str]:
        """Break a command between words into lines that a shell reads as one. Quoted texts are never broken."""
        text = plain(command)
        if display_width(text) <= self.width - indent:
            return [" " * indent + text]
        lines = [""]
        for word in re.findall(_WORD, text):
            longer = f"{lines[-1]} {word}".lstrip()
            # Two columns for what joins a line to the next.
            if lines[-1] and display_width(longer) > self.width - indent - 2:
                lines[-1] += " \\"
                lines.append(word)
            else:
                lines[-1] = longer
        return [" " * indent + line for line in lines]


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Lay rows out in columns two spaces apart; ``right`` names the columns that are aligned to the right.

    Cells must not contain colours: colour the returned lines instead.
    """
    if not rows:
        return []
    widths = [max(display_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for i, cell in enumerate(row):
            gap = " " * (widths[i] - display_width(cell))
            cells.append(gap + cell if i in right else cell + gap)
        lines.append("  ".join(cells).rstrip())
    return lines


def within(rows: Sequence[Sequence[str]], style: Style, indent: int) -> list[str]:
    """Lay rows out in columns if they fit the width; otherwise wrap each row. Each row is one text."""
    aligned = columns(rows)
    if max(map(display_width, aligned), default=0) + indent <= style.width:
        return [" " * indent + line for line in aligned]
    return [style.wrap("  ".join(filter(None, row)), indent + 2)[2:] for row in rows]


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], style: Style, *, right: Sequence[int] = (), named: int = 1
) -> list[str]:
    """Return a table with its head, or, if it is too wide, each row below its first ``named`` cells, as "label value".

    Args:
        head: a label for each column.
        rows: the cells, without colours.
        style: style of the text.
        right: the columns that are aligned to the right.
        named: the number of columns that name a row.
    """
    first, *lines = columns([head, *rows], right=right)
    if max(map(display_width, (first, *lines))) <= style.width:
        return [style.paint(first, "bold"), *lines]
    lines = []
    for row in rows:
        labelled = [(label, cell.strip()) for label, cell in zip(head, row, strict=True) if cell.strip()]
        lines.append(style.paint(style.wrap("  ".join(cell for _, cell in labelled[:named]), 0), "bold"))
        lines.append(style.wrap("; ".join(f"{label} {cell}".strip() for label, cell in labelled[named:]), 2))
    return lines


def cut(text: str, width: int) -> str:
    """Return a text; if it is wider than this many columns, shortened to them, with "…" at its end."""
    # No more than width characters of a text fit, but for combining ones.
    beginning = text[: 4 * width]
    if len(beginning) == len(text) and display_width(text) <= width:
        return text
    while display_width(beginning) > width - 1:
        beginning = beginning[:-1]
    return f"{beginning}…"


def _split(room: int, match: re.Match[str]) -> str:
    """Split a long word at the ends of lines in advance: textwrap copies the rest of a word for each line."""
    word = match[0]
    return " ".join(word[place : place + room] for place in range(0, len(word), room))


def display_width(text: str) -> int:
    """Return the columns a text takes: wide East Asian characters take two, combining ones none (Unicode Annex 11)."""
    if text.isascii():
        return len(text)
    return len(text) + sum(
        -1 if unicodedata.combining(character) else unicodedata.east_asian_width(character) in "WF"
        for character in re.findall(_ODD, text)
    )
