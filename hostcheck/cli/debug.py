"""``--debug``: show where in the code an error came from."""

import sys


def debugging() -> bool:
    """Whether the user asked to see where errors come from."""
    return "--debug" in sys.argv[1:]
