"""Write a document as JSON that is harmless to a terminal and to the log of a CI runner."""

import json
import re
from typing import Any

from hostcheck.plaintext import is_hidden

_SUSPECT = re.compile(r"[^\n -~]|#(?=#\[)")


def dumps(document: Any, *, ascii_only: bool = False, compact: bool = False) -> str:
    """Return a document as JSON, with one value on each line and a final line break.

    Letters of any script are kept. Characters that could control a terminal or end a line (C1 controls, direction
    marks, U+2028), and commands of GitHub's runner ("##["), are written as JSON escapes, so that a parser gets the same
    text (RFC 8259 section 7). A lone surrogate, which UTF-8 cannot encode, becomes U+FFFD.

    Args:
        document: values that json can write.
        ascii_only: whether all non-ASCII characters are written as escapes, including lone surrogates.
        compact: whether to write one line, for files that only programs read. This takes a tenth of the time.
    """
    indent, separators = (None, (",", ":")) if compact else (1, None)
    text = json.dumps(document, indent=indent, separators=separators, ensure_ascii=ascii_only, allow_nan=False)
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
