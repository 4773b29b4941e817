"""Find the JSON documents in what fio wrote: there may be text before, between and behind them."""

import json
import re
from dataclasses import dataclass
from typing import Any

from hostcheck.errors import UsageError

_OPENING = re.compile(r"^[ \t]*\{", re.MULTILINE)
# C prints "-nan" for a mean of nothing, and JSON has no such word: it is a number that fio does not have.
_NOT_A_NUMBER = re.compile(r'(" ?: ?)-?(?:nan|inf)\b', re.IGNORECASE)


class FioParseError(UsageError):
    """The text is not an output of fio that can be read. The message says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The JSON objects in a text, and the text around them.

    Attributes:
        objects: in order, at least one. Numbers that are none (nan, infinity) are None.
        before: text before the first.
        after: text behind the last whole one.
        truncated: whether the text breaks off inside a further object.
    """

    objects: tuple[dict[str, Any], ...]
    before: str
    after: str
    truncated: bool


def split_documents(text: str) -> Documents:
    """Find the documents of one output.

    Raises:
        FioParseError: when there is none, or the only one is broken.
    """
    text = _NOT_A_NUMBER.sub(r"\1null", text)
    decoder = json.JSONDecoder(parse_constant=lambda _: None)
    objects: list[dict[str, Any]] = []
    begin, end, truncated = 0, 0, False
    while match := _OPENING.search(text, end):
        start = match.end() - 1
        try:
            value, stop = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            if not objects:
                raise FioParseError(_broken(text, start, error)) from error
            truncated = True
            break
        begin = begin if objects else start
        objects.append(value)
        end = stop
    if not objects:
        raise FioParseError(_none(text))
    return Documents(tuple(objects), text[:begin].strip(), text[end:].strip(), truncated)


def _none(text: str) -> str:
    said = text.strip()
    if not said:
        return "fio's output is empty: it was killed, or could not start"
    return f"no JSON in fio's output, which begins {said.splitlines()[0][:120]!r}"


def _broken(text: str, start: int, error: Exception) -> str:
    line = text.count("\n", 0, start) + 1
    if not isinstance(error, json.JSONDecodeError):
        return f"fio's JSON, from line {line} on, cannot be read: {error}"
    # An unterminated string is told where it begins; what follows it is the rest of the text.
    if not text[error.pos :].strip() or error.msg.startswith("Unterminated"):
        return f"fio's JSON, from line {line} on, breaks off at line {error.lineno}: fio was killed, or its disk full"
    return f"fio's JSON is broken at line {error.lineno}, column {error.colno}: {error.msg}"
