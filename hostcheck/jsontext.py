"""A document as the text of JSON that is harmless to a terminal, and to the log of a CI runner."""

import json
import re
from typing import Any

from hostcheck.plaintext import is_hidden

_SUSPECT = re.compile(r"[^\n -~]|#(?=#\[)")


def dumps(document: Any, *, ascii_only: bool = False) -> str:
    """Return a document as JSON, with a line for each value, and an end of line.

    Letters of any script stay as they are. What could steer a terminal or end a line (C1 controls, marks of direction,
    U+2028) or be a command of GitHub's runner ("##[") is written as JSON's escape, so that a reader gets the same text
    (RFC 8259 section 7). Half a character, which no UTF-8 file can hold, becomes U+FFFD.

    Args:
        document: what json takes.
        ascii_only: whether all that is not ASCII is written as escapes, half a character too.
    """
    text = json.dumps(document, indent=1, ensure_ascii=ascii_only, allow_nan=False)
    # Outside strings, JSON has none of these.
    return _SUSPECT.sub(_escaped, text) + "\n"


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if "\ud800" <= character <= "\udfff":
        return "\\ufffd"
    if character != "#" and not is_hidden(character):
        return character
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
