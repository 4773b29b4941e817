"""The timer of an endurance run: written, begun, found again and removed; nothing is left where systemd refuses it."""

import shlex
from pathlib import Path

import pytest

from hostcheck.bench.endurance import timer as timers
from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.endurance.state import State
from hostcheck.bench.endurance.timer import NAME, Timer
from hostcheck.cli import clean as cleaning
from hostcheck.cli import endurance as cli
from hostcheck.cli.options import Color
from hostcheck.errors import CannotMeasureError, UnwrittenError
from tests.forked import hostcheck_forked

PLAN = Plan(1000.0, 100.0, 10.0, 0.2)
COMMAND = ["/usr/bin/python3", "-c", "import sys; print(100 % 7)", 'a "b" \\ $HOME', "-o", "run 1.json"]

HELD = Path("/home/u")


@pytest.fixture
def called():
    return []


@pytest.fixture
def timer(tmp_path, called):
    return Timer(Path("/root/.local/share"), tmp_path, lambda words: called.append(" ".join(words)))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_is_begun_found_again_and_removed(timer, called, tmp_path):
    assert not timer.is_there
    timer.remove()
    timer.begin(COMMAND, tmp_path)
    assert timer.is_there
    assert not Timer(Path("/home/other"), tmp_path).is_there
    assert names(tmp_path) == [f"{NAME}.service", f"{NAME}.timer"]
    timer.remove()
    assert names(tmp_path) == []
    assert called == ["daemon-reload", f"enable --now {NAME}.timer", f"disable --now {NAME}.timer", "daemon-reload"]


def test_the_words_of_the_command_survive_the_units_syntax(timer, tmp_path):
    timer.begin(COMMAND, tmp_path)
    (line,) = (
        line for line in (tmp_path / f"{NAME}.service").read_text().splitlines() if line.startswith("ExecStart=")
    )
    words = shlex.split(line.removeprefix("ExecStart="))
    assert [word.replace("%%", "%").replace("$$", "$") for word in words] == COMMAND
    assert "$HOME" not in line.replace("$$", "")


def test_units_that_cannot_be_removed_are_said_to_be_there(timer, tmp_path, monkeypatch):
    timer.begin(COMMAND, HELD)
    monkeypatch.setattr(Path, "unlink", lambda _path: (_ for _ in ()).throw(PermissionError))
    with pytest.raises(CannotMeasureError, match="cannot be removed"):
        timer.remove()


def test_clean_lists_the_timer_and_removes_it_with_what_was_measured(timer, tmp_path, monkeypatch, capsys):
    timer.begin(COMMAND, HELD)
    monkeypatch.setattr(cleaning, "_timer", lambda: timer)
    monkeypatch.setattr("hostcheck.leftovers.leftovers", lambda *, history: ())
    cleaning.clean(history=False, yes=True)
    assert capsys.readouterr().out == "there is nothing to remove\n"
    assert len(names(tmp_path)) == 2
    cleaning.clean(history=True, yes=True)
    shown = [f"{tmp_path}/{NAME}.{end}  the timer of an endurance run" for end in ("service", "timer")]
    assert capsys.readouterr().out.splitlines() == [*shown, "removed"]
    assert names(tmp_path) == []


@pytest.mark.parametrize("refused", ["daemon-reload", "enable"])
def test_refused_by_systemd_it_leaves_no_unit(timer, tmp_path, refused):
    def run(words):
        if words[0] == refused:
            raise CannotMeasureError(f"systemctl {refused}: no")

    with pytest.raises(CannotMeasureError, match=refused):
        Timer(timer.data, tmp_path, run).begin(COMMAND, tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("data", "command", "folder"),
    [
        (HELD, COMMAND, Path("/tmp/a\nExecStartPre=/tmp/evil")),
        (HELD, [*COMMAND, "a\rExecStartPre=/tmp/evil"], HELD),
        (Path("/home/\t"), COMMAND, HELD),
        (HELD, COMMAND, Path("/home/\udcff")),
        (HELD, COMMAND, Path("/home/a\\")),
        (HELD, COMMAND, Path("/home/a ")),
        (HELD, ["/opt/a$b/python3"], HELD),
    ],
    ids=["a line end", "a carriage return", "a tab", "no UTF-8", "a backslash", "a space", "a variable"],
)
def test_texts_that_no_unit_can_hold_are_refused_before_anything_is_written(tmp_path, called, data, command, folder):
    with pytest.raises(CannotMeasureError, match="no unit of systemd can hold"):
        Timer(data, tmp_path, called.append).begin(command, folder)
    assert (names(tmp_path), called) == ([], [])


def test_a_timer_that_cannot_be_written_leaves_no_service(timer, tmp_path):
    (tmp_path / f"{NAME}.timer").mkdir()
    with pytest.raises(UnwrittenError):
        timer.begin(COMMAND, HELD)
    assert names(tmp_path) == [f"{NAME}.timer"]


def test_without_root_or_without_systemd_it_says_so(timer, tmp_path, monkeypatch):
    monkeypatch.setattr(timers.os, "geteuid", lambda: 0)
    monkeypatch.setattr(timers, "BOOTED", tmp_path / "none")
    with pytest.raises(CannotMeasureError, match="systemd, which does not run this host"):
        timer.require_possible()
    monkeypatch.setattr(timers.os, "geteuid", lambda: 1000)
    with pytest.raises(CannotMeasureError, match="needs root"):
        timer.require_possible()


def test_in_a_folder_that_was_removed_none_is_begun(timer, tmp_path, monkeypatch):
    data, here = tmp_path / "data", tmp_path / "here"
    here.mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    monkeypatch.setattr(cli, "_timer", lambda: timer)
    monkeypatch.setattr(Timer, "require_possible", lambda _: None)
    monkeypatch.chdir(here)
    here.rmdir()
    with pytest.raises(CannotMeasureError, match="folder was removed"):
        cli.endure("24h", every=None, only=(), directory=None, color=Color.AUTO, messages=None, by_timer=[])
    assert list(data.rglob("plan*")) == []


def test_it_is_a_part_of_an_endurance():
    done = hostcheck_forked("bench", "--timer")
    assert (done.returncode, "--timer is for --endurance" in done.stderr) == (2, True)


def test_a_timer_whose_endurance_was_removed_begins_none(timer, tmp_path, monkeypatch):
    timer.begin(COMMAND, tmp_path)
    monkeypatch.setattr(cli, "_timer", lambda: timer)
    state = State(tmp_path / "endurance")
    with pytest.raises(CannotMeasureError, match="the timer was removed"):
        cli._begun_as(state, PLAN)
    assert (names(tmp_path), state.plan()) == ([], None)
    assert cli._begun_as(state, PLAN) == PLAN
