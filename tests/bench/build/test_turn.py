import subprocess
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from hostcheck.bench.base import Interrupted
from hostcheck.bench.build import turn as subject
from hostcheck.bench.build.turn import build_turn, clear_turns


@pytest.fixture
def engine(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(subject, "run_folder", lambda: tmp_path / "run")
    return SimpleNamespace(keeps_cache=True, data_root=tmp_path / "data")


def test_a_second_one_waits_for_its_turn_and_goes_on_without_it_when_that_does_not_come(engine, tmp_path):
    looks = []
    with build_turn(engine, 1.0) as first:
        with build_turn(engine, 0.5, lambda: looks.append("look")) as second:
            assert (first, second) == (True, False)
        assert len(looks) > 1
        # Who had no turn does not end the other's.
        with build_turn(engine, 0.0) as third:
            assert not third
    with build_turn(engine, 0.0) as fourth:
        assert fourth
    assert list((tmp_path / "run").iterdir()) == []


def test_it_comes_when_the_first_one_is_over(engine):
    with ExitStack() as first:
        first.enter_context(build_turn(engine, 1.0))
        with build_turn(engine, 60.0, first.close) as turn:
            assert turn


def test_who_waits_can_be_stopped(engine):
    def stopped():
        raise Interrupted

    with build_turn(engine, 1.0), pytest.raises(Interrupted), build_turn(engine, 60.0, stopped):
        pass


def test_another_engine_and_a_builder_without_a_cache_have_turns_of_their_own(engine, tmp_path):
    (tmp_path / "other").mkdir()
    other = SimpleNamespace(keeps_cache=True, data_root=tmp_path / "other")
    with build_turn(engine, 0.0), build_turn(other, 0.0) as one:
        assert one
        with build_turn(SimpleNamespace(keeps_cache=False, data_root=tmp_path / "data"), 0.0) as two:
            assert two


def test_the_turn_of_a_process_that_was_killed_is_over(engine, tmp_path):
    program = (
        "import sys; from pathlib import Path; from types import SimpleNamespace\n"
        "from hostcheck.bench.build import turn as b; b.run_folder = lambda: Path(sys.argv[1]) / 'run'\n"
        "with b.build_turn(SimpleNamespace(keeps_cache=True, data_root=Path(sys.argv[1]) / 'data'), 0): \n"
        "    print('mine', flush=True); sys.stdin.read()\n"
    )
    argv = [sys.executable, "-c", program, tmp_path]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "mine\n"
        with build_turn(engine, 0.0) as turn:
            assert not turn
        clear_turns()
        assert len(list((tmp_path / "run").iterdir())) == 1
        process.kill()
        process.wait()
        with build_turn(engine, 10.0) as turn:
            assert turn


def test_what_a_killed_process_left_of_its_turn_is_cleared(engine, tmp_path):
    left = tmp_path / "run" / "hostcheck-buildkit-1-2.lock"
    left.touch()
    with build_turn(engine, 0.0):
        clear_turns()
        assert not left.exists()
        assert len(list((tmp_path / "run").iterdir())) == 1


def test_a_link_in_the_place_of_the_lock_is_not_followed(engine, tmp_path):
    with build_turn(engine, 0.0):
        (lock,) = (tmp_path / "run").iterdir()
    (tmp_path / "root").write_text("root")
    lock.symlink_to(tmp_path / "root")
    with build_turn(engine, 0.0) as turn:
        assert not turn
    assert (tmp_path / "root").read_text() == "root"
