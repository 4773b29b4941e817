"""Escape text from a host for XML, and replace the characters that an XML 1.0 document must not contain."""

import html

from hostcheck.plaintext import plain, without_commands

_NEVER = {0xFFFE: "�", 0xFFFF: "�"}
"""Replacements for characters that XML does not permit (XML 1.0, production 2). ``plain`` replaces control
characters."""


def escape(text: str) -> str:
    """Escape one line of text for an element or a quoted attribute."""
    return html.escape(plain(text).translate(_NEVER), quote=True)


def escape_lines(lines: list[str]) -> str:
    """Escape several lines for an element."""
    return without_commands("\n".join(map(escape, lines)))
