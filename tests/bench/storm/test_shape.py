import json
import threading
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import room
from hostcheck.bench.storm import surroundings as subject
from hostcheck.bench.storm.counts import parse_memory
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.room import StormRoom
from hostcheck.bench.storm.shape import asked_of, provide_network, shaped
from hostcheck.bench.storm.storms import Storms
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.errors import UsageError
from tests.bench.conftest import ONCE, RUN_ID

REQUEST = {"Image": "x", "HostConfig": {"NetworkMode": "none", "Memory": 1, "AutoRemove": True}}
SOME = StormOptions(Repeats(1, 1, 0), ports=2, volumes=1, memory_bytes=9 << 20, beside=3)


def test_a_container_gets_the_ports_volumes_memory_and_network_that_are_asked_for():
    shape = shaped(REQUEST, SOME, "mine")
    assert shape["ExposedPorts"] == {"20000/tcp": {}, "20001/tcp": {}}
    assert shape["HostConfig"]["PortBindings"]["20001/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": ""}]
    assert shape["Volumes"] == {"/hostcheck/0": {}}
    assert (shape["HostConfig"]["Memory"], shape["HostConfig"]["NetworkMode"]) == (9 << 20, "mine")
    assert shape["HostConfig"]["AutoRemove"] is True
    assert shaped(REQUEST, StormOptions(Repeats(1, 1, 0)), "none") == REQUEST
    assert REQUEST["HostConfig"]["Memory"] == 1


class Engine:
    """Makes and starts containers, and does after each start what a test sets."""

    def __init__(self, then=lambda: None):
        self.started, self.then = [], then

    def create_container_from_config(self, _body, name):
        return {"Id": name}

    def start(self, container):
        self.started.append(container)
        self.then()


def storms_beside(engine, space, checkpoint=lambda: None):
    context = SimpleNamespace(run_id=RUN_ID, checkpoint=checkpoint)
    return Storms(context, SOME, None, [engine], None, REQUEST, "", (), None, space, None)


@pytest.fixture
def _has_the_image(monkeypatch):
    monkeypatch.setattr(Storms, "_require_image", lambda _self: None)


@pytest.mark.usefixtures("_has_the_image")
def test_containers_beside_the_storm_need_room_on_the_disk(tmp_path):
    engine, space = Engine(), StormRoom((tmp_path,))
    storms_beside(engine, space).run_beside()
    assert len(engine.started) == 3
    image = SimpleNamespace(has_volumes=True, size_bytes=10**18)
    space.expect(image, "overlay2")
    with pytest.raises(CannotRun, match="3 containers of this image take"):
        storms_beside(engine, space).run_beside()
    assert len(engine.started) == 3


@pytest.mark.usefixtures("_has_the_image")
def test_no_more_containers_beside_the_storm_start_once_the_user_stops(tmp_path):
    def checkpoint():
        if engine.started:
            raise Interrupted

    engine = Engine()
    with pytest.raises(Interrupted):
        storms_beside(engine, StormRoom((tmp_path,)), checkpoint).run_beside()
    assert len(engine.started) == 1


@pytest.mark.usefixtures("_has_the_image")
def test_no_more_containers_beside_the_storm_start_once_the_disk_is_short(tmp_path, monkeypatch):
    def fill():
        monkeypatch.setattr(room, "SPARE_SHARE", 2.0)
        for thread in threading.enumerate():
            if thread.name == "room":
                thread.join()

    engine = Engine(fill)
    with pytest.raises(CannotRun, match="stopped, because"):
        storms_beside(engine, StormRoom((tmp_path,))).run_beside()
    assert len(engine.started) == 1


def test_what_is_asked_for_is_a_setting_and_nothing_else():
    assert asked_of(SOME) == {"ports": 2, "volumes": 1, "beside": 3, "memory_bytes": 9 << 20}
    assert asked_of(StormOptions(Repeats(1, 1, 0))) == {}


@pytest.mark.parametrize(("text", "size"), [("64MiB", 64 << 20), ("6 MiB", 6 << 20), ("1 GB", 10**9)])
def test_memory_is_an_amount(text, size):
    assert parse_memory(text) == size


@pytest.mark.parametrize(("text", "said"), [("5MiB", "no less than 6 MiB"), ("much", "--memory much"), ("1s", "1s")])
def test_memory_that_is_none_or_too_little_is_refused(text, said):
    with pytest.raises(UsageError, match=said):
        parse_memory(text)


def test_rules_are_counted_in_what_the_programs_print():
    saved = (
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE\n-A DOCKER -j RETURN\nCOMMIT\n"
    )
    assert subject.count_iptables(saved) == 2
    chains = [("ip", "docker-bridges", "nat"), ("ip", "nat", "nat"), ("ip", "other", "filter")]
    listed = [{"chain": {"family": family, "table": table, "type": kind}} for family, table, kind in chains]
    listed += [{"rule": {"family": family, "table": table}} for family, table, _ in chains for _ in range(3)]
    assert subject.count_nftables(json.dumps({"nftables": [{"metainfo": {}}, *listed]})) == 3
    assert subject.count_nftables("[]") == subject.count_nftables("broken") == 0


SAVED = {"iptables-legacy-save": "-A x\n-A y\n", "iptables-nft-save": "-A z\n"}


@pytest.mark.parametrize(
    ("tables", "symbols", "outputs", "count"),
    [
        ("filter\n", "t other\n", {}, 0),
        ("nat\n", "t other\n", SAVED, 2),
        ("nat\n", "t other\n", {}, None),
        (None, "t other\n", {}, 0),
        # Built into the kernel, and so in no list of modules.
        (None, "T nft_do_chain\n", SAVED, 1),
        ("nat\n", "T nft_do_chain\t[nf_tables]\n", SAVED, 3),
        (None, "T nft_do_chain\n", {}, None),
        (None, None, SAVED, None),
    ],
)
def test_rules_are_unknown_where_no_program_lists_them_and_none_is_run_that_would_load_a_module(
    tmp_path, monkeypatch, tables, symbols, *, outputs, count
):
    for name, attribute, text in (("names", "_LEGACY_TABLES", tables), ("kallsyms", "_SYMBOLS", symbols)):
        if text is not None:
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(subject, attribute, tmp_path / name)
    run = []
    monkeypatch.setattr(subject, "_output", lambda *argv: run.append(argv[0]) or outputs.get(argv[0]))
    subject._has_nf_tables.cache_clear()
    try:
        assert subject.count_nat_rules() == count
    finally:
        subject._has_nf_tables.cache_clear()
    if symbols == "t other\n":
        assert run == (["iptables-legacy-save"] if tables == "nat\n" else [])


@pytest.mark.real
def test_a_storm_with_volumes_beside_others_is_measured_and_leaves_nothing(make_context, holdings):
    before = holdings()
    options = StormOptions(ONCE, (3,), volumes=2, memory_bytes=32 << 20, beside=2)
    found = list(StormWorkload().measure(make_context(options)))
    for metric in found:
        assert metric.state == "ok", metric.reason
    (sample,) = next(metric.samples for metric in found if metric.id == "storm.makespan.seconds")
    assert sample.detail["around"]["containers"] == 2
    assert sample.detail["around"]["mounts"] > 0
    assert holdings() == before


@pytest.mark.real
def test_a_network_that_is_not_there_is_refused_with_the_command_that_makes_it(client):
    with pytest.raises(CannotRun, match="the engine has no network mine; docker network create mine"):
        provide_network(client, "mine", RUN_ID)
