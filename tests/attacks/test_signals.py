"""The attack of ``signals`` at a moment or two; thirty of them are run by hand (docs/security.md)."""

import signal

import pytest

from tests.attacks.signals import SIGNALS, Attack, Run, sick_engine, small_build

pytestmark = pytest.mark.real


@pytest.fixture
def engine(tmp_path):
    small_build(tmp_path)
    with sick_engine(tmp_path) as engine:
        yield engine


def test_whatever_ends_runs_nothing_is_left(tmp_path, engine):
    attack = Attack(tmp_path, engine, "answers", 0.0)
    attack.end_at("storm of 1, 1 of 1")
    assert attack.wrong == []
    assert sum(attack.ends.values()) == 3


def test_while_an_engine_hangs_runs_say_so_and_end_and_nothing_is_left_once_it_answers(tmp_path, engine):
    before = engine.holdings()

    def start(name, **how):
        run = Run(engine.url, tmp_path / name, definition=tmp_path, parts=["storm", "build"], repeats=50, **how)
        run.until_said("storm of 1, 1 of")
        return run

    runs = {"hung": start("hung", hung=6.0), **{number: start(number.name) for number in SIGNALS}}
    try:
        engine.stop()
        for number in SIGNALS:
            runs[number].process.send_signal(number)
        # In a hurry: the order of things does not change.
        runs[signal.SIGINT].process.send_signal(signal.SIGINT)
        codes = {name: run.end() for name, run in runs.items()}
        said = {name: run.said for name, run in runs.items()}
        assert codes == {"hung": 4, signal.SIGINT: 130, signal.SIGTERM: 130, signal.SIGKILL: -signal.SIGKILL}, said
        for name in ("hung", signal.SIGINT, signal.SIGTERM):
            (remains,) = [line for line in said[name] if "may remain" in line]
            assert f"has not answered for {6 if name == 'hung' else 5} s (it hangs)" in remains
            assert f"| xargs -r docker --host {engine.url} rm -fv" in remains
        # The first cause, and the remedy once.
        skipped = "the engine has not answered for 6 s (it hangs)"
        assert f"storm: skipped: {skipped}; check the engine's log, and start it again" in said["hung"]
        assert f"build: skipped: {skipped}" in said["hung"]
    finally:
        engine.go_on()
    assert [left for run in runs.values() for left in run.until_gone()] == []
    assert engine.holdings() == before
