"""An engine that goes away in the middle: what a run made in it is removed when it is back."""

import os
import signal
import threading

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build import BuildWorkload
from hostcheck.bench.engine import find_engine
from hostcheck.bench.private_engine import PrivateEngine
from hostcheck.bench.storm import StormWorkload

pytestmark = pytest.mark.real


@pytest.fixture
def private(tmp_path):
    """An engine that the test may kill."""
    with PrivateEngine(tmp_path) as private:
        yield private


def restarted_at(private, action, count):
    """Kill the engine at the count-th container event of this kind, and start it again."""
    client = find_engine(private.url).connect()
    events = client.events(filters={"type": "container", "event": action}, decode=True)

    def restart():
        for _ in range(count):
            next(events)
        containerd, dockerd = private._processes
        os.kill(dockerd.pid, signal.SIGKILL)
        dockerd.wait()
        argv = list(dockerd.args)
        private._processes = [containerd]
        private._spawn(argv, private.data_root.parent / "again.log", ())

    thread = threading.Thread(target=restart)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("workload", "action", "count"),
    [(StormWorkload(), "create", 9), (StormWorkload(), "start", 9), (BuildWorkload(), "start", 2)],
)
def test_what_was_made_before_the_engine_was_lost_is_gone_when_it_is_back(
    private, make_context, workload, action, count
):
    restarting = restarted_at(private, action, count)
    told = ""
    try:
        for metric in workload.measure(make_context(docker_host=private.url)):
            told = metric.reason
    except CannotRun as cannot:
        told = str(cannot)
    restarting.join()
    assert told
    with find_engine(private.url).connect() as client:
        assert client.containers(all=True) == []
        assert client.images(all=True) == []
