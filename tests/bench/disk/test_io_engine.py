"""fio's ways to do I/O: the first that works is taken, and the jobs are written anew for it."""

import threading
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.disk import io_engine as disk_engine
from hostcheck.bench.disk.io_engine import adapted, choose_engine
from hostcheck.bench.disk.jobs import standard_job
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
    with pytest.raises(CannotRun, match=r"fio cannot write with direct I/O here: .*Is a directory|not a regular file"):
        choose_engine(find_fio(), tmp_path, threading.Event())


def test_as_many_processes_stand_in_for_the_depth_that_psync_does_not_have(tmp_path: Path) -> None:
    job = adapted(standard_job("randwrite"), "psync", tmp_path)
    assert (job.does.io_engine, job.does.queue_depth, job.does.processes) == ("psync", 1, 32)
    assert job.figures == standard_job("randwrite").figures
    assert job.does.settings["processes"] == 32
    assert job.does.settings != standard_job("randwrite").does.settings


def test_processes_in_sequence_begin_in_parts_of_their_own_and_the_test_file_is_written_by_one(tmp_path: Path) -> None:
    text = adapted(standard_job("seqread"), "psync", tmp_path).path.read_text()
    assert "iodepth=1\nnumjobs=8\noffset_increment=${HC_STRIPE}\n" in text
    assert "offset_increment" not in adapted(standard_job("randread"), "psync", tmp_path).path.read_text()
    layout = adapted(standard_job("layout"), "psync", tmp_path)
    assert (layout.does.queue_depth, layout.does.processes) == (1, 1)


def test_only_the_engine_changes_for_io_uring(tmp_path: Path) -> None:
    job = adapted(standard_job("randread"), "io_uring", tmp_path)
    assert (job.does.io_engine, job.does.queue_depth, job.does.processes) == ("io_uring", 32, 1)


def test_a_job_that_asked_for_its_own_engine_keeps_it(tmp_path: Path) -> None:
    assert adapted(standard_job("wal"), "io_uring", tmp_path) == standard_job("wal")
