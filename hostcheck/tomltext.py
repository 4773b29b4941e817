"""Read the tables of a TOML file that a user wrote, and find the lines of wrong values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import tomli

from hostcheck.errors import MistakesError, UsageError, refuse
from hostcheck.spelling import closest
from hostcheck.userfile import read_text

_HEADER = r"^\s*\[{1,2}(?P<name>[^\[\]]+)\]"
_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = re.compile(rf"\s*(?P<key>{_PART}(?:\s*\.\s*{_PART})*)\s*=")
_OVERWRITES = re.compile(r"Cannot overwrite a value \(at line (\d+),")
_LONG_NUMBER = re.compile(r"[0-9][0-9A-Za-z_]{15}")
"""A pattern for numbers that may have more than 64 bits, with a prefix (0x). It also matches some texts, but few."""
_TRIPLE = r"\"\"\"|'''"


_SHORTER = "write a smaller number"
_LARGEST = 1 << 20
"""Maximum size of a file in bytes. Files that people write by hand have a hundredth of it."""
_DEEPEST = 8
"""Maximum number of parts of a table's name that are distinguished."""
_MOST_ITEMS = 100
"""Maximum number of mistakes in lists for which the line of the item is searched."""


def read_table_text(what: str, path: Path) -> str:
    """Read a file that a user wrote by hand.

    Args:
        what: the kind of file, for messages: "policy", "profile".
        path: the path of the file.

    Raises:
        UsageError: if the file cannot be read, is too large, or is not UTF-8.
    """
    return read_text(what, path, _LARGEST)


def read_document(what: str, text: str, path: Path) -> Mapping[str, Any]:
    """Parse the text of a file; for ``what`` and ``path`` see ``read_table_text``.

    Raises:
        UsageError: if the text is not TOML; the message has the line.
    """
    try:
        document = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        problem = f"reading the {what} {path}: {error}{_twice(text, str(error))}"
        raise UsageError(problem, remedy=_remedy(text, str(error))) from error
    except RecursionError as error:
        raise UsageError(f"reading the {what} {path}: nested too deeply", remedy="write fewer brackets") from error
    except ValueError as error:
        # Python refuses to convert integers of more than 4,300 digits.
        raise UsageError(
            f"reading the {what} {path}: a number in it has more than 4,300 digits", remedy=_SHORTER
        ) from error
    if _LONG_NUMBER.search(text) and _has_large_number(document):
        raise UsageError(f"reading the {what} {path}: a number in it has more than 64 bits", remedy=_SHORTER)
    return document


def _twice(text: str, said: str) -> str:
    """Return which key occurs twice, for the parser's message on one, which does not name it; else an empty text."""
    found = _OVERWRITES.match(said)
    if found is None:
        return ""
    row = text.splitlines()[int(found[1]) - 1]
    return f": {shown(row.partition('=')[0].strip())} occurs twice"


_AT = re.compile(r"\(at line (\d+), column (\d+)\)$")
_REMEDIES = (
    *((begins, "write each key and each table once") for begins in ("Cannot ", "Duplicate ")),
    *((begins, "write KEY = VALUE") for begins in ("Expected '='", "Invalid statement", "Invalid initial character")),
    ("Expected ']'", "write the name of a table as [NAME], on a line of its own"),
    ("Unclosed array", "close the list with ]"),
    ("Unclosed inline table", "close the table with }, on the same line"),
    *(
        (begins, "write two backslashes for one, or the text in single quotes")
        for begins in ("Unescaped", "Invalid hex")
    ),
    *(
        (begins, "close the text with its quotes, on the same line")
        for begins in ("Unterminated", "Illegal", "Found invalid", 'Expected "\'"')
    ),
)
"""What to do, by the beginning of the parser's message."""


def _remedy(text: str, said: str) -> str:
    """Return what to do about a message of the parser."""
    if remedy := next((remedy for begins, remedy in _REMEDIES if said.startswith(begins)), ""):
        return remedy
    found = _AT.search(said)
    row = text.splitlines()[int(found[1]) - 1] if found and int(found[1]) <= len(text.splitlines()) else ""
    value = row.partition("=")[2].strip()
    if value[:1] in {"\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u00ab"}:
        return 'write the text in straight quotes: "…"'
    if value.lower() in {"true", "false", "yes", "no", "on", "off"}:
        return "write true or false, in small letters"
    return 'write each key on a line of its own, and a text in quotes: KEY = "TEXT"'


