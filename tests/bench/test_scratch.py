"""A directory of its own: gone afterwards, and known when it could not be."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.scratch import Scratch, leftovers, remove_leftover
from hostcheck.errors import CannotMeasureError

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
    with pytest.raises(CannotRun, match="making a directory in"), Scratch(tmp_path / "none", RUN):
        pass


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
    import psutil

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
        with pytest.raises(CannotMeasureError, match="not hostcheck's"):
            remove_leftover(path)
    assert leftovers(tmp_path / "none") == ()
