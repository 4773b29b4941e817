"""Job files: the settings that two hosts' figures must have in common; and the files that ship."""

import subprocess
from pathlib import Path

import pytest

from hostcheck.bench.disk.options import ALL_JOBS, PARALLEL_JOB
from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import JobFile, JobMetric, read_jobfile, require_metrics
from hostcheck.fio.program import find_fio
from hostcheck.resources import data_dir

JOBS = (*(name for name in ALL_JOBS if name != "churn"),)
SHIPPED = ("layout", "churn", "sustained", "sustained-seqwrite", PARALLEL_JOB, *JOBS)


def settings(job: JobFile) -> tuple[str, int, int, bool, str]:
    return (job.does.pattern, job.block_bytes, job.does.queue_depth, job.does.direct, job.does.io_engine)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seqread", ("read", 1 << 20, 8, True, "libaio")),
        ("seqwrite", ("write", 1 << 20, 8, True, "libaio")),
        ("randread", ("randread", 4096, 32, True, "libaio")),
        ("randwrite", ("randwrite", 4096, 32, True, "libaio")),
        ("randread-parallel", ("randread", 4096, 32, True, "libaio")),
        ("randread-qd1", ("randread", 4096, 1, True, "libaio")),
        ("randwrite-qd1", ("randwrite", 4096, 1, True, "libaio")),
        ("mixed", ("randrw", 4096, 32, True, "libaio")),
        ("wal", ("write", 2300, 1, False, "psync")),
        ("commit", ("randwrite", 4096, 1, False, "psync")),
        ("syncwrite", ("randwrite", 4096, 1, True, "psync")),
    ],
)
def test_the_jobs_that_ship(name: str, expected: tuple[str, int, int, bool, str]) -> None:
    job = read_jobfile(data_dir("fio-jobs") / f"{name}.fio")
    assert (job.name, settings(job)) == (name, expected)
    pattern = job.does.pattern
    assert job.does.directions == {"randrw": ("read", "write")}.get(
        pattern, ("write",) if "write" in pattern else ("read",)
    )
    assert len(require_metrics(job).figures) == 1


def test_nothing_ships_that_is_not_used() -> None:
    assert sorted(path.stem for path in data_dir("fio-jobs").glob("*.fio")) == sorted(SHIPPED)


@pytest.mark.real
@pytest.mark.parametrize("name", SHIPPED)
def test_fio_takes_the_jobs_that_ship(name: str) -> None:
    variables = {"HC_FILE": "t", "HC_SIZE": "1m", "HC_RUNTIME": "1", "HC_RAMP": "0"}
    job = data_dir("fio-jobs") / f"{name}.fio"
    done = subprocess.run(
        [find_fio().path, "--parse-only", job], env=variables, capture_output=True, text=True, check=False
    )
    # fio drops a job that it cannot parse, says so, and ends with 0.
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", SHIPPED)
def test_each_says_how_to_run_it_by_hand(name: str) -> None:
    text = (data_dir("fio-jobs") / f"{name}.fio").read_text()
    assert f"{name}.fio\n" in text
    for variable in ("HC_FILE", "HC_SIZE", "HC_RUNTIME", "HC_RAMP"):
        if f"${{{variable}}}" in text:
            assert f"{variable}=" in text


def test_global_options_hold_for_the_job(tmp_path: Path) -> None:
    path = tmp_path / "own.fio"
    path.write_text("[global]\nbs=16K\ndirect=1\ntime_based\n# a comment\n[mine]\nrw=randwrite\niodepth=4\n")
    assert settings(read_jobfile(path)) == ("randwrite", 16384, 4, True, "psync")


