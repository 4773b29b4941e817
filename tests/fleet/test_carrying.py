"""A program that runs on hosts of which one hangs: the others begin and end meanwhile."""

import itertools
from contextlib import closing
from hashlib import sha256

import pytest

from hostcheck.errors import CannotMeasureError
from hostcheck.fleet import carrying
from hostcheck.fleet.ansible import Ended
from hostcheck.fleet.carrying import Carrying
from hostcheck.fleet.host import State
from hostcheck.fleet.state import Fleet
from hostcheck.remote.bench import Executable

PRINTED = {"reach": "", "begin": "hostcheck-running\n", "wait": "hostcheck-answer text\nfound\nhostcheck-answer ends\n"}
ROUNDS = 200
"""Of looking after hosts, of which each takes a few."""


class Plays:
    """Ansible whose plays end at once on each host, except on one that hangs in the play that is named."""

    def __init__(self, hangs="", how="ok", ends=False):
        self.hangs, self.how, self.ends, self.begun, self.closed = hangs, how, ends, [], []

    def follow(self, play, names, answers, seconds):
        self.begun.append((play["name"], tuple(names)))
        try:
            for name in names:
                if name != "hung" or play["name"] not in self.hangs:
                    (answers / sha256(name.encode()).hexdigest()).write_text(PRINTED[play["name"]])
                    yield Ended(name, "ok")
            while "hung" in names and play["name"] in self.hangs and not self._ends(play["name"]):
                yield None
            if "hung" in names and play["name"] in self.hangs:
                yield Ended("hung", self.how)
        finally:
            self.closed.append(play["name"])

    def _ends(self, name):
        return name in self.ends if isinstance(self.ends, set) else self.ends


@pytest.fixture
def carried(tmp_path, monkeypatch):
    monkeypatch.setattr(carrying, "_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(carrying, "_HELD_SECONDS", 0.0)
    monkeypatch.setattr(carrying, "_IDLE_SECONDS", 0.0)
    (tmp_path / "executable").write_text("#!/bin/sh\n")
    fleet = Fleet(tmp_path / "fleet-x")
    fleet.create()
    return lambda plays: Carrying(fleet, plays, "token-", Executable(tmp_path / "executable", "x86_64"), 60)


def outcomes(one, until):
    """Look after hosts until these have ended."""
    found = {}
    for _ in range(ROUNDS):
        found |= {outcome.host: outcome for outcome in one.wait()}
        if {*until} <= {*found}:
            return found
    raise AssertionError(found)


@pytest.mark.parametrize("hangs", ["reach", "begin", "wait"])
def test_while_one_hangs_the_others_begin_and_end(carried, hangs):
    plays = Plays(hangs)
    with closing(carried(plays)) as one:
        one.start(["hung", "a"])
        found = outcomes(one, ["a"])
        one.start(["b"])
        found |= outcomes(one, ["b"])
        assert {name: outcome.text for name, outcome in found.items()} == {"a": b"found\n", "b": b"found\n"}
        assert one.running == ["hung"]
        assert (("begin", ("hung",)) in plays.begun or ("begin", ("hung", "a")) in plays.begun) == (hangs != "reach")
    # What waited for it on the controller has ended.
    assert len(plays.closed) == len(plays.begun)


def test_the_executable_is_copied_only_to_hosts_that_are_reached(carried):
    plays = Plays("reach", "stuck", ends=True)
    one = carried(plays)
    assert [(outcome.host, outcome.state) for outcome in one.begin(["hung", "a"])] == [("hung", State.STUCK)]
    assert ("begin", ("a",)) in plays.begun
    assert not one.has_begun("hung")
    assert one.has_begun("a")
    assert one.running == ["a"]


def test_one_that_an_earlier_command_began_may_run_though_it_hangs_now(carried):
    one = carried(Plays("reach", "stuck", ends=True))
    one._copy(["hung"])
    one._plays.clear()
    assert list(one.begin(["hung"])) == []
    assert one.running == ["hung"]


def test_one_that_hangs_during_the_copy_and_when_it_is_polled_is_stuck(carried):
    plays = Plays("begin", "stuck", ends=True)
    one = carried(plays)
    assert list(one.begin(["hung"])) == []
    assert one.running == ["hung"]
    plays.hangs = "wait"
    assert outcomes(one, ["hung"])["hung"].state is State.STUCK


def test_one_that_hangs_during_the_copy_is_given_up_before_the_copy_is(carried, monkeypatch):
    monkeypatch.setattr(carrying, "_SLOW_SECONDS", 0.0)
    plays = Plays({"begin", "wait"}, "stuck", {"wait"})
    with closing(carried(plays)) as one:
        one.start(["hung", "a"])
        found = outcomes(one, ["hung", "a"])
        assert (found["hung"].state, found["a"].text) == (State.STUCK, b"found\n")
        assert plays.closed.count("begin") == 1
        one.start(["b"])
        assert [*outcomes(one, ["b"])] == ["b"]
        assert list(one.running) == []


def test_one_with_a_slow_link_is_waited_for(carried, monkeypatch):
    monkeypatch.setattr(carrying, "_SLOW_SECONDS", 0.0)
    monkeypatch.setitem(PRINTED, "wait", "hostcheck-failed it is gone\n")
    plays = Plays("begin")
    with closing(carried(plays)) as one:
        one.start(["hung"])
        assert [outcome for _ in range(20) for outcome in one.wait()] == []
        assert plays.begun.count(("wait", ("hung",))) > 2
        monkeypatch.setitem(PRINTED, "wait", "hostcheck-answer text\nfound\nhostcheck-answer ends\n")
        assert outcomes(one, ["hung"])["hung"].text == b"found\n"


def test_one_that_has_begun_is_asked_until_its_deadline(carried, monkeypatch):
    plays = Plays("wait", "stuck", ends=True)
    one = carried(plays)
    assert list(one.begin(["hung"])) == []
    assert [outcome for _ in range(20) for outcome in one.wait()] == []
    clock = itertools.count(carrying.time.monotonic() + 1000)
    monkeypatch.setattr(carrying.time, "monotonic", lambda: next(clock))
    assert outcomes(one, ["hung"])["hung"].reason == "it did not answer by its deadline"


def test_a_play_that_cannot_run_ends_the_others(carried):
    plays = Plays("reach")
    with closing(carried(plays)) as one:
        one.start(["hung"])
        assert list(one.wait()) == []
        plays.follow = _fails
        one.start(["a"])
        with pytest.raises(CannotMeasureError, match="no Ansible"):
            list(one.wait())
    assert plays.closed == ["reach"]


def _fails(*_):
    raise CannotMeasureError("no Ansible")
    yield