def _has_large_number(value: object) -> bool:
    """Return whether an integer in a document has more than the 64 bits that TOML guarantees (TOML 1.0, "Integer")."""
    if isinstance(value, dict):
        return any(map(_has_large_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_large_number, value))
    return isinstance(value, int) and not -(1 << 63) <= value < 1 << 63


def shown(value: object) -> str:
    """Return a value of a document as one line for an error message. Dates look as they were written."""
    if isinstance(value, (date, time)):
        return value.isoformat()
    return repr(value)


def line_of(text: str, table: Sequence[str], key: str | None, *, number: int = 0) -> int | None:
    """Return the line number, from 1, of a key; None if it is not found, for example in an inline table.

    Args:
        text: the document.
        table: the table's name in its parts: ("tool", "hostcheck", "gate").
        key: a key of the table, or the name of a table in it; None for the line of the table's header.
        number: for an array of tables, the index of the table, from 0.
    """
    lines = _lines_of(text)
    if key is None:
        # A table without a header is one by a dotted or an inline key.
        inline = lines.keys.get((tuple(table[:-1]), 0, table[-1])) if table else None
        return lines.headers.get((tuple(table), number), inline)
    found = (lines.keys.get((tuple(table), number, key)), lines.within.get((*table, key)))
    return min((line for line in found if line), default=None)


class _Lines(NamedTuple):
    """The line numbers of the parts of a document: the first line of each part.

    Attributes:
        headers: lines of headers, by the table's name and number.
        keys: lines of keys, by the table's name and number, and the key.
        within: lines of the first table whose name begins with these parts.
    """

    headers: Mapping[tuple[tuple[str, ...], int], int]
    keys: Mapping[tuple[tuple[str, ...], int, str], int]
    within: Mapping[tuple[str, ...], int]


