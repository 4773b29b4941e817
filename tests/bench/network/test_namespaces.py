"""iperf3 between two network namespaces: both directions, one and several streams, what is lost, and the link's MTU."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.real

HERE, PEER = "198.51.100.1", "198.51.100.2"
MTU = 1400
HEADERS = 52
"""Bytes of a segment's IP header and TCP header with timestamps."""
MEASURE = f"""
import sys
from hostcheck.bench.base import Options
from hostcheck.bench.network.options import NetworkOptions, Peer
from hostcheck.bench.request import BenchRequest
from hostcheck.bench.session import measure
from hostcheck.run.files import dumps

options = Options(given=(NetworkOptions(1, 1, Peer({PEER!r})),))
print(dumps(measure(BenchRequest(("network",), options, (), allowed=frozenset({{"busy", "running"}})))))
"""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def namespaces():
    ours, theirs = (f"hostcheck-{os.getpid()}-{end}" for end in ("here", "peer"))
    try:
        for name in (ours, theirs):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", ours, "link", "add", "link0", "mtu", str(MTU), "type", "veth", "peer", "name", "link1")
        ip("-n", ours, "link", "set", "link1", "mtu", str(MTU), "netns", theirs)
        for name, link, address in ((ours, "link0", HERE), (theirs, "link1", PEER)):
            ip("-n", name, "address", "add", f"{address}/30", "dev", link)
            ip("-n", name, "link", "set", link, "up")
        yield ours, theirs
    finally:
        for name in (ours, theirs):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


@pytest.fixture
def serving(namespaces):
    server = subprocess.Popen(
        ["ip", "netns", "exec", namespaces[1], shutil.which("iperf3"), "-s", "-B", PEER], stdout=subprocess.DEVNULL
    )
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def measured(namespace):
    command = ["ip", "netns", "exec", namespace, sys.executable, "-c", MEASURE]
    return subprocess.run(command, capture_output=True, text=True)


def listens(namespace):
    done = subprocess.run(["ip", "netns", "exec", namespace, "ss", "-Hltn", "sport", "=", ":5201"], capture_output=True)
    return bool(done.stdout.strip())


def test_both_directions_are_measured_in_one_stream_and_in_several(namespaces, serving):
    while not listens(namespaces[1]):
        assert serving.poll() is None
        time.sleep(0.1)
    done = measured(namespaces[0])
    assert done.returncode == 0, done.stderr
    metrics = {metric["id"]: metric for metric in json.loads(done.stdout)["metrics"]}
    assert {*metrics} == {
        f"network.{direction}{streams}.bandwidth" for direction in ("send", "receive") for streams in ("", ".parallel")
    }
    for name, metric in metrics.items():
        (sample,) = metric["samples"]
        detail = sample["detail"]
        assert sample["value"] > 0, sample
        assert detail["streams"] == metric["settings"]["streams"] == (4 if "parallel" in name else 1)
        assert detail["segment_bytes"] <= MTU - HEADERS
        assert detail["retransmits"] >= 0
        assert ("lost_percent" in detail) == ("parallel" not in name)
        assert 0 <= detail.get("lost_percent", 0) <= 100
        assert metric["settings"]["peer"] == f"{PEER}:5201"
        assert metric["settings"]["program"].startswith("iperf3 3.")


def test_a_limit_of_tc_on_the_way_to_the_peer_is_recorded(namespaces, serving):
    ours, theirs = namespaces
    limit = ("root", "tbf", "rate", "100mbit", "burst", "64kb", "latency", "50ms")
    subprocess.run(["tc", "-n", ours, "qdisc", "add", "dev", "link0", *limit], check=True, capture_output=True)
    while not listens(theirs):
        assert serving.poll() is None
        time.sleep(0.1)
    done = measured(ours)
    assert done.returncode == 0, done.stderr
    for metric in json.loads(done.stdout)["metrics"]:
        (sample,) = metric["samples"]
        assert sample["detail"]["qdiscs"] == ["tbf"]
        assert sample["detail"]["interface"] == "link0"
        assert "interface_bus" not in sample["detail"]


def test_a_peer_that_does_not_answer_is_named(namespaces):
    done = measured(namespaces[0])
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert {metric["state"] for metric in metrics} == {"skipped"}
    assert all(PEER in metric["reason"] and "refused" in metric["reason"] for metric in metrics), metrics
