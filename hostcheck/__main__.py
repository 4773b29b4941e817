"""The entry point of ``hostcheck`` and of ``python -m hostcheck``."""

import atexit
import gc
import os
import sys
from typing import NoReturn

from hostcheck.quiet import ignore_warnings

_ALLOCATIONS = 50_000
"""Number of allocations between two runs of Python's garbage collection. With Python's default of 700, it takes 5 % of
an audit's time, mostly while modules load."""


def main() -> NoReturn:
    """Run the command line or a helper process, and end the process with its exit code."""
    _forget_current_folder()
    ignore_warnings()
    if sys.argv[1:2] == ["_helper"]:
        # Without typer: a helper waits while disks are measured, and must not disturb them.
        from hostcheck.helper import run_helper  # noqa: PLC0415  an audit has none

        run_helper(sys.argv[2:])
        sys.exit()
    gc.set_threshold(_ALLOCATIONS)
    # At its end Python searches every object for cycles, twice: 7 % of an audit.
    atexit.register(gc.freeze)
    from hostcheck.streams import open_all  # noqa: PLC0415  loading is what the threshold is for

    open_all()
    from hostcheck.cli import main as run  # noqa: PLC0415  the same

    run()


def _forget_current_folder() -> None:
    """Remove the current folder, which ``python -m`` puts first, from the module path, unless hostcheck is in it."""
    try:
        current = os.getcwd()
    except FileNotFoundError:
        # It was removed: nothing can be in it.
        return
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if own != current:
        sys.path[:] = [place for place in sys.path if place not in {"", current}]


if __name__ == "__main__":
    main()
