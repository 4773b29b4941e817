"""Name a character that looks like another one, or that cannot be seen, for a message about a user's file."""

import re

_NAMES = {"\0": "a NUL byte", "\r": "a carriage return", "\t": "a tab", "\x1b": "an escape character"}
"""Names of control characters. Unicode gives them none."""
_UNUSUAL = re.compile(r"[^\S \t\n\r]|[\u200b\u2060\ufeff]")
"""A space other than " " and the tab; also the two without a width, and the byte order mark."""


def named(character: str) -> str:
    """Return the name of a character with its code point, such as "a no-break space (U+00A0)"."""
    import unicodedata  # noqa: PLC0415 - only for a message

    name = _NAMES.get(character) or unicodedata.name(character, "").lower()
    article = "" if character in _NAMES or not name else "an " if name[0] in "aeiou" else "a "
    return f"{article}{name or 'the control character'} (U+{ord(character):04X})"


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Return the line and the column of a position in a text; both begin with 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def unusual_space(line: str) -> str:
    """Return the first space of a line that no parser reads as one, with its column; empty if there is none."""
    found = _UNUSUAL.search(line)
    return f"column {found.start() + 1} is {named(found[0])}" if found else ""
