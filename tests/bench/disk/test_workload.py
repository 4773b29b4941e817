"""The disk workload with a real fio on the real disk, made small."""

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from statistics import median
from threading import Event, Thread
from types import SimpleNamespace

import psutil
import pytest

from hostcheck.bench.base import CannotRun, Context, Effort, Interrupted, Options
from hostcheck.bench.disk import workload as disk
from hostcheck.bench.disk.jobs import own_jobs, standard_job
from hostcheck.bench.disk.options import CHURN_JOB, PRESETS, DiskOptions
from hostcheck.bench.disk.rounds import FioTurn
from hostcheck.bench.disk.sampling import CROWDED, FILE, LEAST_LAYOUT_SECONDS, START_SECONDS, DiskBench, _was_crowded
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.throttle import find_throttle
from hostcheck.bench.emulated.tier import TIERS, parse_tier
from hostcheck.bench.sustained import Sustained
from hostcheck.fio.jobfile import JobFile, JobMetric
from hostcheck.fio.program import Program
from hostcheck.host.mounts import own_mounts
from hostcheck.run.estimators import BATCH_MEANS
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.validate import contradiction

MIB = 1 << 20
JOBS = ("seqread", "randwrite", "wal", "churn")
TINY = DiskOptions(JOBS, 0, 1, 0, 16 * MIB)
IDS = ["disk.seqread.bandwidth", "disk.randwrite.iops", "disk.wal.p99.seconds", "disk.churn.seconds"]


class RecordedProgress:
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
    progress = RecordedProgress()
    given = list(DiskWorkload().measure(Context("0123456789", Options(given=(TINY,)), progress, tmp_path)))

    # The jobs take turns, and each round begins with another.
    assert [m.id for m in given] == [*IDS, *IDS[1:], *IDS[:1], *IDS[2:], *IDS[:2]]
    last = {metric.id: metric for metric in given}
    assert {m.state for m in given[:4]} <= {"partial", "invalid"}
    for metric in last.values():
        assert len(metric.samples) == 3
        for sample in metric.samples[: 3 if metric.id != "disk.churn.seconds" else 0]:
            # How busy the disk is decides whether a sample is believed; what is kept of it does not depend on it.
            assert sample.value is not None, sample.reason
            assert sample.value > 0
            assert sample.seconds >= 1
            assert sample.conditions.busy_percent is not None
            assert sample.detail["fio"].startswith("fio-")
            assert set(sample.detail["latency_ms"]) == {"p50", "p95", "p99", "p99.9"}
            assert sample.detail["file_bytes"] == 16 * MIB
            assert sample.detail["device_stack"][0]["name"]
            json.dumps(sample.detail, allow_nan=False)
    (made, looked_at, deleted, synced) = (
        last[IDS[3]].samples[0].detail[f"{phase}_seconds"] for phase in ("create", "stat", "delete", "sync")
    )
    assert last[IDS[3]].samples[0].value == pytest.approx(made + looked_at + deleted + synced)
    assert min(made, looked_at, deleted) > 0
    assert last[IDS[1]].settings == {
        "pattern": "randwrite",
        "block_bytes": 4096,
        "queue_depth": 32,
        "direct": True,
        "io_engine": "libaio",
    }
    assert progress.lines[0] == "disk: 4 jobs in turns, about 3 turns each: 18 s"
    assert progress.lines[1] == "disk, writing a test file of 0.0 GB …"
    assert progress.lines[3:8:2] == ["disk, round 1 …", "disk, round 2 …", "disk, round 3 …"]
    assert left_in(tmp_path) == []


@pytest.mark.real
def test_on_a_slow_disk_the_test_file_is_what_could_be_written_in_time() -> None:
    """Of 256 MiB, 20 MB a second write 100 in the five seconds that there are at the least."""
    progress = RecordedProgress()
    options = DiskOptions(("seqread",), 0, 1, 0, 256 * MIB)
    with known_disk(parse_tier("5000,20"), 1600 * MIB, "slow0001") as slow:
        *_, metric = DiskWorkload().measure(Context("slow0001", Options(given=(options,)), progress, slow.path))
    (sizes,) = {sample.detail["file_bytes"] for sample in metric.samples}
    assert 64 * MIB <= sizes <= 140 * MIB
    assert sizes % MIB == 0
    assert f"{sizes / 1e9:.2f} GB of the file" in progress.lines[2]
    # All of it is there to be read: what is only allocated is read at once, and the device sees nothing of it.
    assert not any("the device counted" in sample.reason for sample in metric.samples)


