"""What clean removes: nothing unasked, what was measured only where it is named, and never what is not its own."""

import errno
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.errors import UnwrittenError
from hostcheck.leftovers import leftovers, remove


@pytest.fixture
def home(tmp_path):
    """A home with all that hostcheck leaves, and neighbours."""
    names = ("runs/a.json", "audits/a.json", "history.sqlite3")
    for name in (*(f"share/hostcheck/{each}" for each in names), "cache/hostcheck/matplotlib/list"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "share" / "mine").write_text("x")
    return tmp_path


def environment(home):
    return {**os.environ, "HOME": str(home), "XDG_DATA_HOME": f"{home}/share", "XDG_CACHE_HOME": f"{home}/cache"}


def clean(home, *words, answer=None):
    argv = [sys.executable, "-m", "hostcheck", "clean", *words]
    options = {"env": environment(home), "text": True, "stderr": subprocess.PIPE, "check": False}
    if answer is None:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **options)
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(argv, stdin=theirs, stdout=theirs, **options)
    os.close(theirs)
    os.close(ours)
    return done


def files(home):
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


ALL = [
    "cache/hostcheck/matplotlib/list",
    "share/hostcheck/audits/a.json",
    "share/hostcheck/history.sqlite3",
    "share/hostcheck/runs/a.json",
    "share/mine",
]
KEPT = ["share/hostcheck/audits/a.json", "share/hostcheck/history.sqlite3", "share/hostcheck/runs/a.json", "share/mine"]


def test_without_a_terminal_it_lists_and_removes_nothing(home):
    done = clean(home)
    assert done.returncode == 0
    assert done.stdout == f"{home}/cache/hostcheck  the report's lists of fonts\n"
    assert "nothing was removed" in done.stderr
    assert files(home) == ALL


@pytest.mark.parametrize(("answer", "left"), [("n", ALL), ("", ALL), ("y", KEPT), ("Yes", KEPT)])
def test_on_a_terminal_it_asks(home, answer, left):
    assert clean(home, answer=answer).returncode == 0
    assert files(home) == left


def test_what_was_measured_goes_only_when_it_is_named_and_then_the_empty_folder_too(home):
    assert clean(home, "--yes").returncode == 0
    assert files(home) == KEPT
    assert clean(home, "--yes", "--history").returncode == 0
    assert files(home) == ["share/mine"]
    assert not (home / "share" / "hostcheck").exists()
    assert clean(home, "--yes", "--history").stdout == "there is nothing to remove\n"


def test_of_a_link_the_link_alone_is_removed(home):
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("x")
    runs = home / "share" / "hostcheck" / "runs"
    (runs / "a.json").unlink()
    runs.rmdir()
    runs.symlink_to(elsewhere)
    assert clean(home, "--yes", "--history").returncode == 0
    assert not runs.is_symlink()
    assert (elsewhere / "file").exists()


def test_what_cannot_be_removed_is_named_with_the_reason(home, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", refuse)
    first = leftovers(environment(home), history=False)[0]
    with pytest.raises(UnwrittenError, match=f"removing {first.path}: Permission denied; remove it by hand"):
        remove(first)
    assert UnwrittenError.exit_code == 4


def test_a_user_without_a_home_folder_has_nothing(monkeypatch):
    monkeypatch.setattr("hostcheck.home.home", lambda _environment: None)
    monkeypatch.setattr("hostcheck.store.folder.home", lambda _environment: None)
    assert leftovers({}, history=True) == ()


def test_each_folder_it_removes_is_in_its_page():
    page = (Path(__file__).parents[2] / "docs" / "clean.md").read_text()
    for name in ("share/hostcheck/runs/", "share/hostcheck/history.sqlite3", ".cache/hostcheck/"):
        assert name in page


def test_a_folder_that_cannot_be_looked_at_is_named_and_not_called_empty(home):
    # As the home of another user, which sudo and su may leave in HOME.
    done = clean(home / ("x" * 300))
    assert done.returncode == 4
    assert re.fullmatch(
        r"hostcheck: looking for \S+: File name too long; run it as the user of that folder, .*\n", done.stderr
    )
