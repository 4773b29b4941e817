"""Hostile inputs of each kind: one line, or what is right; never a mistake of hostcheck's, never much time.

Each case is a number; ``HOSTCHECK_EXAMPLES`` has more of them tried.
"""

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.effort import TIMES
from tests.fuzz.cases import KINDS, case

MOST = int(os.environ.get("HOSTCHECK_EXAMPLES") or 20 * TIMES)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=MOST, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 2**32))
def test_hostile_inputs_end_as_inputs_do(kind, tmp_path, number):
    case(kind, Random(number), tmp_path)