@pytest.mark.real
def test_a_disk_that_writes_next_to_nothing_is_not_measured() -> None:
    options = DiskOptions(("seqread",), 0, 1, 0, 256 * MIB)
    with (
        known_disk(parse_tier("5000,5"), 1600 * MIB, "slow0002") as slow,
        pytest.raises(
            CannotRun, match=r"only \d+ MB of the test file was written in the time allowed; name a directory"
        ),
    ):
        list(DiskWorkload().measure(Context("slow0002", Options(given=(options,)), RecordedProgress(), slow.path)))


@pytest.mark.real
@pytest.mark.parametrize("job", ["seqread", "randwrite"])
def test_psync_in_many_processes_measures_a_disk_of_known_speed(monkeypatch: pytest.MonkeyPatch, job: str) -> None:
    """Processes that read the same at the same time would find it in a cache, and go faster than the disk."""
    monkeypatch.setattr("hostcheck.bench.disk.io_engine.ENGINES", ("libaio",))
    monkeypatch.setattr(disk, "choose_engine", lambda *_: "psync")
    options = DiskOptions((job,), 0, 3, 1, 128 * MIB)
    with known_disk(TIERS["sata"], 1600 * MIB, "psync001") as slow:
        *_, metric = DiskWorkload().measure(
            Context("psync001", Options(given=(options,)), RecordedProgress(), slow.path)
        )
    assert metric.settings["io_engine"] == "psync"
    assert metric.settings["processes"] == (8 if job == "seqread" else 32)
    # How busy the host is decides whether a sample counts, and not how fast the disk is.
    measured = median(sample.value for sample in metric.samples if sample.value is not None)
    assert measured == pytest.approx(120 if job == "seqread" else 350, rel=0.03)


@pytest.mark.real
def test_other_work_on_every_cpu_is_reported_with_the_figure(tmp_path: Path) -> None:
    options = replace(TINY, jobs=("randread-qd1",))
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        *_, metric = DiskWorkload().measure(
            Context("0123456789", Options(given=(options,)), RecordedProgress(), tmp_path)
        )
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    assert any(CROWDED in sample.detail.get("caution", "") for sample in metric.samples)


def test_what_fio_takes_itself_and_what_is_not_known_is_not_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert [_was_crowded(busy, 80.0) for busy in (100.0, 91.0, 89.0, None)] == [True, True, False, False]
    assert not _was_crowded(100.0, None)


def test_where_memory_is_short_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "find_fio", lambda: Program(Path("/none/fio"), "fio-3.33"))
    monkeypatch.setattr("hostcheck.bench.room.psutil.virtual_memory", lambda: SimpleNamespace(available=300_000_000))
    with pytest.raises(
        CannotRun, match="only 300 MB of memory is available, and fio's jobs need 356 MB.*--allow-low-space"
    ):
        list(DiskWorkload().measure(Context("0123456789", Options(given=(TINY,)), RecordedProgress(), tmp_path)))
    assert left_in(tmp_path) == []


@pytest.mark.real
@pytest.mark.parametrize("at", ["writing", "round 1"])
def test_stopping_it_leaves_nothing_behind(tmp_path: Path, at: str) -> None:
    long = DiskOptions(JOBS, 0, 600, 0, 256 * MIB)
    stop = threading.Event()
    with pytest.raises(Interrupted):
        list(
            DiskWorkload().measure(
                Context("0123456789", Options(given=(long,)), RecordedProgress(stop, at), tmp_path, stop=stop)
            )
        )
    assert left_in(tmp_path) == []


