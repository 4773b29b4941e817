"""Messages of hostcheck's own on standard error: each one line, and harmless to a terminal and to a CI runner."""

import sys

from hostcheck.plaintext import plain


def write_message(text: str) -> None:
    """Write a message as a line of its own; ends of line in it become blanks."""
    sys.stderr.write(f"hostcheck: {' '.join(plain(text).split())}\n")
