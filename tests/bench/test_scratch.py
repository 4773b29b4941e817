"""A directory of its own: gone afterwards, and known when it could not be."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.scratch import Scratch, leftovers, remove_leftover
from hostcheck.errors import CannotMeasureError
from tests.leaks import children_with, nothing_left_open

RUN = "0123456789abcdef"

LIVES_UNTIL_KILLED = """
import sys, subprocess
from pathlib import Path
from hostcheck.bench.scratch import Scratch
with Scratch(Path(sys.argv[1]), "fedcba9876543210") as scratch:
    (scratch.path / "test-file").write_bytes(b"x")
    child = subprocess.Popen(["sleep", "600"], pass_fds=(scratch.lock,), stdout=subprocess.DEVNULL)
    print(scratch.path, child.pid, flush=True)
    sys.stdin.read()
"""


def test_is_private_and_named_for_its_run(tmp_path: Path) -> None:
    with Scratch(tmp_path, RUN) as scratch:
        assert scratch.path.parent == tmp_path
        assert scratch.path.name.startswith(".hostcheck-01234567-")
        assert stat.S_IMODE(scratch.path.stat().st_mode) == 0o700
        assert RUN in (scratch.path / "owner").read_text()


@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt, Interrupted])
def test_is_gone_however_it_ends(tmp_path: Path, error: type[BaseException] | None) -> None:
    def use() -> None:
        with Scratch(tmp_path, RUN) as scratch:
            (scratch.path / "test-file").write_bytes(b"x" * 4096)
            if error is not None:
                raise error

    if error is None:
        use()
    else:
        with pytest.raises(error):
            use()
    assert list(tmp_path.iterdir()) == []


def test_is_gone_when_it_could_not_be_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"), Scratch(tmp_path, RUN):
        pass
    assert list(tmp_path.iterdir()) == []


def test_says_where_it_could_not_be_made(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot make a directory in"), Scratch(tmp_path / "none", RUN):
        pass


def test_is_not_made_where_another_user_could_exchange_it(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    with pytest.raises(CannotRun, match="could put another folder in its place"), Scratch(tmp_path, RUN):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("put", ["nothing", "link", "folder"])
def test_what_is_written_goes_into_the_folder_that_was_made_and_all_of_it_is_removed(tmp_path: Path, put: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "test-file").write_text("precious")
    with Scratch(tmp_path, RUN) as scratch:
        scratch.require_unchanged()
        scratch.path.rename(tmp_path / "moved")
        if put == "link":
            scratch.path.symlink_to(outside)
        elif put == "folder":
            scratch.path.mkdir(mode=0o700)
        with pytest.raises(CannotMeasureError, match="moved, replaced or made accessible to other users"):
            scratch.require_unchanged()
        (scratch.held / "test-file").write_text("mine")
    left = {path.name for path in tmp_path.iterdir()} - {"outside"}
    assert left == ({scratch.path.name} if put != "nothing" else set())
    assert (outside / "test-file").read_text() == "precious"


def test_a_folder_above_that_was_moved_stops_the_run(tmp_path: Path) -> None:
    parent = tmp_path / "parent"
    parent.mkdir()
    with Scratch(parent, RUN) as scratch:
        parent.rename(tmp_path / "moved")
        with pytest.raises(CannotMeasureError, match="stopped measuring"):
            scratch.require_unchanged()
    assert list((tmp_path / "moved").iterdir()) == []


def test_opened_to_others_it_stops_the_run(tmp_path: Path) -> None:
    with Scratch(tmp_path, RUN) as scratch:
        scratch.path.chmod(0o711)
        with pytest.raises(CannotMeasureError, match="stopped measuring"):
            scratch.require_unchanged()


@pytest.mark.parametrize("put", ["link", "file", "another's", "not empty", "locked", "nothing"])
def test_exchanged_as_soon_as_it_is_made_it_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: str
) -> None:
    """Between mkdir and open, the directory must be empty, belong to this user, and be closed to others."""
    mkdir = os.mkdir
    theirs = tmp_path / "theirs"
    held = []

    def exchanged(name: str, mode: int, *, dir_fd: int) -> None:
        mkdir(name, mode, dir_fd=dir_fd)
        (tmp_path / name).rename(tmp_path / "made")
        if put == "link":
            (tmp_path / name).symlink_to(theirs)
        elif put == "file":
            (tmp_path / name).touch(mode=0o700)
        elif put != "nothing":
            mkdir(tmp_path / name, 0o700)
        if put == "another's":
            os.chown(tmp_path / name, 65534, 65534)
        elif put == "not empty":
            (tmp_path / name / "file").touch()
        elif put == "locked":
            held.append(os.open(tmp_path / name, os.O_RDONLY))
            fcntl.flock(held[0], fcntl.LOCK_EX)

    theirs.mkdir(mode=0o700)
    monkeypatch.setattr(os, "mkdir", exchanged)
    with pytest.raises(CannotMeasureError, match="right after it was made"), Scratch(tmp_path, RUN):
        pass
    monkeypatch.undo()
    assert list(theirs.iterdir()) == []
    for descriptor in held:
        os.close(descriptor)


GUARDED = """
import os, sys
from pathlib import Path
from hostcheck.bench.scratch import Scratch
with Scratch(Path(sys.argv[1]), "fedcba9876543210", guarded=True) as scratch:
    (scratch.held / "test-file").write_bytes(b"x")
    print(scratch.path, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("put", ["", "link", "folder"])
def test_killed_its_guard_removes_the_folder_wherever_it_is_by_then(tmp_path: Path, put: str) -> None:
    outside, above = tmp_path / "outside", tmp_path / "above"
    for folder in (outside, above):
        folder.mkdir()
    (outside / "test-file").write_text("precious")
    with subprocess.Popen(
        [sys.executable, "-c", GUARDED, above], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        path.rename(above / "moved")
        if put == "link":
            path.symlink_to(outside)
        elif put == "folder":
            path.mkdir(mode=0o700)
        process.kill()
    gone = time.monotonic() + 60
    while (above / "moved").exists() and time.monotonic() < gone:
        time.sleep(0.02)
    assert [left.name for left in above.iterdir()] == ([path.name] if put else [])
    assert (outside / "test-file").read_text() == "precious"


def test_leaves_no_descriptor_and_no_process(tmp_path: Path) -> None:
    with nothing_left_open(), Scratch(tmp_path, RUN, guarded=True) as scratch:
        guards = children_with(psutil.Process(), str(scratch.path))
        assert guards
    assert not any(guard.is_running() for guard in guards)


def test_what_is_in_use_is_no_leftover(tmp_path: Path) -> None:
    with Scratch(tmp_path, RUN) as scratch:
        assert leftovers(tmp_path) == ()
        with pytest.raises(CannotMeasureError, match="in use"):
            remove_leftover(scratch.path)
        assert (scratch.path / "owner").exists()


def test_the_directory_of_a_killed_run_is_found_and_removed_once_its_fio_has_ended(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LIVES_UNTIL_KILLED, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        path, child = process.stdout.readline().split()
        assert leftovers(tmp_path) == ()
        process.send_signal(signal.SIGKILL)
    assert leftovers(tmp_path) == ()  # the program it started still works in it
    _kill_and_wait(int(child))

    assert leftovers(tmp_path) == (Path(path),)
    remove_leftover(Path(path))
    assert list(tmp_path.iterdir()) == []


def _kill_and_wait(pid: int) -> None:
    process = psutil.Process(pid)
    process.kill()
    psutil.wait_procs([process], timeout=60)


def test_what_is_not_hostchecks_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    (tmp_path / ".hostcheck-01234567-abcdefgh").symlink_to(other)
    (tmp_path / ".hostcheck-01234567-file0000").touch()
    (tmp_path / ".hostcheck-01234567-open0000").mkdir(mode=0o755)
    (tmp_path / ".hostcheck.toml").mkdir(mode=0o700)
    assert leftovers(tmp_path) == ()
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(CannotMeasureError, match="hostcheck did not make it"):
            remove_leftover(path)
    assert leftovers(tmp_path / "none") == ()


def test_a_leftover_that_is_gone_already_is_removed(tmp_path):
    remove_leftover(tmp_path / ".hostcheck-01234567-8a9b")
