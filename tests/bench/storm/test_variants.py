import threading
from types import SimpleNamespace

import pytest

from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import workload
from hostcheck.bench.storm.definition import read_definition
from hostcheck.bench.storm.metrics import ALONE, MAKESPAN, OF_ONE_STORM, TEARDOWN
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.storms import Storms
from hostcheck.bench.storm.variants import ALONE_A_TURN, SHAPES, in_turns, variant_specs, variants_of
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.resources import data_dir
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import LAUNCH_VARIANTS
from tests.bench.conftest import ONCE
from tests.bench.test_comparability import DOCKER


def context():
    return SimpleNamespace(
        checkpoint=lambda: None,
        stop=threading.Event(),
        progress=SimpleNamespace(start=lambda *_: None, done=lambda *_: None),
    )


def test_every_variant_has_a_shape_and_those_with_a_bridge_need_one():
    assert list(SHAPES) == list(LAUNCH_VARIANTS)
    assert variants_of(has_bridge=True) == tuple(LAUNCH_VARIANTS)
    assert variants_of(has_bridge=False) == ("host", "none", "volumes")


def test_the_variants_take_turns_that_begin_with_another_one_and_give_times_by_container():
    launched = []

    def storm(options):
        launched.append((options.network, options.ports, options.volumes))
        failed = len(launched) == 2
        makespan = Sample(None, valid=False, reason="it failed") if failed else Sample(2.0, seconds=2.0)
        return {MAKESPAN: makespan, TEARDOWN: Sample(0.5, seconds=0.5)}, {"network": options.network}

    def one(options):
        alone.append((options.network, options.ports))
        return {ALONE: Sample(0.4, seconds=1.0)}, {"network": options.network}

    alone = []
    variants = ("host", "none", "port")
    last = {}
    for metric in in_turns(context(), StormOptions(Repeats(3, 9, 0), (20,)), variants, storm, one):
        last[metric.id] = metric
    host, none, port = ("host", 0, 0), ("none", 0, 0), ("bridge", 1, 0)
    assert launched == [host, none, port, none, port, host, port, host, none]
    assert alone == [("bridge", 1)] * 3 * ALONE_A_TURN
    assert {spec.id for spec in variant_specs(variants)} == set(last)
    assert [sample.value for sample in last["storm.launch.none.seconds"].samples] == [None, 0.1, 0.1]
    assert [sample.value for sample in last["storm.remove.port.seconds"].samples] == [0.025] * 3
    assert last["storm.launch.port.seconds"].settings == {"network": "bridge"}


@pytest.mark.parametrize(("driver", "kinds"), [("bridge", 6), ("null", 3)])
def test_each_kind_is_launched_with_its_own_request_and_settings(monkeypatch, driver, kinds):
    launched = []

    def samples(bench, count):
        host = bench.request["HostConfig"]
        launched.append((host["NetworkMode"], len(host.get("PortBindings", ())), len(bench.request.get("Volumes", ()))))
        return dict.fromkeys(OF_ONE_STORM, Sample(float(count), seconds=1.0))

    monkeypatch.setattr(Storms, "samples", samples)
    monkeypatch.setattr(Storms, "alone", lambda bench: {ALONE: samples(bench, 1)[MAKESPAN]})
    client = SimpleNamespace(networks=lambda: [{"Name": "bridge", "Driver": driver}])
    shipped = read_definition(data_dir("benchmarks") / "storm" / "storm.toml")
    options = StormOptions(Repeats(2, 2, 0), (20,), explain=True)
    place = context()
    notes = []
    place.progress.note = notes.append
    fields = (options, DOCKER, (client,), shipped, shipped.request("x", {}), "x", (), None, None, None)
    found = list(workload._explain(Storms(place, *fields), place))
    assert len(launched) == 2 * (kinds + ALONE_A_TURN)
    assert len(notes) == (kinds < 6)
    assert {("host", 0, 0), ("none", 0, 0), ("none", 0, 4)} <= set(launched)
    assert (("bridge", 10, 0) in launched) == (kinds == 6)
    assert {metric.value for metric in found} == {1.0}
    by_kind = {metric.id: metric.settings for metric in found}
    assert by_kind["storm.launch.volumes.seconds"]["volumes"] == 4
    assert by_kind["storm.launch.host.seconds"]["network"] == "host"
    assert shipped.request("x", {})["HostConfig"]["NetworkMode"] == "none"


@pytest.mark.real
def test_a_launch_is_explained_without_a_bridge_by_what_the_engine_has_and_nothing_is_left(make_context, holdings):
    before = holdings()
    found = {one.id: one for one in StormWorkload().measure(make_context(StormOptions(ONCE, (3,), explain=True)))}
    assert set(found) == {spec.id for spec in variant_specs(("host", "none", "volumes"))}
    for metric in found.values():
        assert metric.value, metric.reason
    one, *others = found["storm.alone.seconds"].samples
    assert len(others) == ALONE_A_TURN - 1
    seen = one.detail["parts"]
    assert list(seen) == ["create", "start", "ready", "remove"]
    assert seen["start"]["runtime"] > 0
    assert sum(sum(causes.values()) for causes in seen.values()) == pytest.approx(one.value, abs=0.001)
    assert holdings() == before