@pytest.mark.real
def test_what_was_measured_before_a_stop_stands(tmp_path: Path) -> None:
    stop = threading.Event()
    given: list[Metric] = []

    def measure() -> None:
        for metric in DiskWorkload().measure(
            Context("0123456789", Options(given=(TINY,)), RecordedProgress(), tmp_path, stop=stop)
        ):
            given.append(metric)
            stop.set()

    with pytest.raises(Interrupted):
        measure()
    assert [m.id for m in given] == IDS[:1]
    assert given[0].samples[0].value is not None
    assert left_in(tmp_path) == []


@pytest.mark.real
def test_reading_what_was_never_written_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave_a_hole(bench: DiskBench, _job: JobFile, _seconds: float) -> None:
        os.truncate(_create(bench._scratch.path / FILE), 16 * MIB)

    monkeypatch.setattr(DiskBench, "lay_out", leave_a_hole)
    reading = next(DiskWorkload().measure(Context("0123456789", Options(given=(TINY,)), RecordedProgress(), tmp_path)))
    assert reading.state == "invalid"
    assert "the device counted" in reading.reason


def _create(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.real
def test_with_a_size_files_that_nothing_read_are_read_once_at_the_end() -> None:
    options = DiskOptions(("seqread",), 0, 1, 0, 64 * MIB, asked_bytes=192 * MIB)
    with known_disk(parse_tier("5000,10"), 2400 * MIB, "fresh001") as slow:
        *_, last = DiskWorkload().measure(Context("fresh001", Options(given=(options,)), RecordedProgress(), slow.path))
        assert left_in(slow.path) == ["lost+found"]
    assert last.id == "disk.seqread.fresh.bandwidth"
    assert {sample.detail["file_bytes"] for sample in last.samples} == {24 * MIB}
    assert not any("more than once" in sample.reason for sample in last.samples)
    for sample in last.samples:
        # Eight I/Os are in flight, and one second holds ten: fio's count is coarse here, and memory is far faster.
        assert 5 < sample.value < 20


@pytest.mark.real
def test_a_file_that_is_read_more_than_once_says_nothing_of_what_was_never_read(tmp_path: Path) -> None:
    options = DiskOptions(("seqread",), 0, 1, 0, 64 * MIB, asked_bytes=96 * MIB)
    for _ in range(5):
        *_, last = DiskWorkload().measure(Context("fresh002", Options(given=(options,)), RecordedProgress(), tmp_path))
        assert last.id == "disk.seqread.fresh.bandwidth"
        assert last.value is None
        # A turn whose CPU went to other guests does not count either, for that reason.
        if "steal" not in last.reason:
            break
    assert "was read more than once: give a larger --size" in last.reason


@pytest.mark.real
def test_a_test_file_of_the_size_that_was_asked_for_is_written_whole(tmp_path: Path) -> None:
    options = replace(TINY, jobs=("randread",), asked_bytes=96 * MIB)
    progress = RecordedProgress()
    *_, metric = DiskWorkload().measure(Context("0123456789", Options(given=(options,)), progress, tmp_path))
    assert {sample.detail["file_bytes"] for sample in metric.samples} == {96 * MIB}


def test_a_test_file_that_the_disk_has_no_room_for_is_not_made_smaller_than_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "find_fio", lambda: Program(Path("/none/fio"), "fio-3.33"))
    options = replace(TINY, asked_bytes=1 << 50)
    with pytest.raises(CannotRun, match=r"a test file of 1125899.9 GB is too large: it may take .* free.*--size"):
        list(DiskWorkload().measure(Context("0123456789", Options(given=(options,)), RecordedProgress(), tmp_path)))
    assert left_in(tmp_path) == []


def test_without_fio_it_cannot_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRun) as error:
        list(DiskWorkload().measure(Context("0123456789", Options(given=(TINY,)), RecordedProgress(), tmp_path)))
    assert error.value.reason == "fio is not installed"
    assert error.value.remedy == "install it: apt-get install fio, dnf install fio or apk add fio"


@pytest.mark.real
def test_a_fio_that_can_do_nothing_here_says_why_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hostcheck.bench.disk.io_engine.ENGINES", ("nosuch", "norsuch"))
    with pytest.raises(CannotRun, match="engine nosuch not loadable"):
        list(DiskWorkload().measure(Context("0123456789", Options(given=(TINY,)), RecordedProgress(), tmp_path)))
    assert left_in(tmp_path) == []


