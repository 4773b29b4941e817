"""fio is run, and ended: nothing of it is left, however it ends."""

import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest

from hostcheck.fio.parser import parse
from hostcheck.fio.program import Program, find_fio
from hostcheck.fio.runner import POLL_SECONDS, run_job

JOB = """
[a]
filename=${HC_FILE}
size=4m
rw=randwrite
time_based
runtime=${HC_RUNTIME}
"""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.fio"
    path.write_text(JOB)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "work: its own"
    path.mkdir()
    return path


def processes_in(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def variables(runtime: str) -> dict[str, str]:
    return {"HC_FILE": "data", "HC_RUNTIME": runtime}


@pytest.mark.real
def test_gives_what_fio_wrote(job: Path, folder: Path) -> None:
    outcome = run_job(find_fio(), job, variables("1"), folder, seconds=60, stop=threading.Event())
    assert (outcome.ended, outcome.exit_code) == ("exited", 0)
    assert parse(outcome.output).jobs[0].write is not None
    assert [path.name for path in folder.iterdir()] == ["data"]


@pytest.mark.real
def test_gives_what_fio_said_when_it_failed(job: Path, folder: Path) -> None:
    job.write_text("[a]\nioengine=nosuch\nsize=1m\n")
    outcome = run_job(find_fio(), job, {}, folder, seconds=60, stop=threading.Event())
    assert outcome.exit_code == 1
    assert "nosuch" in outcome.messages


@pytest.mark.real
def test_a_user_who_stops_it_leaves_no_process(job: Path, folder: Path) -> None:
    stop = threading.Event()

    def once_it_works() -> float:
        if (folder / "data").exists():
            stop.set()
        return POLL_SECONDS

    outcome = run_job(find_fio(), job, variables("600"), folder, seconds=600, stop=stop, tick=once_it_works)
    assert outcome.ended == "stopped"
    assert processes_in(folder) == []


@pytest.mark.real
def test_an_error_while_it_runs_leaves_no_process(job: Path, folder: Path) -> None:
    def fail() -> float:
        if (folder / "data").exists():
            raise KeyboardInterrupt
        return POLL_SECONDS

    with pytest.raises(KeyboardInterrupt):
        run_job(find_fio(), job, variables("600"), folder, seconds=600, stop=threading.Event(), tick=fail)
    assert processes_in(folder) == []


@pytest.mark.real
def test_a_fio_that_is_killed_leaves_no_job_behind(job: Path, folder: Path) -> None:
    def kill_it_when_its_job_works() -> float:
        if (folder / "data").exists() and len(both := processes_in(folder)) == 2:
            min(both, key=lambda process: process.create_time()).send_signal(signal.SIGKILL)
        return POLL_SECONDS

    outcome = run_job(
        find_fio(), job, variables("600"), folder, seconds=600, stop=threading.Event(), tick=kill_it_when_its_job_works
    )
    assert (outcome.ended, outcome.exit_code) == ("exited", -signal.SIGKILL)
    assert processes_in(folder) == []


def test_a_program_that_does_not_heed_signals_is_ended_in_time(
    job: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = folder / "deaf"
    deaf.write_text(
        f"#!{sys.executable}\nimport signal, time\n"
        "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)\n"
        "open('ready', 'w').close()\ntime.sleep(600)\n"
    )
    deaf.chmod(0o755)
    monkeypatch.setattr("hostcheck.fio.runner._ESCALATION", ((signal.SIGINT, 0.1), (signal.SIGTERM, 0.1)))
    stop = threading.Event()

    def once_it_is_deaf() -> float:
        if (folder / "ready").exists():
            stop.set()
        return POLL_SECONDS

    outcome = run_job(Program(deaf, "fio-0.0"), job, {}, folder, seconds=600, stop=stop, tick=once_it_is_deaf)
    assert (outcome.ended, outcome.exit_code) == ("stopped", -signal.SIGKILL)
    assert processes_in(folder) == []


def test_a_program_that_takes_too_long_is_ended(job: Path, folder: Path) -> None:
    slow = folder / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    outcome = run_job(Program(slow, "fio-0.0"), job, {}, folder, seconds=0, stop=threading.Event())
    assert outcome.ended == "timeout"
    assert processes_in(folder) == []


def test_a_descriptor_that_is_to_stay_open_is_open_in_the_program(job: Path, folder: Path) -> None:
    shows = folder / "shows"
    shows.write_text("#!/bin/sh\nls -l /proc/self/fd > fio-output\n")
    shows.chmod(0o755)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        outcome = run_job(
            Program(shows, "fio-0.0"), job, {}, folder, seconds=60, stop=threading.Event(), keep_open=(descriptor,)
        )
    finally:
        os.close(descriptor)
    assert f"{descriptor} -> {folder}\n" in outcome.output
