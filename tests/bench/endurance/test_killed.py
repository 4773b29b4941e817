"""A real process that makes visits is killed again and again, and begun again: each visit is made once."""

import random
import signal
import subprocess
import sys
import time

import pytest

from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.endurance.state import State
from hostcheck.comparison.pool import pool

pytestmark = pytest.mark.real

MAKE = """
import sys
from pathlib import Path
from threading import Event
from hostcheck.bench.base import Options
from hostcheck.bench.cpu.options import CpuOptions
from hostcheck.bench.endurance.going import go_on
from hostcheck.bench.endurance.state import State
from hostcheck.bench.session import Silent

state = State(Path(sys.argv[1]))
with state.held():
    go_on(state, state.plan(), Silent(), Event(), options=Options(given=(CpuOptions(1, 1),)))
"""


def test_killed_at_random_moments_it_makes_each_visit_once(tmp_path):
    state = State(tmp_path / "endurance")
    plan = Plan(time.time(), 48.0, 6.0, 4.0, workloads=("cpu",))
    state.begin(plan)
    chance, kills = random.Random(26), 0
    while True:
        process = subprocess.Popen([sys.executable, "-c", MAKE, str(state.folder)])
        try:
            code = process.wait(chance.uniform(2, 7) if time.time() < plan.until - 20 else 60)
        except subprocess.TimeoutExpired:
            process.kill()
            assert process.wait() == -signal.SIGKILL
            kills += 1
            continue
        assert code == 0
        break
    assert kills >= 3
    made = state.made()
    # The last ones had a process for all of their period.
    assert {6, 7} <= made <= set(range(plan.visits))
    runs = list(state.runs())
    assert len(runs) == len(made) == len({run.id for run in runs})
    assert all(len(run.metric("cpu.thread.rate").samples) == 1 for run in runs)
    assert len(pool(runs).metric("cpu.thread.rate").samples) == len(made)