def test_what_is_left_out_is_as_fio_has_it(tmp_path: Path) -> None:
    path = tmp_path / "own.fio"
    path.write_text("[mine]\n")
    assert settings(read_jobfile(path)) == ("read", 4096, 1, False, "psync")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\n[b]\n", "2 jobs"),
        ("; nothing\n", "0 jobs"),
        ("bs=4k\n", "line 1: 'bs=4k' is in no section"),
        ("[a]\nbs=many\n", "line 2: bs=many is not a value that is accepted"),
        ("[a]\nbssplit=4k/50:8k/50\nrw=read\n", "line 2: .* one block size: bssplit=4k/50:8k/50"),
        ("[a]\nrw=randtrim\nbs=4k\n", "line 2: .*no metric for a job with rw=randtrim"),
        ("[a]\nnumjobs=2\nnumjobs=300\nbs=4k\n", "line 3: numjobs=300; give 1 to 256 processes"),
        ("[global]\nnrfiles=501\n[a]\nnumjobs=2\n", "line 4: nrfiles=501, numjobs=2 are 1002 files"),
        ("[a]\nbs=1g\niodepth=2\n", "line 3: with bs=1g, iodepth=2 its processes need 2,147 MB"),
        ("[a]\nunlink=1\nfilename=${HC_FILE}\n", "line 2: unlink removes"),
        ("[a]\nrw=read\niodepth=deep\n", "iodepth=deep"),
    ],
)
def test_says_what_is_wrong_with_a_job_file(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_jobfile(path)


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nfilename=/dev/sda\n",
        "[a]\nfilename=../x\n",
        "[a]\nfilename=${HC_FILE}:/dev/sda\n",
        "[a]\nfilename=${PATH}\n",
        "[global]\nfilename=/dev/sda\n[a]\n",
        "[a]\nfilename=\n",
        "[a]\nfilename_format=/etc/$jobname\n",
        "[a]\ndirectory=/etc\n",
        "[a]\nopendir=/etc\n",
        "[/dev/sda]\n",
    ],
)
def test_a_job_whose_files_are_elsewhere_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(text)
    with pytest.raises(UsageError, match="leads out of hostcheck's own folder"):
        read_jobfile(path)


@pytest.mark.parametrize("name", ["${HC_FILE}", "${HC_FILE}.wal", "data", "data.$jobnum.$filenum"])
def test_files_of_its_own_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(f"[a]\nfilename={name}\n")
    assert read_jobfile(path).name == "a"


@pytest.mark.parametrize(
    ("line", "figure", "unit"),
    [
        ("; hostcheck: metric=my.a.iops figure=iops", JobMetric("my.a.iops", "iops"), "IOPS"),
        ("# hostcheck: figure=bandwidth metric=my.a.bandwidth", JobMetric("my.a.bandwidth", "bandwidth"), "MB/s"),
        ("; hostcheck: metric=my.a.p99 figure=lat.p99.9", JobMetric("my.a.p99", "lat", 99.9), "s"),
        ("; hostcheck: metric=my.a.p50 figure=sync.p50", JobMetric("my.a.p50", "sync", 50.0), "s"),
    ],
)
def test_a_comment_names_the_metric(tmp_path: Path, line: str, figure: JobMetric, unit: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(f"{line}\n[mine]\nrw=randread\n")
    (found,) = read_jobfile(path).figures
    assert (found, found.unit, found.better) == (figure, unit, "lower" if unit == "s" else "higher")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("; hostcheck: metric=iops figure=iops", "line 2: 'iops' is not the name of a metric"),
        ("; hostcheck: metric=my.iops figure=speed", "line 2: there is no figure 'speed'"),
        ("; hostcheck: metric=my.iops figure=iops unit=s", "line 2: there is no key 'unit'"),
        ("; hostcheck:", "line 2: the comment has no metric="),
        ("; hostcheck: metric=my.iops", "line 2: the comment has no figure=; name both, such as"),
        ("; hostcheck: figure=iops", "line 2: the comment has no metric=; name both, such as"),
    ],
)
def test_a_comment_that_names_it_wrongly_is_reported_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(f"; of mine\n{line}\n[mine]\nrw=randread\n")
    with pytest.raises(UsageError, match=said):
        read_jobfile(path)


def test_a_job_that_does_not_say_what_it_measures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.fio"
    path.write_text("[mine]\nrw=randread\n")
    with pytest.raises(UsageError, match="does not say what it measures") as error:
        require_metrics(read_jobfile(path))
    assert "; hostcheck: metric=" in str(error.value.remedy)
