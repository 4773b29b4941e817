"""``hostcheck history`` and the runs in it, as they are called."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from hostcheck.run.files import read_run
from hostcheck.store.store import Store
from tests.forked import hostcheck_forked

TOP = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path):
    """An own history, and no engine."""
    return {**os.environ, "XDG_DATA_HOME": str(tmp_path), "DOCKER_HOST": f"unix://{tmp_path}/no.sock"}


@pytest.fixture
def hostcheck(environment):
    return partial(hostcheck_forked, cwd=TOP, env=environment)


@pytest.fixture
def started(environment):
    """Start hostcheck as a process of its own, as one that measures."""

    def call(*arguments):
        argv = [sys.executable, "-m", "hostcheck", *map(str, arguments)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=200, cwd=TOP, env=environment)

    return call


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "hostcheck" / "history.sqlite3")


@pytest.fixture
def kept(store):
    run = read_run(str(TOP / "tests/runs/run-1.json"))
    for number in range(3):
        store.keep(replace(run, id=f"{number}" * 32, started=f"2026-1{number}-01T00:00:00Z"))
    return store


def test_it_lists_follows_and_compares(hostcheck, kept):
    assert hostcheck("history").stdout.count("vm") == 3
    assert "disk.randwrite.iops" in hostcheck("history", "disk.randwrite.iops").stdout
    since = hostcheck("history", "--since", "2026-11").stdout
    assert "00000000" not in since
    assert "vm on 2026-12-01 at 00:00 is equal to vm on 2026-11-01 at 00:00" in " ".join(since.split())
    assert hostcheck("history", "--since", "1111").stdout == since
    assert hostcheck("history", "--host", "other").stdout == "There is no run of other in the history.\n"


def test_a_run_of_the_history_is_compared_like_a_file(hostcheck, kept):
    done = hostcheck("compare", "history:0", "history:2", "--name", "then", "--name", "now")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("now is equal to then within 5 % at ")
    assert hostcheck("compare", "history:f").returncode == 2


def test_a_metric_that_no_run_has_is_refused_with_the_nearest(hostcheck, kept):
    done = hostcheck("history", "disk.randwrite.iop")
    assert done.returncode == 2
    assert "did you mean disk.randwrite.iops?" in done.stderr


def test_without_a_run_there_is_nothing_and_last_says_so(hostcheck):
    done = hostcheck("history")
    assert (done.returncode, done.stdout) == (0, "There is no run in the history.\n")
    done = hostcheck("bench", "--compare", "last")
    assert done.returncode == 2
    assert "there is no run of" in done.stderr


def test_a_damaged_history_ends_with_4_and_one_line(hostcheck, store):
    store.path.parent.mkdir()
    store.path.write_text("damage " * 300)
    done = hostcheck("history")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1


@pytest.mark.real
def test_bench_keeps_its_run_and_compares_with_the_last(started, store, tmp_path):
    arguments = ("bench", "--only", "storm", "--name", "mine")
    # Without an engine nothing is measured; the run is kept all the same.
    assert started(*arguments).returncode == 4
    (first,) = store.runs()
    assert first.host.name == "mine"
    assert not list((tmp_path / "hostcheck" / "runs").iterdir())
    done = started(*arguments, "--compare", "last", "--no-store", "-o", tmp_path / "run.json")
    assert done.returncode == 4, done.stderr
    assert store.runs() == (first,)
    assert read_run(str(tmp_path / "run.json")).host.name == "mine"


@pytest.mark.real
def test_a_run_that_the_history_cannot_take_stays_in_its_file(started, store, tmp_path):
    store.path.parent.mkdir()
    store.path.write_text("damage " * 300)
    done = started("bench", "--only", "storm")
    assert done.returncode == 4, done.stderr
    assert "cannot be used" in done.stderr
    assert len(list((tmp_path / "hostcheck" / "runs").iterdir())) == 1
