"""The user's own job files: what room they take, and what fio gets of them."""

import json
import threading
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.disk.jobs import own_jobs, rendered, require_room
from hostcheck.bench.disk.location import Location
from hostcheck.fio.jobfile import JobFile, read_jobfile
from hostcheck.fio.program import find_fio
from hostcheck.fio.runner import run_job
from hostcheck.host.mounts import Mount

GIB = 1 << 30


def location(free_gib: float) -> Location:
    return Location(Path("/d"), Mount("8:1", "/", "/", (), "ext4", "/dev/sda1", ()), int(free_gib * GIB), GIB)


def job(folder: Path, lines: str) -> JobFile:
    path = folder / "own.fio"
    path.write_text(f"[own]\nrw=randwrite\nbs=64k\n{lines}\n")
    return read_jobfile(path, {})


@pytest.mark.parametrize(
    ("lines", "free_gib"),
    [
        ("filename=${HC_FILE}\nsize=${HC_SIZE}", 3.1),
        ("filename=${HC_FILE}\nsize=10%\noffset=90%", 3.1),
        ("filename=${HC_FILE}", 3.1),
        ("size=4g", 7.1),
        ("size=1g\nnumjobs=4", 7.1),
        ("filename=x\nsize=4g\nnumjobs=4", 7.1),
        ("filename=x\nsize=1g\noffset=1g\noffset_increment=1g\nnumjobs=3", 7.1),
        ("filesize=1g-2g\nnrfiles=2", 7.1),
        ("filename=x:y\nfilesize=2g", 7.1),
        ("size=50%", 3.6),
    ],
)
def test_as_much_stays_free_as_beside_hostchecks_own(tmp_path: Path, lines: str, free_gib: float) -> None:
    require_room([job(tmp_path, lines)], location(free_gib))
    if "HC_FILE" not in lines:
        with pytest.raises(CannotRun, match="the files of your jobs take"):
            require_room([job(tmp_path, lines)], location(free_gib - 0.3))
        with pytest.raises(CannotRun, match="the files of your jobs take"):
            require_room([job(tmp_path, lines)] * 2, location(free_gib))


@pytest.mark.parametrize(
    "lines", ["size=2g", "size=1g\noffset=1", "size=20%\noffset=90%", "size=1g\noffset_increment=1m\nnumjobs=2"]
)
def test_no_job_makes_the_test_file_larger(tmp_path: Path, lines: str) -> None:
    with pytest.raises(CannotRun, match="goes beyond the test file of 1.07 GB"):
        require_room([job(tmp_path, f"filename=${{HC_FILE}}\n{lines}")], location(100))


def test_each_is_written_anew_into_the_directory(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    own = job(tmp_path, "size=1m ; exec_prerun=id")
    first, second = rendered([own, own], folder)
    assert (first.path, second.path) == (folder / "own-1.fio", folder / "own-2.fio")
    assert "exec" not in first.path.read_text()
    assert read_jobfile(first.path, {}).does == own.does


@pytest.mark.real
@pytest.mark.parametrize(
    ("lines", "files"),
    [
        ("filename=x:y\nsize=128k\nnumjobs=2\nwrite_bw_log\nunlink=0", {"data.x", "data.y"}),
        ("filesize=64k\nnrfiles=2\nfilename_format=$jobname-$filenum", {"data.own-0", "data.own-1"}),
        ("filename=${HC_FILE}\nsize=50%\noffset=50%\nruntime=20s\nramp_time=5s", set()),
    ],
)
def test_fio_measures_it_for_the_time_of_a_sample_in_the_directory(tmp_path: Path, lines: str, files: set[str]) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "test-file").write_bytes(bytes(1 << 20))
    (mine,) = rendered([job(tmp_path, lines)], folder)
    variables = {"HC_FILE": "test-file", "HC_SIZE": str(1 << 20), "HC_RUNTIME": "1", "HC_RAMP": "0"}
    done = run_job(find_fio(), mine.path, variables, folder, seconds=30, stop=threading.Event())
    (entry,) = json.loads(done.output)["jobs"]
    assert (done.exit_code, entry["error"]) == (0, 0)
    # Not the 20 s that a job asks for; a busy disk may keep the last I/O for a while.
    assert 1000 <= entry["write"]["runtime"] < 15_000
    made = {path.name for path in folder.iterdir()} - {"test-file", "own-1.fio"}
    assert {name for name in made if not name.endswith(".log")} == files
    assert all(name.startswith("data.") for name in made)
    assert {path.name for path in tmp_path.iterdir()} == {"own.fio", "scratch"}


def test_each_option_that_can_decide_the_figure_is_a_setting_but_those_that_hostcheck_sets(tmp_path):
    path = tmp_path / "own.fio"
    path.write_text(
        "; hostcheck: metric=my.randread.iops figure=iops\n[own]\nrw=randread\nbs=4k\ndirect=1\n"
        "filename=${HC_FILE}\nsize=${HC_SIZE}\ntime_based\nruntime=${HC_RUNTIME}\nramp_time=1\n"
        "invalidate=0\nnorandommap\nthinktime=0\niodepth_batch=1\nthread\ndisable_lat=1\n"
    )
    (job,) = own_jobs([path])
    assert job.does.settings == {
        "pattern": "randread",
        "block_bytes": 4096,
        "queue_depth": 1,
        "direct": True,
        "io_engine": "psync",
        "invalidate": "0",
        "norandommap": "1",
        "thread": "1",
        "disable_lat": "1",
    }
