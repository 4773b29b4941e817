"""Decode JSON values inside a text, in a time that depends on the length of the value, not of the whole text.

Errors of Python's json count the lines of the text up to the error. If many places of a text are tried, the time would
be quadratic.
"""

import json
from typing import Any

_STEPS = (1 << 8, 1 << 13, 1 << 18)
"""Numbers of characters for the first attempts to decode a value. The last attempt uses the whole rest of the text."""
_TORN = 16
"""If an error occurs because the text was cut, the error is at most this many characters from the end, except in a
string."""


class UndecodableError(ValueError):
    """An error: no JSON value begins at an offset.

    Attributes:
        reason: the mistake, in words.
        at: offset of the error in the text.
    """

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at

    def is_in_string(self) -> bool:
        """Return whether the error is a string without an end."""
        return self.reason.startswith("Unterminated")


def decode_at(decoder: json.JSONDecoder, text: str, start: int) -> tuple[Any, int]:
    """Decode the value that begins at an offset of a text.

    Returns:
        The value, and the offset where it ends.

    Raises:
        UndecodableError: if there is no JSON value.
        ValueError: if a number has too many digits.
        RecursionError: if the value is nested too deeply.
    """
    found = UndecodableError("no value", start)
    for step in (*_STEPS, len(text)):
        part = text[start : start + step]
        try:
            value, end = decoder.raw_decode(part)
        except json.JSONDecodeError as error:
            found = UndecodableError(error.msg, start + error.pos)
            if start + step >= len(text) or not (found.is_in_string() or error.pos > len(part) - _TORN):
                break
        else:
            # A number may go on behind the part.
            if end <= len(part) - _TORN or start + step >= len(text):
                return value, start + end
    raise found
