"""Job files: the settings that two hosts' figures must have in common; and the files that ship."""

import subprocess
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import JobFile, read_jobfile
from hostcheck.fio.program import find_fio
from hostcheck.resources import data_dir

SHIPPED = ("layout", "seqread", "seqwrite", "randread", "randwrite")


def settings(job: JobFile) -> tuple[str, int, int, bool, str]:
    return (job.pattern, job.block_bytes, job.queue_depth, job.direct, job.io_engine)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seqread", ("read", 1 << 20, 8, True, "libaio")),
        ("seqwrite", ("write", 1 << 20, 8, True, "libaio")),
        ("randread", ("randread", 4096, 32, True, "libaio")),
        ("randwrite", ("randwrite", 4096, 32, True, "libaio")),
    ],
)
def test_the_jobs_that_ship(name: str, expected: tuple[str, int, int, bool, str]) -> None:
    job = read_jobfile(data_dir("fio-jobs") / f"{name}.fio")
    assert (job.name, settings(job)) == (name, expected)
    assert job.writes == name.endswith("write")


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
    [("[a]\n[b]\n", "2 jobs"), ("; nothing\n", "0 jobs"), ("bs=4k\n", "reading"), ("[a]\nbs=many\n", "not a size")],
)
def test_says_what_is_wrong_with_a_job_file(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.fio"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_jobfile(path)
