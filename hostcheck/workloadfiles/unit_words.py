"""Split a command line of a unit into words as systemd does, which differs from a shell.

Sources: systemd.service(5), Command lines, and systemd.syntax(7), Quoting; src/basic/extract-word.c and escape.c. A
backslash escapes within single quotes too, and an unknown escape stays as it is.
"""

from collections.abc import Iterator
from itertools import groupby

from hostcheck.workloadfiles.command_line import with_whole_templates
from hostcheck.workloadfiles.words import Word

_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "s": " ",
    "\\": "\\",
    '"': '"',
    "'": "'",
}
_NUMBERS = {"x": 2, "u": 4, "U": 8}
"""The number of hexadecimal digits of each numeric escape."""
_BLANK = frozenset(" \t\r\n")


def commands_of(text: str) -> list[list[str]]:
    """Return the words of each command in a line, each with the number of its line, from 1.

    A semicolon by itself separates commands, one after a backslash does not. A newline stands where a backslash
    continues a line. If a quote is not closed, systemd does not load the unit, and the text is split at blanks only.
    """
    try:
        words = list(_words(with_whole_templates(text)))
    except ValueError:
        words = [(Word(word, at), word == ";") for at, line in enumerate(text.split("\n"), 1) for word in line.split()]
    found = (list(words) for separates, words in groupby(words, lambda each: each[1]) if not separates)
    return [[word for word, _ in each] for each in found]


def is_closed(text: str) -> bool:
    """Return whether each quote of a command line is closed."""
    try:
        list(_words(text))
    except ValueError:
        return False
    return True


def _words(text: str) -> Iterator[tuple[Word, bool]]:
    """Yield the words of a text, each with whether it separates commands.

    Raises:
        ValueError: if a quote is not closed.
    """
    word: list[str] | None = None
    quote, at, line, first, start = "", 0, 1, 1, 0
    while at < len(text):
        char = text[at]
        if not quote and char in _BLANK:
            if word is not None:
                yield Word("".join(word), first), text[start:at] == ";"
            word = None
            line += char == "\n"
            at += 1
            continue
        if word is None:
            word, first, start = [], line, at
        if char == "\\":
            piece, width = _escaped(text, at)
            word.append(piece)
            at += width
            continue
        if quote:
            quote = "" if char == quote else quote
            word.append(char if quote else "")
        elif char in "'\"":
            quote = char
        else:
            word.append(char)
        line += char == "\n"
        at += 1
    if quote:
        raise ValueError("a quote that is not closed")
    if word is not None:
        yield Word("".join(word), first), text[start:] == ";"


def _escaped(text: str, at: int) -> tuple[str, int]:
    """Return what the escape at an index stands for, and the number of its characters."""
    after = text[at + 1 : at + 2]
    if after in _ESCAPES:
        return _ESCAPES[after], 2
    digits = text[at + 2 : at + 2 + _NUMBERS[after]] if after in _NUMBERS else text[at + 1 : at + 4]
    base = 16 if after in _NUMBERS else 8
    allowed = "0123456789abcdefABCDEF" if base == 16 else "01234567"
    wanted = _NUMBERS.get(after, 3)
    if len(digits) == wanted and all(digit in allowed for digit in digits):
        number = int(digits, base)
        width = 2 + wanted if base == 16 else 4
        return (chr(number) if 0 < number < 0x110000 else text[at : at + width]), width
    # A semicolon by itself, after a backslash, is an argument.
    is_alone = not text[at - 1 : at].strip() and not text[at + 2 : at + 3].strip()
    return (";", 2) if after == ";" and is_alone else ("\\", 1)
