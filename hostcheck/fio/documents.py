"""Find the JSON documents in fio's output. There may be text before, between and after them."""

import json
import re
from dataclasses import dataclass
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.jsonparts import UndecodableError, decode_at

# A document begins a line, or stands in what others wrote about it: a log, an array, another object.
_OPENING = re.compile(r"^[ \t]*\{|\{(?=\s*\"fio version\")", re.MULTILINE)
# A brace in a warning begins no object.
_OBJECT = re.compile(r"\{\s*(?:\"|\}|$)")
_TERSE = re.compile(r"\d;fio-\d")
_NORMAL = re.compile(r"^\S.*: \(groupid=\d+, jobs=\d+\)", re.MULTILINE)
_FRAGMENTS = (
    (
        re.compile(r"(?:read|write|trim|mixed) {0,3}: (?:IOPS=\d|io=\d)"),
        "a figure of fio without its job: add the line of the job above it, NAME: (groupid=0, …",
    ),
    (
        re.compile(r'"(?:io_bytes|total_ios)" ?: ?\d'),
        "a piece of fio's JSON, without its beginning: import all of it",
    ),
    (
        re.compile(r"[345];fio-\d[^;\n]{0,60};|(?<!\d)2;[^;\n]{1,120};\d{1,6};\d{1,9};\d"),
        "a part of a line of fio's terse output: import the whole line",
    ),
)
"""Patterns of incomplete fio outputs. For each, a message that says what was found and what text to give instead."""
_STARTED = re.compile(r"^Starting \d+ (?:process|thread)", re.MULTILINE)
IDENTITY = "fio version"
"""The key that every JSON document of fio has, and no other document."""
# C prints "-nan" for a mean of nothing, and JSON has no such word: it is a number that fio does not have.
_MOST_PASSES = 8
"""Maximum number of times that a part of a text is decoded. An object of another program is decoded first, and then the
objects inside it."""
_NOT_A_NUMBER = re.compile(r'(" ?: ?)-?(?:nan|inf)\b', re.IGNORECASE)


class FioParseError(UsageError):
    """The text is not a readable output of fio. The message says what is wrong, and where."""


class Contradiction:
    """Marks a key that occurs several times with different values: which of them is right is unknown.

    Attributes:
        values: the values in their order. For most options, fio uses the last one.
    """

    def __init__(self, *values: Any) -> None:
        self.values = list(values)


@dataclass(frozen=True, slots=True)
class Documents:
    """The JSON objects in a text, and the text around them.

    Attributes:
        objects: the objects that fio wrote, in order; at least one. "nan" and "inf" are None; the value of a key that
            occurs twice with different values is a Contradiction.
        around: the text before each object and after the last one; one entry more than ``objects``.
        truncated: whether the text breaks off inside a further object.
        text: the whole text, with null in place of "nan" and "inf".
        spans: start and end of each object in ``text``.
    """

    objects: tuple[dict[str, Any], ...]
    around: tuple[str, ...]
    truncated: bool
    text: str
    spans: tuple[tuple[int, int], ...]


def split_documents(text: str) -> Documents:
    """Find fio's JSON documents in one output.

    Raises:
        FioParseError: if there is no document, or the only one is broken.
    """
    text = without_odd_numbers(text)
    decoder = new_decoder()
    found: list[tuple[dict[str, Any], int, int]] = []
    others, broken = False, ""
    end, truncated, decoded = 0, False, 0
    while match := _OPENING.search(text, end):
        start = match.end() - 1
        try:
            value, behind = decode_at(decoder, text, start)
        except (ValueError, RecursionError) as error:
            end = start + 1
            truncated = _OBJECT.match(text, start) is not None
            broken = broken or (_broken(text, start, error) if truncated else "")
            if truncated and isinstance(error, RecursionError):
                break
            decoded += error.at - start if isinstance(error, UndecodableError) else 0
            if decoded > _MOST_PASSES * len(text):
                break
            continue
        if IDENTITY in value:
            end = behind
            found.append((value, start, end))
            truncated = False
        else:
            # One of fio's may be in it.
            end = start + 1 if f'"{IDENTITY}"' in text[start:behind] else behind
            decoded += behind - start
            if decoded > _MOST_PASSES * len(text):
                raise FioParseError("JSON of another program, nested too deeply")
            # An object in a broken one is a part of it.
            others = others or not broken
    if not found:
        raise FioParseError(broken or (_of_others(text) if others else _none(text)))
    begins, ends = [start for _, start, _ in found], [0, *(behind for _, _, behind in found)]
    around = (text[end:begin].strip() for end, begin in zip(ends, [*begins, len(text)], strict=True))
    spans = tuple((begin, end) for _, begin, end in found)
    return Documents(tuple(value for value, _, _ in found), tuple(around), truncated, text, spans)


def without_odd_numbers(text: str) -> str:
    """Return the text with null in place of numbers that JSON does not have (nan, infinity)."""
    return _NOT_A_NUMBER.sub(r"\1null", text)


def new_decoder() -> json.JSONDecoder:
    """Return a decoder for fio's JSON: fio copies strings of the job file without escaping tabs."""
    return json.JSONDecoder(parse_constant=lambda _: None, object_pairs_hook=object_of, strict=False)


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members as a dict. A key that has several different values becomes a Contradiction."""
    values: dict[str, Any] = {}
    for key, value in pairs:
        # Options that were given later stand behind the others.
        before = values.pop(key, value)
        if isinstance(before, Contradiction):
            before.values.append(value)
        values[key] = before if before == value or isinstance(before, Contradiction) else Contradiction(before, value)
    return values


def _of_others(text: str) -> str:
    # "jq .jobs" leaves the version out, by which the units of the fields are known.
    return _fragment(text.strip()) or f"JSON, but not of fio: it has no {IDENTITY!r}"


def _fragment(said: str) -> str:
    for sign, what in _FRAGMENTS:
        if found := sign.search(said):
            return f"line {said.count(chr(10), 0, found.start()) + 1} has {what}"
    return ""


def _none(text: str) -> str:
    said = text.strip()
    if not said:
        return "fio's output is empty: it was killed, or could not start"
    if _TERSE.match(said) or _NORMAL.search(said):
        return "fio's output for people or in its terse form: have it written with --output-format=json"
    if _STARTED.search(said):
        return "fio's output ends before its results: fio was killed, or its disk full"
    if fragment := _fragment(said):
        return fragment
    begins = said.splitlines()[0][:120]
    return f"no JSON in fio's output, which begins {begins!r}: have it written with --output-format=json"


def _broken(text: str, start: int, error: Exception) -> str:
    line = text.count("\n", 0, start) + 1
    if not isinstance(error, UndecodableError):
        # Python makes no integer of over 4300 digits.
        problem = "nested too deeply" if isinstance(error, RecursionError) else "a number in it has too many digits"
        return f"fio's JSON, from line {line} on, cannot be read: {problem}"
    # An unterminated string is reported where it begins; what follows it is the rest of the text.
    last = text.count("\n", 0, error.at) + 1
    if error.is_in_string() or not text[error.at :].strip():
        return f"fio's JSON, from line {line} on, breaks off at line {last}: fio was killed, or its disk full"
    column = error.at - text.rfind("\n", 0, error.at)
    return f"fio's JSON is broken at line {last}, column {column}: {error.reason}"
