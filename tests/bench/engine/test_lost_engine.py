"""An engine that goes away in the middle: what a run made in it is removed when it is back."""

import os
import signal
import threading
from contextlib import closing, contextmanager

import pytest

from hostcheck.bench import idle
from hostcheck.bench.base import EngineLost
from hostcheck.bench.build.options import BuildOptions
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.engine import heartbeat
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload

pytestmark = pytest.mark.real


@pytest.fixture
def private(tmp_path, monkeypatch):
    """An engine that the test may kill, on a host that may be at work."""
    monkeypatch.setattr(idle, "MOST_READINGS", 1)
    with PrivateEngine(tmp_path) as private:
        yield private


@contextmanager
def restarted_at(private, action, count, *, again=True):
    """Kill the engine at the count-th container event of this kind, and start it again."""

    def restart():
        for _ in range(count):
            next(events)
        containerd, dockerd = private._processes
        os.kill(dockerd.pid, signal.SIGKILL)
        dockerd.wait()
        argv = list(dockerd.args)
        private._processes = [containerd]
        if not again:
            return
        private._spawn(argv, private.data_root.parent / "again.log", ())

    with (
        find_engine(private.url).connect() as client,
        closing(client.events(filters={"type": "container", "event": action}, decode=True)) as events,
    ):
        restarting = threading.Thread(target=restart)
        restarting.start()
        yield
        restarting.join()


def storms(count):
    repeats = Repeats(count, count, 0)
    return BuildOptions(repeats), StormOptions(repeats, counts=(5,))


@pytest.mark.parametrize(
    ("workload", "action", "count"),
    # A canary and two warm-up containers come before the first storm, which is of one.
    [(StormWorkload(), "create", 2), (StormWorkload(), "create", 7), (StormWorkload(), "start", 8)],
)
def test_an_engine_that_is_restarted_is_waited_for_and_the_next_storm_counts(
    private, make_context, workload, action, count
):
    with restarted_at(private, action, count):
        metrics = {metric.id: metric for metric in workload.measure(make_context(*storms(2), docker_host=private.url))}
    samples = metrics["storm.makespan.seconds"].samples
    assert len(samples) == 2
    assert samples[-1].valid, samples[-1].reason
    # Where it was the warm-up that was disturbed, nothing shows.
    assert [sample.valid for sample in samples] == [count == 2, True]
    if count > 2:
        assert samples[0].reason.startswith("the engine was restarted during this sample: the engine ")
        assert len(metrics["storm.ready.p50.seconds"].samples) == 2
    assert_empty(private)


def test_an_engine_that_is_restarted_in_a_build_is_waited_for_and_the_next_counts(private, make_context):
    with restarted_at(private, "start", 2):
        *_, metric = BuildWorkload().measure(make_context(*storms(2), docker_host=private.url))
    assert [sample.valid for sample in metric.samples] == [False, True]
    assert metric.samples[0].reason.startswith("the engine was restarted during this sample: the engine ")
    assert metric.state == "partial"
    assert_empty(private)


def test_an_engine_that_is_not_back_is_reported_with_the_first_failure(private, make_context, monkeypatch):
    monkeypatch.setattr(heartbeat, "BACK_SECONDS", 2.0)
    context = make_context(*storms(2), docker_host=private.url)
    with (
        restarted_at(private, "create", 7, again=False),
        # Which request fails first is a matter of chance.
        pytest.raises(EngineLost, match=r"^the engine (ended|has stopped).*, and it was not back within 2 s") as lost,
    ):
        list(StormWorkload().measure(context))
    (remains,) = context.aftermath.remains
    assert lost.value.reason in remains
    assert f"docker --host {private.url} ps -aq --filter label=io.hostcheck.run=" in remains


def test_an_image_that_is_removed_meanwhile_is_made_again(private, make_context):
    client = find_engine(private.url).connect()
    removed = []

    def remove(what, _stop):
        # The storm of five, after that of one.
        if what.startswith("storm of 5, 1"):
            removed.extend(image["Id"] for image in client.images())
            client.prune_containers()
            client.prune_images({"dangling": False})
            assert client.images() == []

    with client:
        metrics = {
            metric.id: metric
            for metric in StormWorkload().measure(make_context(*storms(2), at=remove, docker_host=private.url))
        }
    assert removed
    assert metrics["storm.makespan.seconds"].state == "ok" or metrics["storm.makespan.seconds"].state == "unstable"
    assert [sample.valid for sample in metrics["storm.makespan.seconds"].samples] == [True, True]
    assert_empty(private)


def assert_empty(private):
    with find_engine(private.url).connect() as client:
        assert client.containers(all=True) == []
        assert client.images(all=True) == []
