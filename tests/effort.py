"""How many inputs tests try: with ``HOSTCHECK_TIMES``, as in .ci/run, so many times the usual number of random ones.

.ci/run runs each file that imports this once more.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

TIMES = int(os.environ.get("HOSTCHECK_TIMES", "1"))

T = TypeVar("T")


def share(cases: Sequence[T], of: int) -> Sequence[T]:
    """Return each case whose number is a multiple of ``of``; with more than the usual number of inputs, all cases."""
    return cases[::of] if TIMES == 1 else cases