def test_a_file_system_without_direct_io_is_not_measured_through_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(disk, "find_fio", lambda: Program(Path("/none/fio"), "fio-3.33"))
    monkeypatch.setattr(disk.os, "pwrite", refuse)
    with pytest.raises(CannotRun, match="refuses direct I/O: Invalid argument; name a directory on another"):
        list(DiskWorkload().measure(Context("0123456789", Options(given=(TINY,)), RecordedProgress(), tmp_path)))
    assert left_in(tmp_path) == []


def test_the_metrics_are_known_before_anything_is_measured() -> None:
    known = {effort: [spec.id for spec in DiskWorkload().metrics(Options(effort))] for effort in PRESETS}
    headline = ["disk.seqread.bandwidth", "disk.seqwrite.bandwidth", "disk.randread.iops", "disk.randwrite.iops"]
    for effort, ids in known.items():
        assert ids[:4] == headline
        assert len(set(ids)) == len(ids) == len(PRESETS[effort].jobs)
    # What this effort does not measure is not missing.
    assert {*known["thorough"]} - {*known["standard"]} == {"disk.commit.p99.seconds"}


class Turn:
    """Somebody whose turn takes 3 s."""

    seconds = 3.0

    def __init__(self, counted: int = 3) -> None:
        self.counted = counted


def test_each_round_begins_with_another_job_and_after_three_only_as_the_time_lasts() -> None:
    one, two, three = Turn(), Turn(), Turn()
    jobs = [one, two, three]
    assert [disk.due(jobs, turn, -10.0) for turn in (1, 2, 3)] == [jobs, [two, three, one], [three, one, two]]
    assert disk.due(jobs, 4, 100.0) == jobs
    assert disk.due(jobs, 5, 8.9) == [two, three]
    assert disk.due(jobs, 5, 2.9) == []


def test_jobs_with_fewer_valid_samples_run_first() -> None:
    full, robbed = Turn(), Turn(counted=1)
    assert disk.due([full, robbed], 5, 100.0) == [robbed, full]
    robbed.counted = 3
    assert disk.due([full, robbed], 5, 100.0) == [full, robbed]


@pytest.mark.parametrize(("cpu", "limited"), [(97.0, True), (60.0, False), (None, False)])
def test_one_process_that_kept_its_cpu_busy_calls_for_the_job_in_parallel(cpu: float | None, *, limited: bool) -> None:
    job = standard_job("randread")
    taken = {figure: Sample(150_000.0, detail={"fio_cpu_percent": cpu}) for figure in job.figures}
    turn = FioTurn(SimpleNamespace(sample=lambda *_: taken), job, 1.0, 0.2)  # type: ignore[arg-type]
    assert not turn.is_limited_by_fio
    turn.take()
    assert turn.is_limited_by_fio is limited


def test_jobs_of_the_user_whose_sections_have_one_name_are_told_apart_by_their_metrics(tmp_path: Path) -> None:
    said = []
    for name in ("my.first.iops", "my.second.iops"):
        path = tmp_path / f"{name}.fio"
        path.write_text(f"; hostcheck: metric={name} figure=iops\n[a]\nrw=randread\n")
        (job,) = own_jobs([path])
        taken = {figure: Sample(5000.0) for figure in job.figures}
        turn = FioTurn(SimpleNamespace(sample=lambda *_, taken=taken: taken), job, 1.0, 0.2)  # type: ignore[arg-type]
        turn.take()
        said.append(turn.in_words)
    assert said == ["my.first.iops 5,000 IOPS", "my.second.iops 5,000 IOPS"]


@pytest.mark.real
def test_the_job_in_parallel_follows_after_three_rounds_in_as_many_processes_as_cpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FioTurn, "is_limited_by_fio", True)
    options = replace(TINY, jobs=("randread",), budget_seconds=12)
    context = Context("0123456789", Options(given=(options,)), RecordedProgress(), tmp_path)
    given = list(DiskWorkload().measure(context))
    assert [metric.id for metric in given[:3]] == ["disk.randread.iops"] * 3
    assert given[3].id == "disk.randread.parallel.iops"
    assert given[3].settings["processes"] == min(os.cpu_count() or 1, 8)
    assert given[3].samples[0].value


