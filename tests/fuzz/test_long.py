"""20,000 hostile inputs, in a process of an ordinary user's with little memory."""

import json
import os
import resource
import subprocess
import sys
from math import ceil
from pathlib import Path

import pytest

from tests.fuzz.cases import KINDS

TOP = Path(__file__).parents[2]
CASES = int(os.environ.get("HOSTCHECK_EXAMPLES", "20000"))
MOST_BYTES = 500 << 20
PIECES = 9
"""Tests that share the cases of a kind: a few minutes at the most of each, also beside others."""
EACH = ceil(CASES / len(KINDS) / PIECES)
FIRST = 100_000
# It writes as an ordinary user does, and may read the Python of the tests wherever that is.
NOBODY = [
    *("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"),
    *("--inh-caps", "-all,+dac_read_search", "--ambient-caps", "-all,+dac_read_search", "--bounding-set"),
    *("-all,+dac_read_search", "--"),
]

SCRIPT = """
import json, resource, sys, traceback
from pathlib import Path
from random import Random
from tests.fuzz.cases import case
kind, begin, end, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
failed, slowest = [], 0
for number in range(begin, end):
    try:
        slowest = max(slowest, case(kind, Random(number), folder))
    except Exception:
        failed.append([number, traceback.format_exc()[-2000:]])
        if len(failed) == 5:
            break
print(json.dumps([failed, slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10]))
"""


@pytest.mark.real
@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("kind", KINDS)
def test_many_hostile_inputs_take_little_time_and_memory(kind, piece, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (2 * MOST_BYTES, 2 * MOST_BYTES))

    tmp_path.chmod(0o777)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    begin = FIRST + piece * EACH
    as_user = NOBODY if os.geteuid() == 0 else ()
    argv = [*as_user, sys.executable, "-c", SCRIPT, kind, str(begin), str(begin + EACH), tmp_path]
    done = subprocess.run(argv, cwd=TOP, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    failed, slowest, largest = json.loads(done.stdout.splitlines()[-1])
    # pytest -rP shows it.
    sys.stdout.write(f"{EACH} cases of {kind}: {len(failed)} failed, {slowest:.2f} s at most, {largest >> 20} MiB\n")
    assert failed == [], failed[0][1]
    assert largest < MOST_BYTES
