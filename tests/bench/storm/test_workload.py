import threading
import time
from dataclasses import replace

import pytest

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import storms
from hostcheck.bench.storm import workload as subject
from hostcheck.bench.storm.definition import StormDefinition, read_definition
from hostcheck.bench.storm.launch import Launched, Life, launch
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.labels import labels
from hostcheck.resources import data_dir

SHIPPED = read_definition(data_dir("benchmarks") / "storm" / "storm.toml")


def longest_of(metrics):
    return metrics["storm.ready.max.seconds"].value


@pytest.mark.real
def test_a_curve_has_a_metric_for_each_number_and_the_network_asked_for_is_in_its_settings(make_context, holdings):
    before = holdings()
    context = make_context(StormOptions(Repeats(1, 1, 0), counts=(4, 2, 6), network="host"))
    metrics = {metric.id: metric for metric in StormWorkload().measure(context)}
    for name, count in (("curve.2", 2), ("curve.6", 6), ("makespan", 4), ("single", 1)):
        metric = metrics[f"storm.{name}.seconds"]
        assert (metric.state, metric.settings["containers"], metric.settings["network"]) == ("ok", count, "host")
        assert len(metric.samples[0].detail["containers"]) == count
    assert holdings() == before


@pytest.mark.real
def test_a_storm_of_20_is_timed_container_by_container_and_leaves_nothing(make_context, holdings, bystander):
    before = holdings()
    metrics = {metric.id: metric for metric in StormWorkload().measure(make_context())}
    makespan = metrics["storm.makespan.seconds"]
    assert makespan.state == "ok", makespan.reason
    assert makespan.settings["containers"] == 20
    assert makespan.settings["network"] == "none"
    (sample,) = makespan.samples
    lives = sample.detail["containers"]
    assert [life["index"] for life in lives] == list(range(20))
    for life in lives:
        assert life["error"] == ""
        order = [*life["create"], *life["start"], life["ready"], life["removed"]]
        assert order == sorted(order)
    # Nothing is removed before all are ready.
    assert max(life["ready"] for life in lives) <= min(life["removed"] for life in lives)
    assert sample.value == pytest.approx(max(life["ready"] for life in lives), abs=1e-3)
    assert sample.detail["total_seconds"] > sample.value
    assert sample.detail["foreign_containers"] == 1
    assert 0 <= sample.detail["busy_before_percent"] <= 100
    p50, longest = metrics["storm.ready.p50.seconds"], metrics["storm.ready.max.seconds"]
    assert 0 < p50.value <= longest.value <= makespan.value
    assert "containers" not in longest.samples[0].detail
    # The machine's series is on the containers' clock, and covers their time.
    times = sample.detail["series"]["t"]
    assert times == sorted(times)
    assert times[-1] > sample.value / 2
    # The bottleneck, and the engine's work, come from the same readings.
    why = sample.detail["why"]
    assert why["verdict"] in {"cpu", "disk", "both", "steal", "unknown"}
    assert sum(why["seconds"].values()) == pytest.approx(sample.value, rel=0.05)
    assert why["work_per_container"]["writes"] > 10
    assert why["work_per_container"]["flushes"] > 1
    assert why["work"]["engine_cpu"] > 0
    assert {"queue", "writes", "flushes", "engine_cpu"} < set(sample.detail["series"])
    assert 0 < sample.detail["client_cpu_seconds"] < sample.seconds * 2
    assert sample.detail["launches_per_second"] == pytest.approx(20 / sample.value, rel=1e-3)
    single = metrics["storm.single.seconds"]
    assert (single.state, single.settings["containers"]) == ("ok", 1)
    assert single.value < sample.value
    assert metrics["storm.create.p50.seconds"].value < metrics["storm.ready.p95.seconds"].value <= longest_of(metrics)
    assert holdings() == before


@pytest.mark.real
def test_interrupted_in_the_middle_it_leaves_nothing(make_context, holdings, bystander):
    before = holdings()

    def stop_soon(what, stop):
        if what.startswith("storm of"):
            threading.Timer(0.4, stop.set).start()

    with pytest.raises(Interrupted):
        list(StormWorkload().measure(make_context(at=stop_soon)))
    assert holdings() == before


@pytest.mark.real
def test_the_failure_of_one_does_not_lose_the_others(prepared, client, bystander):
    clients, request = prepared
    taken = client.rename(bystander, "some-2")
    assert taken is None
    launched = launch(clients, request, "some", threading.Event())
    client.rename(bystander, "bystander")
    assert launched.failed == 1
    assert "Conflict" in launched.lives[2].error
    assert launched.lives[2].create is None
    assert all(life.ready and life.removed for life in launched.lives if life.index != 2)
    assert client.containers(all=True, filters={"label": "io.hostcheck.run=prepared"}) == []
    assert client.inspect_container(bystander)["State"]["Running"]


