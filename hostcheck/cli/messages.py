"""Write hostcheck's messages to standard error. Each is one line, and harmless to a terminal and to a CI runner."""

import sys

from hostcheck.plaintext import plain


def write_message(text: str) -> None:
    """Write a message as one line. Line ends in it become spaces."""
    sys.stderr.write(f"hostcheck: {' '.join(plain(text).split())}\n")
