"""Hosts that load their disks in turns: their clocks are brought together, whatever they say of them."""

import random

import pytest

from hostcheck.cli.fleet_between import shared_fate
from hostcheck.errors import UsageError
from hostcheck.fleet import sharing
from hostcheck.fleet.ask import Wanted
from hostcheck.fleet.carried import in_folder
from hostcheck.fleet.sharing import Offset, Sharing, share
from hostcheck.fleet.state import Fleet


def test_the_offset_of_a_clock_is_between_its_bounds_and_each_question_narrows_them():
    chance, offset, errors = random.Random(3), Offset(), []
    for _ in range(5):
        before = chance.uniform(100, 200)
        there = before + chance.uniform(0, 0.5)
        offset = offset.narrowed(before, there + 12345.0, there + chance.uniform(0, 0.5))
        assert offset.least <= 12345.0 <= offset.most
        assert abs(offset.middle - 12345.0) <= offset.error
        errors.append(offset.error)
    assert errors == sorted(errors, reverse=True)


def test_a_clock_that_contradicts_itself_counts_from_now_on():
    offset = Offset().narrowed(100.0, 500.0, 101.0).narrowed(110.0, 20.0, 111.0)
    assert (offset.least, offset.most) == (-91.0, -90.0)


class Asked:
    """Hosts that are asked for their clock and given the start."""

    def __init__(self, *rounds):
        self.rounds, self.commands, self.uptime = list(rounds), [], 1000.0

    def ask(self, commands):
        self.commands.append(commands)
        for host, printed in self.rounds.pop(0) if self.rounds else ():
            self.uptime += 0.1
            yield host, printed


@pytest.fixture
def started(monkeypatch):
    def start(*rounds):
        asked = Asked(*rounds)
        monkeypatch.setattr(sharing, "uptime", lambda: asked.uptime)
        return sharing._started(asked, "token"), asked

    return start


def clock(before, there, ready="yes"):
    return f"a banner\nhostcheck-clock {before} {there} {ready}\n"


def test_the_turns_begin_once_all_are_ready_and_their_clocks_agree(started):
    wide = [("a", clock(990.0, 5000.0)), ("b", clock(1000.1, 40.0, "no"))]
    narrow = [("a", clock(1000.2, 5000.2)), ("b", clock(1000.3, 40.3))]
    begins, asked = started(wide, narrow)
    assert begins
    assert len(asked.commands) == 3
    assert "'5030.350 0.400'" in asked.commands[-1]
    assert "'70.350 0.400'" in asked.commands[-1]


@pytest.mark.parametrize(
    "printed",
    ["", "hostcheck-clock", "hostcheck-clock 1 2", "hostcheck-clock a b yes", clock("nan", "nan"), clock(1, "inf")],
)
def test_without_two_clocks_nothing_is_loaded(started, printed):
    begins, asked = started(*[[("a", clock(1000.0, 1.0)), ("b", printed)]] * 10)
    assert not begins
    assert "({})" in asked.commands[-1]
    assert "'few'" in asked.commands[-1]


@pytest.mark.parametrize(("before", "word"), [(990.0, "apart"), (1000.0, "late")])
def test_a_host_that_cannot_begin_is_given_the_reason(started, before, word):
    """The clocks of both are known to seconds; or a third one is not ready while those of two agree."""
    rounds = [[("a", clock(before + number, 1.0)), ("b", clock(before + number, 1.0))] for number in range(10)]
    begins, asked = started(*[[*each, ("c", clock(before, 1.0, "no"))] for each in rounds])
    assert begins == (word == "late")
    assert f"'{word}'" in asked.commands[-1]


@pytest.mark.parametrize("hosts", [("a",), ("a", "a"), tuple("abcdefghi"), ()])
def test_it_is_found_between_two_to_eight_hosts(tmp_path, hosts):
    with pytest.raises(UsageError, match="different hosts of the inventory are needed"):
        share(Wanted(Fleet(tmp_path / "fleet-x"), ("hosts.ini",)), Sharing(hosts, "/var/lib"), (), print)


def test_a_folder_is_absolute_since_each_host_has_another_current_one(tmp_path):
    with pytest.raises(UsageError, match="not an absolute path"):
        share(Wanted(Fleet(tmp_path / "fleet-x"), ("hosts.ini",)), Sharing(("a", "b"), "data"), (), print)


def test_commands_for_a_folder_that_is_gone_do_nothing():
    assert in_folder("echo there").endswith("|| exit 0\necho there")


def test_cpus_are_loaded_or_a_disk():
    with pytest.raises(UsageError, match="--cpu and --dir cannot be combined"):
        shared_fate(["a", "b"], inventory=["hosts.ini"], directory="/data", cpu=True)
