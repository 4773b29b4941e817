"""What two hosts' builds and storms must have in common, and that a comparison says what differs."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from hostcheck.bench.build import workload as build
from hostcheck.bench.build.default_context import load_context
from hostcheck.bench.build.user_context import OwnContext
from hostcheck.bench.engine.connection import Engine
from hostcheck.bench.engine.layers import Layers
from hostcheck.bench.quota import CpuQuota
from hostcheck.bench.storm.definition import read_definition
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.storms import Storms
from hostcheck.bench.summary import summarise
from hostcheck.busybox import Busybox
from hostcheck.comparison.ratio import compare_metrics
from hostcheck.resources import data_dir
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import MetricSpec

BUSYBOX = Busybox(Path("/bin/busybox"), b"one")
OTHER_BUSYBOX = replace(BUSYBOX, data=b"another")
SETUP = {"runtime": "runc 1.1", "userns_remap": False}
DOCKER = Engine(
    url="unix:///x",
    name="docker",
    version="28.5.1",
    api_version="1.44",
    storage_driver="overlay2",
    image_store="engine",
    data_root=Path("/"),
    layers=Layers(Path("/"), (), "overlay2"),
    rootless=False,
    builder="buildkit",
    heartbeat=None,
    setup=SETUP,
    networking={"firewall": "iptables", "userland_proxy": True},
)


def storm_settings(engine=DOCKER, count=20, image=BUSYBOX.image_id, **definition):
    shipped = read_definition(data_dir("benchmarks") / "storm" / "storm.toml")
    options, definition = StormOptions.preset("quick"), replace(shipped, **definition)
    bench = Storms(SimpleNamespace(), options, engine, (), definition, {}, image, (), None, None, None)
    return bench.settings(count)


@cache
def shipped_context(busybox):
    return load_context(data_dir("benchmarks") / "build", busybox)


def build_settings(engine=DOCKER, busybox=BUSYBOX, **context):
    shipped = replace(shipped_context(busybox), **context)
    return build._Bench(SimpleNamespace(), engine, None, shipped, (), None).settings


def compared(ours, theirs):
    """Compare two equal figures that were measured under these settings."""
    spec = MetricSpec("x.seconds", "s", "lower")
    ours, theirs = (
        summarise(spec, [Sample(value, seconds=value) for value in (1.0, 1.001, 1.0)], settings, wanted=3)
        for settings in (ours, theirs)
    )
    return compare_metrics(ours, theirs)


ENGINES = [
    (replace(DOCKER, name="podman"), "engine: podman against docker"),
    (replace(DOCKER, version="29.1.2"), "engine major: 29 against 28"),
    (replace(DOCKER, storage_driver="btrfs"), "storage driver: btrfs against overlay2"),
    (replace(DOCKER, image_store="containerd"), "image store: containerd against engine"),
    (replace(DOCKER, rootless=True), "rootless: True against False"),
    (replace(DOCKER, layers=Layers(Path("/proc"), (), "overlay2")), "file system: proc against "),
    (replace(DOCKER, quota=CpuQuota(Path("/x"), 0.2)), "cpu quota: 0.2 CPUs against none"),
    (replace(DOCKER, setup=SETUP | {"runtime": "crun 1.8"}), "runtime: crun 1.8 against runc 1.1"),
    (replace(DOCKER, setup=SETUP | {"userns_remap": True}), "userns remap: True against False"),
]


@pytest.mark.parametrize(("engine", "reason"), ENGINES)
@pytest.mark.parametrize("settings", [storm_settings, build_settings])
def test_of_different_engines_neither_builds_nor_storms_are_compared(settings, engine, reason):
    found = compared(settings(engine), settings())
    assert found.judgement == "not comparable"
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"count": 10}, "containers: 10 against 20"),
        ({"image": OTHER_BUSYBOX.image_id}, "image: sha256:"),
        # The network is of the definition, and so of its digest too.
        ({"network": "host"}, "network: host against none; workload sha256: "),
        ({"pids": 65}, "workload sha256: "),
    ],
)
def test_storms_of_different_work_are_not_compared(other, reason):
    found = compared(storm_settings(**other), storm_settings())
    assert found.judgement == "not comparable"
    assert found.reason.startswith(reason)


def test_of_how_an_engine_connects_containers_only_storms_that_it_connects_depend():
    other = replace(DOCKER, networking={"firewall": "nftables", "userland_proxy": True})
    assert storm_settings(other) == storm_settings()
    found = compared(storm_settings(other, network="bridge"), storm_settings(network="bridge"))
    assert found.reason == "firewall: nftables against iptables"


OWN = build._Bench(SimpleNamespace(), DOCKER, None, OwnContext(b"FROM x:1\n", b"", 0, images=("sha256:1",)), (), None)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"engine": replace(DOCKER, builder="classic")}, "builder: classic against buildkit"),
        ({"dockerfile": "FROM scratch\n"}, "context sha256: "),
        ({"busybox": OTHER_BUSYBOX}, "image: sha256:"),
    ],
)
def test_builds_of_different_work_are_not_compared(other, reason):
    found = compared(build_settings(**other), build_settings())
    assert found.judgement == "not comparable"
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        ({}, "context: own against unknown; "),
        ({**OWN.settings, "image": "sha256:2"}, "image: sha256:1 against sha256:2"),
        ({**OWN.settings, "network": "none"}, "network: default against none"),
    ],
)
def test_a_build_of_ones_own_is_compared_with_the_same_alone(theirs, reason):
    found = compared(OWN.settings, theirs or build_settings())
    assert found.judgement == "not comparable"
    assert found.reason.startswith(reason)


def test_what_decides_nothing_is_no_obstacle():
    same = replace(DOCKER, url="unix:///y", version="28.0.4", api_version="1.41")
    assert compared(storm_settings(same), storm_settings()).judgement == "same"
    assert (
        compared(build_settings(same, replace(BUSYBOX, path=Path("/usr/bin/busybox"))), build_settings()).reason == ""
    )