def test_a_job_of_a_percentile_takes_longer_turns_until_there_are_enough_times_for_it() -> None:
    job = standard_job("wal")
    (figure,) = job.figures
    lengths: list[float] = []

    def sample(_job: JobFile, seconds: float) -> dict[JobMetric, Sample]:
        lengths.append(seconds)
        return {figure: Sample(0.01) if seconds >= 4 else Sample(None, valid=False, reason="too few")}

    turn = FioTurn(SimpleNamespace(sample=sample), job, 1.0, 0.2)  # type: ignore[arg-type]
    for _ in range(4):
        turn.take()
    assert lengths == [1.0, 2.0, 4.0, 4.0]
    assert turn.seconds == 4.0 + 0.2 + START_SECONDS


@pytest.mark.parametrize("effort", ["quick", "standard"])
def test_what_is_planned_fits_the_time_that_is_promised(effort: Effort) -> None:
    """Five rounds, and the time that a test file is given at the least; what the disk leaves of it is used."""
    options = DiskOptions.preset(effort)
    each = options.ramp_seconds + options.seconds + START_SECONDS
    jobs = len(options.jobs) - (CHURN_JOB in options.jobs)
    planned = disk.ROUNDS * (jobs * each + 2 * (CHURN_JOB in options.jobs))
    assert planned + LEAST_LAYOUT_SECONDS <= options.budget_seconds


@pytest.mark.real
def test_a_job_of_ones_own_is_measured_beside_the_others(tmp_path: Path) -> None:
    own = tmp_path / "own.fio"
    own.write_text(
        "; hostcheck: metric=my.randread.p99 figure=lat.p99\n; hostcheck: metric=my.randread.iops figure=iops\n"
        "[own]\nrw=randread\nbs=8k\ndirect=1\nfilename=${HC_FILE}\nsize=${HC_SIZE}\ntime_based\n"
        "runtime=${HC_RUNTIME}\nlat_percentiles=1\n"
    )
    (tmp_path / "data").mkdir()
    options = replace(TINY, jobs=("seqread",), own_jobs=(own,))
    context = Context("0123456789", Options(given=(options,)), RecordedProgress(), tmp_path / "data")
    metrics = {metric.id: metric for metric in DiskWorkload().measure(context)}
    assert list(metrics) == ["disk.seqread.bandwidth", "my.randread.p99", "my.randread.iops"]
    assert metrics["my.randread.p99"].unit == "s"
    assert metrics["my.randread.iops"].settings["block_bytes"] == 8192
    assert all(sample.value for metric in metrics.values() for sample in metric.samples)


@pytest.mark.real
def test_a_sustained_write_is_one_long_sample_whose_course_is_kept(tmp_path: Path) -> None:
    options = replace(TINY, jobs=(), sustained=Sustained(3.0))
    progress = RecordedProgress()
    (metric,) = DiskWorkload().measure(Context("0123456789", Options(given=(options,)), progress, tmp_path))
    assert progress.lines[0].endswith("then 3 s of sustained writes")
    assert (metric.id, metric.interval, len(metric.samples)) == ("disk.sustained.iops", None, 1)
    # Half seconds; fio may begin a little after the device is first looked at.
    assert 4 <= len(metric.samples[0].detail["series"]["iops"]) <= 7
    # They are too few to say how sure their mean is.
    assert metric.samples[0].detail["batches"] == []


