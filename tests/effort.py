"""How many random inputs tests try: with ``HOSTCHECK_TIMES``, as in .ci/run, so many times the usual number."""

import os

TIMES = int(os.environ.get("HOSTCHECK_TIMES", "1"))
