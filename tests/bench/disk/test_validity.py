"""When a run of fio counts, and when not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostcheck.bench.disk.device_counter import DeviceCounter, windows
from hostcheck.bench.disk.validity import check_sample
from hostcheck.fio.definition import Definition
from hostcheck.fio.jobfile import JobFile, JobMetric
from hostcheck.fio.runner import Outcome

BLOCK = 4096
IOPS, P99 = JobMetric("my.iops", "iops"), JobMetric("my.p99", "lat", 99.0)
DOES = Definition("randwrite", BLOCK, 32, 1, direct=True, io_engine="libaio")
JOB = JobFile(Path("j.fio"), "randwrite", DOES, (IOPS, P99))
READS, WRITTEN = JobMetric("my.r", "iops", direction="read"), JobMetric("my.w", "bandwidth", direction="write")
LATENCY = {"min": 1, "max": 9, "mean": 5.0, "stddev": 1.0, "percentile": {"50.000000": 3_000_000, "99.000000": 8e6}}


def output(*, depth: float = 100.0, error: int = 0, **more: Any) -> str:
    side = {"io_bytes": 731 * BLOCK, "io_kbytes": 2924, "bw": 1, "iops": 350.0, "runtime": 2001, "total_ios": 700}
    job = {
        "jobname": "randwrite",
        "error": error,
        "write": side | {"lat_ns": LATENCY} | more,
        "iodepth_level": {"16": 100 - depth, "32": depth},
    }
    return json.dumps({"fio version": "fio-3.33", "jobs": [job]})


def outcome(text: str, code: int = 0, messages: str = "") -> Outcome:
    return Outcome("exited", code, text, messages)


def device(*points: tuple[float, int]) -> DeviceCounter:
    counter = DeviceCounter("0:1", ("write",))
    counter.points = list(points)
    return counter


def steady(per_second: float) -> DeviceCounter:
    """A device that moved so many bytes a second, through a ramp of 1 s, 2 s and a little after."""
    return device(*((t / 50, round(per_second * min(t / 50, 3.0))) for t in range(160)))


def test_a_clean_run_counts() -> None:
    found = check_sample(JOB, outcome(output()), steady(350 * BLOCK), 2)
    assert (found.values, found.reasons) == ({IOPS: 350.0, P99: 0.008}, ())
    assert found.detail["latency_ms"] == {"p50": 3.0, "p99": 8.0}
    assert found.detail["device_bytes_ratio"] == pytest.approx(1, abs=0.01)
    assert (found.detail["fio"], found.detail["total_ios"]) == ("fio-3.33", 700)


def test_waiting_for_what_was_in_flight_is_not_measured_time() -> None:
    # A disk of 350 I/Os a second with 32 in flight: fio's own figure is 700 in 2.091 s.
    found = check_sample(JOB, outcome(output(runtime=2091, iops=334.8)), steady(350 * BLOCK), 2)
    assert (found.values[IOPS], found.reasons) == (350.0, ())


def test_a_burst_too_many_in_the_measured_time_is_taken_back() -> None:
    # 35 I/Os every 0.1 s, and fio saw 21 bursts in its 2 s: 367.5 a second.
    bursts = device(*((t / 50, 35 * BLOCK * ((t + 1) // 5)) for t in range(160)))
    found = check_sample(JOB, outcome(output(total_ios=735)), bursts, 2)
    assert found.values[IOPS] == pytest.approx(350, rel=0.02)
    assert found.detail["counted_iops"] == 367.5
    assert found.reasons == ()


def test_the_rate_of_a_fio_that_reports_no_total_is_used() -> None:
    assert check_sample(JOB, outcome(output(total_ios=None)), steady(350 * BLOCK), 2).values[IOPS] == 350.0


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (outcome(output(error=28), 1), "No space left on device"),
        (outcome("\nfio: terminating on signal 2\n" + output(), 128), "ended by signal 2"),
        (outcome(output(runtime=790)), "measured for 0.8 s of 2 s"),
        (outcome(output(depth=40)), "only 40 % of the I/Os were at the queue depth 32"),
        (outcome(output(), 1, "fio: something\n"), "fio failed: fio: something"),
    ],
)
def test_a_run_with_a_flaw_is_kept_and_does_not_count(result: Outcome, said: str) -> None:
    found = check_sample(JOB, result, steady(350 * BLOCK), 2)
    assert said in "; ".join(found.reasons)
    assert found.values[IOPS] > 0


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (outcome("", 1, "fio: engine libaio not loadable\nfio: failed\n"), "fio failed: fio: engine libaio"),
        (outcome("", -9), "fio was ended by signal 9"),
        (outcome("", 0), "output is empty"),
        (outcome(output(io_bytes=0, total_ios=0, iops=0, runtime=0)), "no I/O"),
        (Outcome("timeout", -9, "", ""), "did not end in time"),
    ],
)
def test_a_run_without_a_figure_says_why(result: Outcome, said: str) -> None:
    found = check_sample(JOB, result, steady(350 * BLOCK), 2)
    assert said in "; ".join(found.reasons)
    assert found.values == {}


@pytest.mark.parametrize("share", [0.0, 0.05, 0.7, 1.5])
def test_what_the_device_did_not_count_does_not_count(share: float) -> None:
    found = check_sample(JOB, outcome(output()), steady(350 * BLOCK * share), 2)
    assert "the device counted" in "; ".join(found.reasons)


def test_reads_of_other_work_make_the_sample_invalid() -> None:
    device = steady(350 * BLOCK)
    device.others = [(at, round(at * 20e6)) for at, _ in device.points]
    (reason,) = check_sample(JOB, outcome(output()), device, 2).reasons
    assert reason == "at the same time, other work read 40 MB"


def test_what_others_do_to_the_disk_below_does_not_count_whichever_way_the_job_goes() -> None:
    mixed = replace(JOB, does=replace(DOES, pattern="randrw", read_percent=70), figures=(IOPS,))
    for job in (JOB, mixed):
        device = steady(350 * BLOCK)
        device.shares = True
        device.others = [(at, round(at * 20e6)) for at, _ in device.points]
        (reason,) = check_sample(job, outcome(output()), device, 2).reasons
        assert reason == "at the same time, other work read or wrote 40 MB on the disk below"
        device.others = [(at, round(at * 1e6)) for at, _ in device.points]
        assert check_sample(job, outcome(output()), device, 2).reasons == ()


def test_more_bytes_than_requested_are_other_work_unless_writes_are_durable() -> None:
    (reason,) = check_sample(JOB, outcome(output()), steady(700 * BLOCK), 2).reasons
    assert "other work used it at the same time" in reason
    durable = replace(JOB, does=replace(DOES, syncs=(("sync", "1"),)))
    assert check_sample(durable, outcome(output()), steady(700 * BLOCK), 2).reasons == ()
    assert "the device counted" in check_sample(durable, outcome(output()), steady(100 * BLOCK), 2).reasons[0]


def test_reads_and_writes_of_a_mixed_job_are_added_or_figures_of_their_own() -> None:
    side = {"io_bytes": 490 * BLOCK, "bw": 1, "iops": 245.0, "runtime": 2001, "total_ios": 490, "lat_ns": LATENCY}
    mixed = replace(JOB, does=replace(DOES, pattern="randrw", read_percent=70), figures=(IOPS, READS, WRITTEN))
    text = json.loads(output())
    text["jobs"][0]["read"] = side
    found = check_sample(mixed, outcome(json.dumps(text)), steady(595 * BLOCK), 2)
    written = pytest.approx(350 * BLOCK / 1e6)
    assert (found.values, found.reasons) == ({IOPS: 595.0, READS: pytest.approx(245), WRITTEN: written}, ())
    assert set(found.detail["latency_ms_by_direction"]) == {"read", "write"}
    found = check_sample(mixed, outcome(output()), steady(350 * BLOCK), 2)
    assert (set(found.values), found.reasons) == ({IOPS, WRITTEN}, ("fio reported no values for the reads",))


def test_the_series_is_of_the_measured_time() -> None:
    series = check_sample(JOB, outcome(output()), steady(350 * BLOCK), 2).detail["series"]
    assert series == {"t": [0.5, 1.0, 1.5, 2.0], "iops": pytest.approx([350] * 4, rel=0.05)}


def test_a_percentile_of_too_few_syncs_is_no_figure() -> None:
    wal = replace(
        JOB,
        does=replace(DOES, direct=False, syncs=(("fdatasync", "1"),), queue_depth=1),
        figures=(JobMetric("my.wal", "sync", 99.0),),
    )
    sync = {"lat_ns": LATENCY | {"N": 99}}
    text = json.loads(output())
    text["jobs"][0]["sync"] = sync
    found = check_sample(wal, outcome(json.dumps(text)), steady(0), 2)
    assert (found.values, found.reasons) == ({}, ("99 fsync latencies are too few for a percentile 99",))
    sync["lat_ns"]["N"] = 100
    assert check_sample(wal, outcome(json.dumps(text)), steady(0), 2).values == {wal.figures[0]: 0.008}


def test_a_device_that_cannot_be_asked_is_said_and_no_reason() -> None:
    found = check_sample(JOB, outcome(output()), DeviceCounter("0:33", ("write",)), 2)
    assert found.reasons == ()
    assert found.detail["device_not_checked"] == "the file system is not on a block device"


def test_the_page_cache_is_not_held_against_the_device() -> None:
    buffered = replace(JOB, does=replace(DOES, direct=False))
    assert check_sample(buffered, outcome(output()), steady(0), 2).reasons == ()


def test_windows_lie_between_the_points() -> None:
    points = [(0.0, 0), (1.0, 100), (2.0, 300), (3.0, 600)]
    assert windows(points, 1.5, 0.5) == [(3.0, 600 - 200)]
    assert windows(points, 1.0, 1.0) == [(2.0, 200), (3.0, 300)]
    assert windows(points, 4.0, 1.0) == []
    assert windows([], 1.0, 1.0) == []


def fake_device(sys: Path, iostats: str) -> None:
    (sys / "8:1").mkdir()
    (sys / "8:1" / "stat").write_text("1 2 30 4 5 6 70 8 9 10 11\n")
    (sys / "queue").mkdir()
    (sys / "queue" / "iostats").write_text(iostats)


def test_counts_sectors_of_512_bytes(tmp_path: Path) -> None:
    fake_device(tmp_path, "1\n")
    for directions, sectors, others in ((("read",), 30, 70), (("write",), 70, 30), (("read", "write"), 100, 0)):
        counter = DeviceCounter("8:1", directions, sys=tmp_path)
        counter.tick()
        assert [moved for _, moved in counter.points] == [sectors * 512]
        assert [moved for _, moved in counter.others] == [others * 512]


def test_others_on_the_disk_below_are_counted_and_not_the_device_itself(tmp_path: Path) -> None:
    fake_device(tmp_path, "1\n")
    (tmp_path / "8:0").mkdir()
    (tmp_path / "8:0" / "stat").write_text("1 2 1030 4 5 6 570 8 9 10 11\n")
    counter = DeviceCounter("8:1", ("read",), "8:0", sys=tmp_path)
    counter.tick()
    assert counter.shares
    assert [moved for _, moved in counter.others] == [(1030 + 570 - 30) * 512]


def test_a_device_that_keeps_no_count_is_not_asked(tmp_path: Path) -> None:
    fake_device(tmp_path, "0\n")
    assert "iostats" in DeviceCounter("8:1", ("write",), sys=tmp_path).unchecked
    assert "no I/O counters" in DeviceCounter("8:2", ("write",), sys=tmp_path).unchecked
