"""Text from a host in XML: escaped, and without the characters that no XML 1.0 document may hold."""

import html

from hostcheck.plaintext import plain, without_commands

_NEVER = {0xFFFE: "�", 0xFFFF: "�"}
"""Not control characters, and yet not allowed (XML 1.0, production 2); those are gone with ``plain``."""


def escape(text: str) -> str:
    """Escape one line of text for an element or a quoted attribute."""
    return html.escape(plain(text).translate(_NEVER), quote=True)


def escape_lines(lines: list[str]) -> str:
    """Escape several lines for an element."""
    return without_commands("\n".join(map(escape, lines)))
