"""Where the program starts, as ``hostcheck`` and as ``python -m hostcheck``."""

import gc
from typing import NoReturn

_ALLOCATIONS = 50_000
"""Objects made between two searches for cycles: Python's 700 takes 5 % of an audit, most of it while modules load."""


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_ALLOCATIONS)
    from hostcheck.cli import main as run  # noqa: PLC0415  loading is what the threshold is for

    run()


if __name__ == "__main__":
    main()
