"""20 more containers at a time, until the limit that is asked for or one of the host; all are removed in the end."""

import threading

import pytest

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.storm import density
from hostcheck.bench.storm import workload as subject
from hostcheck.bench.storm.density import BATCH, MOST, Density, Limit, Step, fill, parse_density, remove_all
from hostcheck.bench.storm.launch import Launched, Life
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.ready import parse_ready
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.errors import UsageError
from tests.bench.conftest import ONCE


@pytest.mark.parametrize("text", ["memory", "makespan", "20", "500"])
def test_a_limit_is_read_and_written_the_same(text):
    assert str(parse_density(text)) == text


@pytest.mark.parametrize("text", ["", "0", "19", "30", "520", "-20", "count", "٢٠"])
def test_what_is_no_limit_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="give one, such as --density makespan or --density 500"):
        parse_density(text)


def batch(makespan, error=""):
    lives = [Life(place, ready=makespan, error=error if place == 0 else "") for place in range(BATCH)]
    return Launched(tuple(lives), 0.0)


def falling():
    """Memory of which each batch takes 500 MB."""
    return iter(range(10**12, 0, -500_000_000)).__next__


def filled(limit, *makespans, guards=()):
    launched = iter(makespans)
    return list(fill(limit, lambda _number: batch(next(launched)), guards, falling()))


def test_a_number_is_launched_by_twenty_and_each_takes_its_memory():
    *_, last = filled(parse_density("60"), 2.0, 2.5, 9.0)
    assert [step.containers for step in last.steps] == [20, 40, 60]
    assert (last.held, last.ended, last.memory_each) == (60, "60 were asked for", 25_000_000)


def test_it_ends_where_twenty_more_take_twice_as_long_as_the_first():
    found = filled(parse_density("makespan"), 2.0, 3.9, 4.0)
    assert [one.held for one in found] == [20, 40, 60]
    assert found[-1].ended == "20 more took twice as long as the first 20"


def test_it_ends_at_the_most_whatever_the_limit():
    *_, last = filled(parse_density("memory"), *[2.0] * 99)
    assert (last.held, last.ended) == (MOST, "500 is the maximum")


def test_a_guard_ends_it_before_the_next_batch_and_refuses_the_first():
    reasons = iter(["", "", "only 700 MB of memory is available"])

    def guard(_found):
        if reason := next(reasons):
            raise CannotRun(reason, "stop programs")

    *_, last = filled(parse_density("memory"), 2.0, 2.0, 2.0, guards=(guard,))
    assert (last.held, last.ended) == (40, "only 700 MB of memory is available")
    reasons = iter(["no room"])
    with pytest.raises(CannotRun, match="no room; stop programs"):
        filled(parse_density("memory"), 2.0, guards=(guard,))


@pytest.mark.parametrize(
    ("taken", "each"),
    [(None, 60), (BATCH * 400, 400), (BATCH * 3, 25), (-5, 25)],
    ids=["first", "large", "small", "none"],
)
def test_a_batch_needs_the_memory_that_the_containers_before_it_took(monkeypatch, taken, each):
    steps = () if taken is None else (Step(BATCH, 1.0, taken * 1e6),)
    needed = []
    monkeypatch.setattr(density, "require_memory", lambda size, what: needed.append((size, what)))
    Density(steps, "").require_memory(60_000_000)
    assert needed == [(BATCH * each * 10**6, "20 containers")]


def test_only_an_images_own_entry_point_is_expected_to_use_its_limit():
    own = parse_ready("port:80")
    large, small = 512 << 20, 16 << 20
    assert StormOptions(ONCE, memory_bytes=large, ready=own).bytes_each == large
    assert StormOptions(ONCE, memory_bytes=small, ready=own).bytes_each == 25_000_000
    assert StormOptions(ONCE, memory_bytes=large).bytes_each == 25_000_000
    assert StormOptions(ONCE, ready=own).bytes_each == 25_000_000


def test_a_batch_that_fails_does_not_count_and_its_reason_ends_it():
    answers = iter([batch(2.0), batch(2.0, "no space left on device")])
    *_, last = fill(Limit("memory"), lambda _number: next(answers), (), falling())
    assert last.held == 20
    assert last.ended == "1 of 20 further containers failed: no space left on device"


def test_each_container_is_removed_once_and_a_silent_engine_is_asked_no_more():
    removed = []

    class Client:
        def __init__(self, *, answers=True):
            self.answers = answers

        def remove_container(self, container, **_):
            removed.append(container)
            if not self.answers:
                raise OSError("timed out")

    remove_all([Client(), Client(), Client()], list("abcdefg"))
    assert sorted(removed) == list("abcdefg")
    removed.clear()
    remove_all([Client(answers=False)], list("abc"))
    assert removed == ["a"]


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of two instead of twenty."""
    for module in (density, subject):
        monkeypatch.setattr(module, "BATCH", 2)


@pytest.mark.real
@pytest.mark.usefixtures("small_batches")
def test_the_containers_of_several_batches_run_together_and_none_is_left(make_context, client, holdings):
    before = holdings()
    running = []

    def at(what, _stop):
        if what.startswith("containers 5"):
            running.append(len(client.containers()))

    found = {}
    for metric in StormWorkload().measure(make_context(StormOptions(ONCE, density=Limit("count", 6)), at=at)):
        found[metric.id] = metric
    held, memory = found["storm.density.containers"], found["storm.density.memory"]
    assert (held.value, running, held.settings["density"]) == (6, [4], "6")
    assert memory.unit == "MB"
    assert [one["containers"] for one in held.samples[0].detail["density"]] == [2, 4, 6]
    assert holdings() == before


@pytest.mark.real
@pytest.mark.usefixtures("small_batches")
def test_interrupted_between_two_batches_it_leaves_nothing(make_context, holdings):
    before = holdings()

    def at(what, stop):
        if what.startswith("containers 3"):
            stop.set()

    with pytest.raises(Interrupted):
        list(StormWorkload().measure(make_context(StormOptions(ONCE, density=Limit("memory")), at=at)))
    assert holdings() == before
    assert not [one for one in threading.enumerate() if one.name.startswith(("container", "removal"))]
