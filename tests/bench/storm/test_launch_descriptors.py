"""Storms under the limits of open files that a login has: right, or refused before anything is launched."""

import gc
import os
import re
import resource
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager

import pytest

from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import storms
from hostcheck.bench.storm import workload as storm
from hostcheck.bench.storm.descriptors import A_CLIENT, allow_descriptors
from hostcheck.bench.storm.launch import launch
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.run.files import read_run
from tests.leaks import connections_to, nothing_left_open

pytestmark = pytest.mark.real


@pytest.fixture
def connections(engine):
    """Count the connections to the engine."""
    return lambda: connections_to(engine.url.removeprefix("unix://"))


@contextmanager
def limited(soft, occupied):
    """Have this soft limit of open files, and so many descriptors in use."""
    before, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as kept:
        kept.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (before, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(occupied):
            kept.callback(os.close, os.dup(0))
        yield


@pytest.fixture
def storm_of(engine, prepared, connections):
    """Launch so many; give what came of it, and how many connections it has cost."""
    _, request = prepared

    def launched(count):
        allow_descriptors(A_CLIENT * count, f"{count} containers")
        with ExitStack() as connected:
            clients = [connected.enter_context(engine.connect()) for _ in range(count)]
            before = connections()
            return launch(clients, request, "many", threading.Event()), connections() - before

    return launched


@pytest.mark.parametrize(("count", "soft", "occupied"), [(20, 256, 230), (200, 1024, 1000)])
def test_the_soft_limit_is_raised_and_all_containers_are_ready_beyond_it(storm_of, client, count, soft, occupied):
    with nothing_left_open(), limited(soft, occupied):
        launched, more = storm_of(count)
        gc.collect()
    assert (launched.failed, launched.errors) == (0, ())
    assert all(life.ready and life.removed for life in launched.lives)
    # A client keeps one connection, whatever it has asked for.
    assert more == 0
    assert client.containers(all=True) == []


def test_where_the_hard_limit_is_too_low_nothing_is_launched(engine, holdings, tmp_path):
    before = holdings()
    words = [
        "bench",
        "--only",
        "storm",
        "--storm",
        "200",
        "--allow-busy",
        "--allow-running",
        "--no-store",
        "--engine",
        engine.url,
    ]
    done = subprocess.run(
        ["prlimit", "--nofile=256", sys.executable, "-m", "hostcheck", *words, "-o", tmp_path / "run.json"],
        capture_output=True,
        text=True,
    )
    run = read_run(str(tmp_path / "run.json"))
    assert (run.metrics, done.returncode, done.stderr.count("Traceback")) == ((), 4, 0)
    why = r"^Nothing was measured: 200 containers need \d+ open files, .* may have only 256; raise the limit"
    assert any(re.search(why, note) for note in run.notes), run.notes
    assert holdings() == before


def test_a_whole_measurement_leaves_no_descriptor(make_context, connections, monkeypatch):
    monkeypatch.setattr(storm, "require_idle", lambda _context: None)
    monkeypatch.setattr(storms, "await_calm", lambda _context: 0.0)
    options = StormOptions(Repeats(1, 1, 0), counts=(4, 2))
    seen = []
    launching = storms.launch

    def counted(*words, **more):
        seen.append(connections())
        return launching(*words, **more)

    monkeypatch.setattr(storms, "launch", counted)
    with nothing_left_open():
        metrics = list(StormWorkload().measure(make_context(options)))
        # Answers and connections of the SDK refer to each other.
        gc.collect()
    assert {metric.state for metric in metrics} == {"ok"}
    # The canary, two more, one, two and four: the clients are all there from the beginning.
    assert (len(seen), len(set(seen))) == (5, 1), seen
