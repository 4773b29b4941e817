"""JSON that stands somewhere in a text: each value is decoded at a cost of what was read of it, not of the whole text.

An error of Python's json counts the lines of its text up to the error. Where many places of a text are tried, that is
quadratic.
"""

import json
from typing import Any

_STEPS = (1 << 8, 1 << 13, 1 << 18)
"""Characters that are decoded at first, and then; after these the whole rest."""
_TORN = 16
"""Characters: of a text that is cut, an error is no farther from its end, but for strings."""


class UndecodableError(ValueError):
    """No JSON value begins there.

    Attributes:
        reason: what is wrong.
        at: where, as an offset in the text.
    """

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at

    def is_in_string(self) -> bool:
        """Whether a string has no end."""
        return self.reason.startswith("Unterminated")


def decode_at(decoder: json.JSONDecoder, text: str, start: int) -> tuple[Any, int]:
    """Decode the value that begins at an offset of a text.

    Returns:
        The value, and the offset where it ends.

    Raises:
        UndecodableError: where it is no JSON.
        ValueError: where a number has too many digits.
        RecursionError: where it is nested too deeply.
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
