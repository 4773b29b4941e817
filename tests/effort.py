"""How many inputs tests try: with ``HOSTCHECK_TIMES``, as in .ci/run, so many times the usual number of random ones.

All tests of the files that import this are then of the tier wide.
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

TIMES = int(os.environ.get("HOSTCHECK_TIMES", "1"))

T = TypeVar("T")


def share(cases: Sequence[T], of: int) -> Sequence[T]:
    """Return each case whose number is a multiple of ``of``; with more than the usual number of inputs, all cases."""
    return cases[::of] if TIMES == 1 else cases


@cache
def has_more_inputs(file: Path) -> bool:
    """Whether the tests of a file now try more inputs than usual: whether it imports what this file has."""
    return TIMES > 1 and "\nfrom tests.effort import" in file.read_text()
