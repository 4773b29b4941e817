"""Where the program starts, as ``hostcheck`` and as ``python -m hostcheck``."""

import gc
import os
import sys
from typing import NoReturn

from hostcheck.quiet import ignore_warnings

_ALLOCATIONS = 50_000
"""Objects made between two searches for cycles: Python's 700 takes 5 % of an audit, most of it while modules load."""


def main() -> NoReturn:
    """Run the command line, or be one of its helpers, and end the process with its exit code."""
    _forget_current_folder()
    ignore_warnings()
    if sys.argv[1:2] == ["_helper"]:
        # Without typer: whoever waits meanwhile must not disturb what is measured.
        from hostcheck.helper import run_helper  # noqa: PLC0415  an audit has none

        run_helper(sys.argv[2:])
        sys.exit()
    gc.set_threshold(_ALLOCATIONS)
    from hostcheck.streams import open_all  # noqa: PLC0415  loading is what the threshold is for

    open_all()
    from hostcheck.cli import main as run  # noqa: PLC0415  the same

    run()


def _forget_current_folder() -> None:
    """Load nothing from the current folder, which ``python -m`` puts first, unless hostcheck itself is there."""
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
