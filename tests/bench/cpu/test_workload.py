"""The real programs: a quota and a hog are seen in the figures of the CPUs, and memory and a peer are measured."""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest

from hostcheck.bench.base import Context, Options
from hostcheck.bench.cpu.options import CpuOptions
from hostcheck.bench.cpu.workload import CpuWorkload
from hostcheck.bench.memory.options import MemoryOptions
from hostcheck.bench.memory.workload import MemoryWorkload
from hostcheck.bench.network.options import NetworkOptions, parse_peer
from hostcheck.bench.network.workload import NetworkWorkload
from hostcheck.bench.quota import cpu_controller, groups_of
from hostcheck.bench.session import Silent
from hostcheck.comparison.cpus import cpus
from hostcheck.run.metrics import ALL_THREADS, NETWORK_RECEIVE, NETWORK_SEND

pytestmark = pytest.mark.real


def measured(workload, options):
    context = Context("cpu001", Options(given=(options,)), Silent(), allowed=frozenset({"busy"}))
    return {metric.id: metric for metric in workload.measure(context)}


class OneRun:
    def __init__(self, metrics):
        self.metrics = metrics
        self.facts = {}

    def metric(self, metric_id):
        return self.metrics.get(metric_id)


@contextmanager
def quota_of(percent):
    """This process in a group of its own, with a share of one CPU."""
    top = cpu_controller()
    group = top / "hostcheck-quota-test"
    group.mkdir()
    back = top / next(iter(groups_of(psutil.Process())), "")
    try:
        if (group / "cpu.cfs_quota_us").exists():
            (group / "cpu.cfs_quota_us").write_text(str(percent * 1000))
        else:
            (top / "cgroup.subtree_control").write_text("+cpu")
            (group / "cpu.max").write_text(f"{percent * 1000} 100000")
        (group / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (back / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


def test_a_quota_of_half_a_cpu_is_named_and_measured():
    with quota_of(50):
        metrics = measured(CpuWorkload(), CpuOptions(rounds=3, seconds=1))
    delivered = [sample.detail["cpus_delivered"] for sample in metrics[ALL_THREADS].samples]
    assert max(delivered) < 0.6
    (sentence,) = cpus("here", OneRun(metrics))
    assert "a quota of 0.5 CPUs stopped them in" in sentence


def test_a_hog_beside_it_is_other_work():
    # More of them than CPUs, so that they get their share whatever else runs.
    hogs = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(2 * os.cpu_count())]
    try:
        metrics = measured(CpuWorkload(), CpuOptions(rounds=3, seconds=1))
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    (sentence,) = cpus("here", OneRun(metrics))
    assert "other work on this host used" in sentence


def test_memory_is_read_and_written_and_what_is_not_there_is_skipped():
    metrics = measured(MemoryWorkload(), MemoryOptions(rounds=3, seconds=1))
    for name in ("read", "write"):
        metric = metrics[f"memory.{name}.bandwidth"]
        assert 100 < metric.value < 10_000_000
        assert metric.settings["block_bytes"] > 4 * metric.samples[0].detail["cache_bytes"] - 1
    latency = metrics["memory.latency.seconds"]
    assert latency.state == "skipped" or 1e-9 < latency.value < 1e-4


def test_a_peer_is_measured_with_in_both_directions():
    server = subprocess.Popen(
        ["iperf3", "--server", "--forceflush", "--bind", "127.0.0.1", "--port", "15201"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in server.stdout:
            if "listening" in line:
                break
        threading.Thread(target=server.stdout.read, daemon=True).start()
        options = replace(NetworkOptions.preset("quick"), rounds=1, seconds=1, peer=parse_peer("127.0.0.1:15201"))
        metrics = measured(NetworkWorkload(), options)
    finally:
        server.kill()
        server.wait()
    for metric_id in (NETWORK_SEND, NETWORK_RECEIVE):
        (sample,) = metrics[metric_id].samples
        assert sample.value > 1, sample
        assert sample.detail["streams"] == 1
