"""CPUs are loaded and watched, each of those that this process may use."""

import os
import time
from pathlib import Path

import pytest

from hostcheck.fate import cpu


@pytest.fixture
def cpus():
    found = os.sched_getaffinity(0)
    yield sorted(found)
    os.sched_setaffinity(0, found)


def children():
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def test_each_is_watched_in_turn(cpus, monkeypatch):
    monkeypatch.setattr(cpu, "_WATCHED_ROUNDS", 10)
    spinner, seen = cpu.Spinner(), []
    for _ in range(2 * len(cpus)):
        assert spinner.seconds() >= 0
        seen += os.sched_getaffinity(0)
    assert seen == 2 * cpus


def test_hosts_do_not_compute_in_step():
    spinner = cpu.Spinner()
    periods = [spinner.period for _ in range(100)]
    assert len({*periods}) > 50
    assert max(periods) > 2 * min(periods)


def test_each_is_loaded_and_the_load_ends_with_its_context(cpus):
    before, far = children(), time.monotonic() + 1000
    with cpu.loading([(far, far + 1)]):
        begun = [each for each in children() if each not in before]
        assert len(begun) == cpu.HOGS * len(cpus)
    assert not {*begun} & {*children()}
