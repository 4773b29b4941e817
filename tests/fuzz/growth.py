"""What a call takes, counted: lines of Python, and bytes allocated at once."""

import inspect
import sys
from contextlib import suppress

from hostcheck.errors import UsageError
from tests.memory import most_allocated

FACTOR, MOST = 10, 15
FREE = 3000
"""Lines or bytes that a call may take whatever its text: tables that are made at the first call."""


def spent(function, text):
    """Return the lines of Python that a call takes, and the most bytes that it has allocated at once."""
    lines = 0

    def trace(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return trace

    def call():
        with suppress(ValueError, IndexError, UsageError):
            result = function(text)
            if inspect.isgenerator(result):
                list(result)

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines, most_allocated(call)


def require_proportion(function, small, large, what, free=(FREE, FREE)):
    """Require that a text of ten times the size takes at most fifteen times as much.

    Raises:
        AssertionError: when it takes more.
    """
    pair = [spent(function, text) for text in (small, large)]
    for before, after, least, unit in zip(*pair, free, ("lines", "bytes"), strict=True):
        assert after <= MOST * before + least, f"{unit} of {what}: {before}, and of ten times as many {after}"