@lru_cache(maxsize=2)
def _lines_of(text: str) -> _Lines:
    """Return all line numbers at once, because a document may have thousands of rows, and each is looked up."""
    headers: dict[tuple[tuple[str, ...], int], int] = {}
    keys: dict[tuple[tuple[str, ...], int, str], int] = {}
    within: dict[tuple[str, ...], int] = {}
    inside: tuple[str, ...] = ()
    seen: dict[tuple[str, ...], int] = {}
    for line, content in _outside_long_strings(text):
        if header := re.match(_HEADER, content):
            inside = tuple(_bare(part) for part in header["name"].split(".", _DEEPEST))
            seen[inside] = seen.get(inside, -1) + 1
            headers[inside, seen[inside]] = line
            for depth in range(1, len(inside) + 1):
                within.setdefault(inside[:depth], line)
        elif found := _KEY.match(content):
            parts = _parts(found["key"])
            for depth, part in enumerate(parts[:_DEEPEST]):
                keys.setdefault(((*inside, *parts[:depth]), 0 if depth else seen.get(inside, 0), part), line)
    return _Lines(headers, keys, within)


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a remedy: the most similar known word; without one ``otherwise``, or a list of all known words."""
    words = sorted(known)
    near = closest(word, words)
    return f"did you mean {near}?" if near else otherwise or f"there are: {', '.join(words)}"


class _Collecting:
    """A context that collects a mistake of its block. As a class, it is fast: a profile has a thousand blocks."""

    __slots__ = ("_mistakes",)

    def __init__(self, mistakes: list[UsageError]) -> None:
        self._mistakes = mistakes

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is None:
            return False
        if isinstance(error, MistakesError):
            self._mistakes += error.mistakes
        elif isinstance(error, UsageError):
            self._mistakes.append(error)
        else:
            return False
        return True


class Table:
    """One table of a document. It returns values, and refuses wrong values with an error that names file and line.

    A mistake raises an error immediately, except inside ``collecting``. There it is kept, so that all mistakes in a
    file can be reported together.

    Attributes:
        what: the kind of file, for messages: "policy", "profile".
        text: the text of the whole document.
        path: the path of the file.
        name: the parts of the table's name; empty for the top of the document.
        number: for an array of tables, the index of the table, from 0.
        mistakes: the collected mistakes. Tables inside this one share the list.
    """

    __slots__ = ("mistakes", "name", "number", "path", "text", "what")

    def __init__(self, what: str, text: str, path: Path, name: Sequence[str] = (), number: int = 0) -> None:
        """Take the attributes; there are no mistakes yet."""
        self.what, self.text, self.path, self.name, self.number = what, text, path, tuple(name), number
        self.mistakes: list[UsageError] = []

    def inner(self, name: Sequence[str], number: int = 0) -> "Table":
        """Return another table of the document, by its full name. Both tables share the list of mistakes."""
        other = Table(self.what, self.text, self.path, name, number)
        other.mistakes = self.mistakes
        return other

    def fail(self, key: str | None, problem: str, remedy: str = "", *, item: str = "") -> NoReturn:
        """Refuse a value, or the whole table if ``key`` is None.

        Args:
            key: the key of the value.
            problem: the mistake, in words.
            remedy: a valid value, in words.
            item: for a list over several lines, the item with the mistake.

        Raises:
            UsageError: always; the message names file and line.
        """
        raise self._mistake(key, problem, remedy, item)

    def collecting(self) -> "_Collecting":
        """Collect a mistake that the block raises, and continue after the block."""
        return _Collecting(self.mistakes)

    def refuse_mistakes(self) -> None:
        """Refuse the file if mistakes were collected.

        Raises:
            UsageError: with all collected mistakes.
        """
        refuse(self.mistakes)

    def refuse_unknown(self, found: Mapping[str, Any], known: Sequence[str]) -> frozenset[str]:
        """Collect a mistake for each unknown key; the remedy names the most similar known key.

        Returns:
            The known keys that were probably meant. The caller must not report them as missing too.
        """
        unknown = [key for key in found if key not in known]
        if not unknown:
            return frozenset()
        remedies = [nearest(key, known) for key in unknown]
        for key, remedy in zip(unknown, remedies, strict=True):
            self.mistakes.append(self._mistake(key, f"unknown key {key!r}", remedy))
        return frozenset(key for key in known if f"did you mean {key}?" in remedies)

    def place(self, key: str | None, item: str = "") -> str:
        """Return the place of a value, as "policy.toml:12"; without a line number if the line is not found."""
        line = self.line(key, item)
        return f"{self.path}:{line}" if line else str(self.path)

    def line(self, key: str | None, item: str = "") -> int | None:
        """Return the line number, from 1, of a value, or else of its table; None if neither is found.

        Args:
            key: the key of the value; None for the table.
            item: for a list over several lines, the item to find.
        """
        line = line_of(self.text, self.name, key, number=self.number)
        if line and item and len(self.mistakes) < _MOST_ITEMS:
            lines = islice(self.text.splitlines(), line - 1, None)
            line += next((behind for behind, content in enumerate(lines) if item in content), 0)
        return line or line_of(self.text, self.name, None, number=self.number)

    def _mistake(self, key: str | None, problem: str, remedy: str, item: str = "") -> UsageError:
        return UsageError(f"reading the {self.what} {self.place(key, item)}: {problem}", remedy=remedy)

    def one_of(self, found: Mapping[str, Any], key: str, known: Sequence[Any], default: Any) -> Any:
        """Return a value that must be one of the known values; the default if the key is missing."""
        value = found.get(key, default)
        if value not in known:
            self.fail(key, f"{key} is {shown(value)}", f"use one of {', '.join(map(str, known))}")
        return value

    def text_of(self, found: Mapping[str, Any], key: str) -> str | None:
        """Return a text that must not be blank; None if the key is missing."""
        value = found.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            self.fail(key, f"{key} is {shown(value)}", "write a text")
        return value

    def texts(self, found: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
        """Return a list of texts that must not be empty; None if the key is missing."""
        value = found.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            self.fail(key, f"{key} is {shown(value)}", "write a list of texts")
        return tuple(value)


def _outside_long_strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of the lines that do not begin inside a multi-line string. Keys are only on such lines."""
    closing = ""
    for line, content in enumerate(text.splitlines(), 1):
        if not closing:
            yield line, content
        for mark in re.findall(_TRIPLE, content):
            if not closing or mark == closing:
                closing = "" if closing else mark


def _bare(part: str) -> str:
    return part.strip().strip("\"'")


def _parts(key: str) -> tuple[str, ...]:
    """Return the parts of a key as the parser reads them: without quotes, and with escapes resolved."""
    if not {'"', "'"} & {*key}:
        return tuple(part.strip() for part in key.split("."))
    parts: list[str] = []
    with suppress(tomli.TOMLDecodeError):
        found: object = tomli.loads(f"{key} = 0")
        while isinstance(found, dict):
            ((part, found),) = found.items()
            parts.append(part)
    return tuple(parts)