@pytest.mark.real
def test_a_container_that_cannot_start_is_reported_in_the_engines_words(make_context, monkeypatch, holdings):
    before = holdings()
    monkeypatch.setattr(subject, "_read", lambda: replace(SHIPPED, command=("/absent",)))
    with pytest.raises(CannotRun, match=r"launching one container as a test failed: .*/absent"):
        list(StormWorkload().measure(make_context()))
    assert holdings() == before


@pytest.mark.real
def test_a_killed_run_leaves_containers_that_end_and_go_by_themselves(client, prepared):
    _, request = prepared
    request = {**request, "Cmd": ["/bin/sh", "-c", "echo ready; exec sleep 0.3"]}
    name = client.create_container_from_config(request, "orphan")["Id"]
    client.start(name)
    deadline = time.monotonic() + 60
    while client.containers(all=True, filters={"name": "orphan"}):
        assert time.monotonic() < deadline, "the engine did not remove it"
        time.sleep(0.1)


class Refusing:
    """A client whose engine is gone."""

    def create_container_from_config(self, *_):
        raise ConnectionRefusedError(111, "Connection refused")


def test_an_engine_that_went_away_is_each_containers_error():
    launched = launch([Refusing()] * 3, {}, "lost", threading.Event())
    assert (launched.failed, launched.errors) == (3, ("Connection refused",))


def test_threads_that_cannot_be_started_do_not_leave_others_waiting(monkeypatch):
    start, started = threading.Thread.start, []

    def some(thread):
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", some)
    with pytest.raises(CannotRun, match=r"cannot start \d+ threads: can't start new thread; raise the limit"):
        launch([Refusing()] * 3, {}, "lost", threading.Event())
    assert not any(thread.is_alive() for thread in started)


def test_the_makespan_is_until_the_last_and_a_latency_from_its_own_request():
    lives = (
        Life(0, create=(0.1, 0.2), start=(0.2, 0.5), ready=0.6, remove=(1.0, 2.0)),
        Life(1, create=(0.3, 0.4), start=(0.4, 0.7), ready=0.9, remove=(1.0, 1.5)),
    )
    launched = Launched(lives, 0.0)
    assert (launched.makespan, launched.total, launched.failed) == (0.9, 2.0, 0)
    assert lives[1].latency == pytest.approx(0.6)
    assert Life(2, error="no").latency is None


def test_the_series_is_put_on_the_clock_of_the_containers():
    series = [{"t": 0.1, "busy_percent": 5.0}, {"t": 0.2, "busy_percent": None}]
    assert storms._shifted(series, 0.15) == [
        {"t": -0.05, "busy_percent": 5.0},
        {"t": 0.05, "busy_percent": None},
    ]


def test_containers_are_limited_labelled_and_removed_by_the_engine_itself():
    body = SHIPPED.request("sha256:1", labels("me"))
    assert body["Labels"]["io.hostcheck.run"] == "me"
    assert {"Memory", "PidsLimit", "NetworkMode"} <= {key for key, value in body["HostConfig"].items() if value}
    assert body["HostConfig"]["AutoRemove"] is True
    # Else Podman 5 waits ten seconds for a process 1 that ignores SIGTERM, also where its removal is forced.
    assert body["StopSignal"] == "SIGKILL"


def test_a_storms_digest_is_of_what_it_does(tmp_path):
    text = (data_dir("benchmarks") / "storm" / "storm.toml").read_text()
    path = tmp_path / "storm.toml"
    path.write_text("# another remark\n" + text)
    assert read_definition(path).sha256 == SHIPPED.sha256
    path.write_text(text.replace("pids = 64", "pids = 65"))
    assert read_definition(path).sha256 != SHIPPED.sha256


@pytest.mark.parametrize("line", ["pdis = 64", ""])
def test_a_definition_that_says_too_much_or_too_little_is_refused(tmp_path, line):
    path = tmp_path / "storm.toml"
    path.write_text(f'command = ["x"]\nnetwork = "none"\nmemory_bytes = 1\n{line}\n')
    with pytest.raises(ValueError, match="storm.toml: TypeError"):
        read_definition(path)


def test_the_shipped_storm_reaches_no_network():
    assert isinstance(SHIPPED, StormDefinition)
    assert SHIPPED.network == "none"