@pytest.mark.real
def test_an_allowance_of_bytes_shows_in_large_blocks_alone() -> None:
    """The limit of bytes falls for good once 500 MB are written; small blocks never come near it."""
    before, after = parse_tier("500,120"), parse_tier("500,24")
    options = replace(TINY, jobs=(), ramp_seconds=0.2, file_bytes=64 * MIB, sustained=Sustained(9.0, 2 * 10**9))
    with known_disk(before, 1600 * MIB, "allowance") as known:
        mounts = own_mounts()
        device = next(mount.device for mount in mounts if mount.mount_point == str(known.path))
        throttle = find_throttle(mounts, Path("/proc/self/cgroup").read_text(), device, "unused")
        ended = Event()

        def follow() -> None:
            counter = Path(f"/sys/dev/block/{device}/stat")
            spent = 512 * int(counter.read_text().split()[6]) + 500 * 10**6
            while not ended.wait(0.01):
                if 512 * int(counter.read_text().split()[6]) > spent:
                    throttle.set(after)
                    return

        thread = Thread(target=follow)
        thread.start()
        try:
            context = Context("0123456789", Options(given=(options,)), RecordedProgress(), known.path)
            small, large = DiskWorkload().measure(replace(context, allowed=frozenset({"busy"})))
        finally:
            ended.set()
            thread.join()
    assert (small.id, "then" in small.reason) == ("disk.sustained.iops", False)
    assert large.id == "disk.sustained.bandwidth"
    found = re.fullmatch(r"(\d+) MB/s for \d+ s, then (\d+): an allowance or a cache was spent", large.reason)
    assert found is not None, large.reason
    assert (float(found[1]), float(found[2])) == (pytest.approx(120, rel=0.1), pytest.approx(24, rel=0.1))


def test_a_sustained_writes_interval_is_that_of_its_batches() -> None:
    rates = [350.0 + step % 3 for step in range(60)]
    sample = Sample(351.0, detail={"series": {"milliseconds": 500, "iops": rates}})
    job = standard_job("sustained")

    class Bench:
        def sample(self, job, _seconds):
            return {job.figures[0]: sample}

    context = Context("0123456789", Options(given=(TINY,)), RecordedProgress())
    metric = disk._sustained(Bench(), job, context, Sustained(30.0))
    low, high = metric.interval
    assert 350.5 < low < 351.0 < high < 351.5
    assert len(metric.samples[0].detail["batches"]) >= 10
    assert metric.estimator == BATCH_MEANS
    assert contradiction(Run("id", "0", "", HostIdentity("node-1"), metrics=(metric,))) is None


def test_a_limit_of_what_is_written_ends_a_sustained_write() -> None:
    """A second shows the rate, then parts of a minute at the most follow until the limit."""
    job = standard_job("sustained")
    took = []

    class Bench:
        def sample(self, job, seconds):
            took.append(seconds)
            detail = {"iops": 10_000.0, "series": {"t": [0.5, 1.0], "iops": [10_000.0, 10_000.0]}}
            return {job.figures[0]: Sample(10_000.0, detail=detail)}

    context = Context("0123456789", Options(given=(TINY,)), RecordedProgress())
    # 40.96 MB a second: 6 GB are written in 146 s.
    metric = disk._sustained(Bench(), job, context, Sustained(1800.0, 6 * 10**9))
    assert took[:3] == [1.0, 60.0, 60.0]
    assert sum(took) == pytest.approx(146.5, abs=0.1)
    assert len(metric.samples) == len(took)
    took.clear()
    metric = disk._sustained(Bench(), job, context, Sustained(25.0, 6 * 10**9))
    assert took == [1.0, 24.0]


def test_what_is_written_before_the_rate_is_measured_is_within_the_limit_too() -> None:
    job, took = standard_job("sustained-seqwrite"), []

    class Bench:
        def sample(self, job, seconds):
            took.append(seconds)
            detail = {"iops": 100.0, "series": {"t": [0.5, 1.0], "iops": [100.0, 100.0]}}
            return {job.figures[0]: Sample(104.8576, detail=detail)}

    options = replace(TINY, ramp_seconds=2.0)
    metric = disk._sustained(
        Bench(), job, Context("0123456789", Options(given=(options,)), RecordedProgress()), Sustained(1800.0, 10**10)
    )
    assert metric.id == "disk.sustained.bandwidth"
    written = sum(seconds + 2.0 for seconds in took) * 100 * MIB
    assert 0.98e10 < written <= 1.0000001e10


@pytest.mark.parametrize(
    ("asked", "loads"),
    [
        (None, {}),
        (Sustained(60.0), {"sustained": None}),
        (Sustained(60.0, 20 * 10**9), {"sustained": 10**10, "sustained-seqwrite": 10**10}),
    ],
)
def test_large_blocks_are_written_only_within_a_limit(asked, loads) -> None:
    found = disk._sustained_loads(asked)
    assert {name: each.limit_bytes for name, _, each in found} == loads
