"""fio's ways to do I/O: the first that works is taken, and the jobs are written anew for it."""

import threading
from pathlib import Path

import pytest

from hostcheck.bench import disk_engine
from hostcheck.bench.base import CannotRun
from hostcheck.bench.disk_engine import adapted, choose_engine
from hostcheck.bench.disk_jobs import settings_of, standard_job
from hostcheck.fio.program import find_fio


@pytest.mark.real
def test_what_this_fio_does_not_have_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_engine(find_fio(), tmp_path, threading.Event()) == "libaio"
    monkeypatch.setattr(disk_engine, "ENGINES", ("nosuch", "psync"))
    assert choose_engine(find_fio(), tmp_path, threading.Event()) == "psync"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.real
def test_where_none_works_the_reason_is_fios_own(tmp_path: Path) -> None:
    blocked = tmp_path / "trial"
    blocked.mkdir()
    with pytest.raises(CannotRun, match=r"writing directly with fio: .*Is a directory|not a regular file"):
        choose_engine(find_fio(), tmp_path, threading.Event())


def test_as_many_processes_stand_in_for_the_depth_that_psync_does_not_have(tmp_path: Path) -> None:
    job = adapted(standard_job("randwrite"), "psync", tmp_path)
    assert (job.io_engine, job.queue_depth, job.processes) == ("psync", 1, 32)
    assert job.figures == standard_job("randwrite").figures
    assert settings_of(job)["processes"] == 32
    assert settings_of(job) != settings_of(standard_job("randwrite"))


def test_only_the_engine_changes_for_io_uring(tmp_path: Path) -> None:
    job = adapted(standard_job("randread"), "io_uring", tmp_path)
    assert (job.io_engine, job.queue_depth, job.processes) == ("io_uring", 32, 1)


def test_a_job_that_asked_for_its_own_engine_keeps_it(tmp_path: Path) -> None:
    assert adapted(standard_job("wal"), "io_uring", tmp_path) == standard_job("wal")
