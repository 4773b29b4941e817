"""The disk workload with a real fio on the real disk, made small."""

import json
import os
import threading
from pathlib import Path

import psutil
import pytest

from hostcheck.bench import disk
from hostcheck.bench.base import CannotRun, Context, Effort, Interrupted
from hostcheck.bench.disk import DiskWorkload
from hostcheck.run.model import Metric

MIB = 1 << 20
TINY = Effort("tiny", 2, 1, 0, 16 * MIB, 0, 0)
IDS = ["disk.seqread.bandwidth", "disk.seqwrite.bandwidth", "disk.randread.iops", "disk.randwrite.iops"]


class Told:
    """Progress that is kept, and that can stop the run at one of its points."""

    def __init__(self, stop: threading.Event | None = None, at: str = "") -> None:
        self.lines: list[str] = []
        self._stop, self._at = stop, at

    def start(self, what: str, seconds: float) -> None:
        assert seconds > 0
        self.lines.append(f"{what} …")
        self._stop_at(what)

    def done(self, what: str, result: str) -> None:
        self.lines.append(f"{what}: {result}")

    def _stop_at(self, what: str) -> None:
        if self._stop is not None and self._at in what:
            threading.Timer(0.3, self._stop.set).start()


def left_in(folder: Path) -> list[str]:
    working = []
    for process in psutil.process_iter():
        try:
            if str(folder) in process.cwd():
                working.append(process.name())
        except psutil.Error:
            continue
    return [*(path.name for path in folder.iterdir()), *working]


@pytest.mark.real
def test_measures_the_disk_under_a_folder(tmp_path: Path) -> None:
    told = Told()
    given = list(DiskWorkload().measure(Context("0123456789", TINY, told, tmp_path)))

    assert [m.id for m in given] == IDS * 2  # the jobs take turns
    assert {m.state for m in given[:4]} <= {"partial", "invalid"}
    for metric in given[4:]:
        assert len(metric.samples) == 2
        for sample in metric.samples:
            # How busy the disk is decides whether a sample is believed; what is kept of it does not depend on it.
            assert sample.value is not None, sample.reason
            assert sample.value > 0
            assert sample.seconds >= 1
            assert sample.conditions.busy_percent is not None
            assert sample.detail["fio"].startswith("fio-")
            assert set(sample.detail["latency_ms"]) == {"p50", "p95", "p99"}
            assert sample.detail["file_bytes"] == 16 * MIB
            json.dumps(sample.detail, allow_nan=False)
    assert given[7].settings == {
        "pattern": "randwrite",
        "block_bytes": 4096,
        "queue_depth": 32,
        "direct": True,
        "io_engine": "libaio",
    }
    assert told.lines[0] == "disk, writing a test file of 0.0 GB …"
    assert told.lines[2:5:2] == ["disk, round 1 of 2 …", "disk, round 2 of 2 …"]
    assert left_in(tmp_path) == []


@pytest.mark.real
@pytest.mark.parametrize("at", ["writing", "round 1"])
def test_stopping_it_leaves_nothing_behind(tmp_path: Path, at: str) -> None:
    long = Effort("long", 2, 600, 0, 256 * MIB, 0, 0)
    stop = threading.Event()
    with pytest.raises(Interrupted):
        list(DiskWorkload().measure(Context("0123456789", long, Told(stop, at), tmp_path, stop=stop)))
    assert left_in(tmp_path) == []


@pytest.mark.real
def test_what_was_measured_before_a_stop_stands(tmp_path: Path) -> None:
    stop = threading.Event()
    given: list[Metric] = []

    def measure() -> None:
        for metric in DiskWorkload().measure(Context("0123456789", TINY, Told(), tmp_path, stop=stop)):
            given.append(metric)
            stop.set()

    with pytest.raises(Interrupted):
        measure()
    assert [m.id for m in given] == IDS[:1]
    assert given[0].samples[0].value is not None
    assert left_in(tmp_path) == []


@pytest.mark.real
def test_reading_what_was_never_written_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave_a_hole(bench: disk._Bench, _: Path) -> None:
        os.truncate(_create(bench._scratch.path / disk.FILE), 16 * MIB)

    monkeypatch.setattr(disk._Bench, "lay_out", leave_a_hole)
    reading = next(DiskWorkload().measure(Context("0123456789", TINY, Told(), tmp_path)))
    assert reading.state == "invalid"
    assert "the device counted" in reading.reason


def _create(path: Path) -> Path:
    path.touch()
    return path


def test_without_fio_it_cannot_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRun) as error:
        list(DiskWorkload().measure(Context("0123456789", TINY, Told(), tmp_path)))
    assert error.value.reason == "fio is not installed"
    assert error.value.remedy == "install it: apt-get install fio, dnf install fio or apk add fio"


@pytest.mark.real
def test_a_layout_that_fails_says_why_in_fios_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs, data = tmp_path / "jobs", tmp_path / "data"
    jobs.mkdir()
    data.mkdir()
    for path in disk.data_dir("fio-jobs").glob("*.fio"):
        (jobs / path.name).write_text(path.read_text().replace("libaio", "nosuch"))
    monkeypatch.setattr(disk, "data_dir", lambda _: jobs)
    with pytest.raises(CannotRun, match="engine nosuch not loadable; install a fio that has this engine"):
        list(DiskWorkload().measure(Context("0123456789", TINY, Told(), data)))
    assert left_in(data) == []


def test_a_file_system_without_direct_io_is_not_measured_through_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(disk, "find_fio", lambda: disk.Program(Path("/none/fio"), "fio-3.33"))
    monkeypatch.setattr(disk.os, "pwrite", refuse)
    with pytest.raises(CannotRun, match="refuses direct I/O: Invalid argument; name a directory on another"):
        list(DiskWorkload().measure(Context("0123456789", TINY, Told(), tmp_path)))
    assert left_in(tmp_path) == []


def test_the_metrics_are_known_before_anything_is_measured() -> None:
    assert [spec.id for spec in DiskWorkload.metrics] == IDS
