"""Text for a terminal: colour by choice, columns that line up, and nothing from a host that could steer it."""

import os
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

from hostcheck.plaintext import plain
from hostcheck.run.model import Status

ColorChoice = Literal["auto", "always", "never"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_STATUS = {
    "pass": ("✓", "pass", "green"),
    "warn": ("!", "warn", "yellow"),
    "fail": ("✗", "fail", "red"),
    "skip": ("-", "skip", "dim"),
    "unknown": ("?", "unknown", "cyan"),
}


def wants_color(choice: ColorChoice, stream: TextIO) -> bool:
    """Whether to colour what goes to the stream.

    "auto" follows https://no-color.org, FORCE_COLOR, TERM=dumb and whether the stream is a terminal, in this order.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


@dataclass(frozen=True, slots=True)
class Style:
    """How to write for one terminal.

    Attributes:
        color: whether to use ANSI colours (ECMA-48 SGR).
        width: columns.
    """

    color: bool = False
    width: int = 80

    def paint(self, text: str, *names: str) -> str:
        """Colour a text: "bold", "dim", "red", "green", "yellow", "cyan"."""
        if not self.color:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def status(self, status: Status) -> str:
        """A status as a sign and a word, nine columns wide: never a colour alone."""
        sign, word, color = _STATUS[status]
        return self.paint(f"{sign} {word:<7}", color)

    def wrap(self, text: str, indent: int) -> str:
        """Break a text into lines of the width, all indented by so many columns."""
        pad = " " * indent
        return textwrap.fill(
            plain(text), max(self.width, indent + 20), initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False
        )


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Lay rows out in columns two spaces apart; ``right`` names the columns that are aligned to the right.

    Cells must not hold colours: paint the lines that come back.
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


def display_width(text: str) -> int:
    """Columns a text takes: wide East Asian characters take two, combining ones none (Unicode Annex 11)."""
    if text.isascii():  # nearly every text, and a hundred times faster
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
