"""What is said of commits: how long they take, and what speaks against their being durable."""

import subprocess
from dataclasses import replace

import pytest

from hostcheck.bench.base import Context, Options
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.comparison.durability import durability
from hostcheck.run.measured import Sample


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.00200, 0.00201), "a commits fast enough for etcd: 1 fdatasync in 100 takes 2.00 ms or longer"),
        ((0.0140, 0.0141), "a is too slow for etcd: 1 fdatasync in 100 takes 14.0 ms or longer"),
        ((0.0080, 0.0120), "It is unknown whether a commits fast enough for etcd"),
    ],
)
def test_whether_commits_are_fast_enough_for_etcd_is_said_by_the_interval(run_of, metric, values, said):
    wal = replace(metric("disk.wal.p99.seconds", *values), unit="s")
    (sentence,) = durability("a", run_of("a", wal))
    assert sentence.startswith(said)


@pytest.fixture
def writes(run_of, metric):
    """Say what is said of commits of so many milliseconds, durable ones, plain ones and an fdatasync's."""

    def make(durable, plain, synced=None, slowest=None, **disk):
        metrics = []
        for metric_id, which, milliseconds in (
            ("disk.syncwrite.iops", "latency_ms", {"p50": durable}),
            ("disk.randwrite.qd1.iops", "latency_ms", {"p50": plain}),
            ("disk.wal.p99.seconds", "sync_latency_ms", {"p50": synced, "p99": slowest}),
        ):
            detail = {which: milliseconds, "device_stack": [{"name": "sda", **disk}]}
            metrics.append(replace(metric(metric_id, 1, 1), value=None, samples=(Sample(1.0, detail=detail),)))
        return list(durability("a", run_of("a", *metrics)))

    return make


def test_a_flush_that_costs_time_is_what_is_expected(writes):
    assert writes(1.2, 0.1) == []


def test_a_flush_that_costs_nothing_is_reported_with_its_possible_meaning(writes):
    (sentence,) = writes(0.12, 0.11)
    assert "a durable write takes 120 µs, a plain one 110 µs" in sentence
    assert "ask the provider" in sentence


def test_a_rotating_disk_that_is_faster_than_it_turns_is_doubted(writes):
    (sentence,) = writes(0.02, 0.02, rotational="1", model="ST4000NM0035")
    assert sentence.startswith(
        "Commits may not be durable on a: a durable write takes 20.0 µs, faster than ST4000NM0035"
    )


def test_an_fdatasync_faster_than_a_rotating_disk_turns_is_doubted_where_nothing_else_was_measured(writes):
    (sentence,) = writes(None, None, 0.02, rotational="1", model="ST4000NM0035")
    assert sentence.startswith("Commits may not be durable on a: an fdatasync takes 20.0 µs, faster than ST4000NM0035")


def test_an_fdatasync_that_takes_less_than_a_write_has_written_nothing(writes):
    (sentence,) = writes(0.9, 0.12, 0.004, slowest=0.01)
    assert sentence.startswith(
        "fdatasync does not write to the disk on a: it takes 4.00 µs, and writing one block takes 120 µs."
    )


def test_an_fdatasync_too_short_to_measure_is_not_unknown(writes):
    (sentence,) = writes(0.9, 0.12, 0.0, slowest=0.0)
    assert "on a: it takes no time at all, and writing one block takes 120 µs" in sentence


def test_bursts_of_a_limit_make_no_fdatasync_suspicious(writes):
    # Most of either comes back at once, and then a tenth of a second passes.
    assert writes(0.9, 0.12, 0.004, slowest=100.0) == []


def test_a_median_alone_makes_no_fdatasync_suspicious(writes):
    assert writes(0.9, 0.12, 0.004) == []


@pytest.mark.parametrize("disk", [{"rotational": "1", "model": "QEMU HARDDISK"}, {"rotational": "1"}])
def test_a_rotational_virtual_disk_is_unknown(writes, disk):
    assert not any("rotating" in sentence for sentence in writes(0.02, 0.02, **disk))


def test_nothing_is_said_of_what_was_not_measured(run_of):
    assert list(durability("a", run_of("a"))) == []


class Quiet:
    """Progress without output."""

    def start(self, what, seconds): ...

    def done(self, what, result): ...


@pytest.fixture
def said_of(run_of):
    """Measure commits and plain writes in a folder; give what is said of them."""

    def measure(folder):
        options = Options(given=(DiskOptions(("randwrite-qd1", "wal"), 0, 1, 0, 16 << 20),))
        metrics = {one.id: one for one in DiskWorkload().measure(Context("commits1", options, Quiet(), folder))}
        # How busy the host is decides whether a sample counts, and has no say in what fdatasync does.
        counted = [replace(m, samples=tuple(replace(s, valid=True) for s in m.samples)) for m in metrics.values()]
        return " ".join(durability("a", run_of("a", *counted)))

    return measure


@pytest.mark.real
def test_a_real_overlay_without_syncs_is_reported_and_the_disk_below_it_is_not(said_of, tmp_path):
    lower, upper, work, merged = (tmp_path / name for name in ("lower", "upper", "work", "merged"))
    for folder in (lower, upper, work, merged):
        folder.mkdir()
    options = f"lowerdir={lower},upperdir={upper},workdir={work},volatile"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, merged], check=True)
    try:
        assert "fdatasync does not write to the disk" in said_of(merged)
    finally:
        subprocess.run(["umount", merged], check=True)
    assert "does not write to the disk" not in said_of(tmp_path)
