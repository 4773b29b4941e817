"""``--debug``: show where in the code an error came from."""

import sys


def debugging() -> bool:
    """Return whether the user gave ``--debug``."""
    return "--debug" in sys.argv[1:]
