"""A sustained load of the CPUs shows when an allowance is spent."""

import threading

from hostcheck.bench.base import Context, Options
from hostcheck.bench.cpu import workload
from hostcheck.bench.session import Silent
from hostcheck.run.measured import Sample


class Bench:
    """An hour of credits in a minute: full speed for 30 turns, then a fifth."""

    program = "sysbench 1.0.20"

    def __init__(self, rates, clock):
        self.rates = iter(rates)
        self.clock = clock

    def sample(self, threads):
        self.clock.now += 2.0
        rate = next(self.rates)
        reason = "" if rate else "it ended with 1: no memory"
        return Sample(rate, valid=not reason, reason=reason, seconds=2.0, detail={"threads": threads})


class Clock:
    now = 0.0

    def monotonic(self):
        return self.now


def sustained(monkeypatch, rates):
    clock = Clock()
    monkeypatch.setattr(workload, "time", clock)
    context = Context("id", Options(), Silent(), stop=threading.Event())
    return workload._sustained(Bench(rates, clock), context, 4, 2.0 * len(rates))


def test_a_spent_allowance_has_both_levels(monkeypatch):
    metric = sustained(
        monkeypatch, [2600.0 + step % 3 for step in range(30)] + [520.0 + step % 2 for step in range(20)]
    )
    assert (metric.id, metric.state) == ("cpu.sustained.rate", "unstable")
    assert metric.reason == "2,601 events/s for 60 s, then 520: an allowance or a cache was spent"
    (sample,) = metric.samples
    assert sample.detail["series"]["t"][-1] == 100.0
    assert len(sample.detail["series"]["rate"]) == 50


def test_an_even_load_has_one_level(monkeypatch):
    metric = sustained(monkeypatch, [2600.0 + step % 7 for step in range(50)])
    assert (metric.state, metric.reason) == ("ok", "")
    assert 2600 < metric.value < 2607


def test_a_failed_turn_is_said_and_keeps_its_place_in_the_course(monkeypatch):
    metric = sustained(monkeypatch, [*[2600.0] * 10, None, *[2600.0] * 10])
    assert (metric.state, metric.reason) == ("partial", "1 of 21 turns failed: it ended with 1: no memory")
    times = metric.samples[0].detail["series"]["t"]
    assert (times[9], times[10], times[-1]) == (20.0, 24.0, 42.0)


def test_a_program_that_fails_each_time_is_not_started_without_end(monkeypatch):
    always = [None] * 1000
    metric = sustained(monkeypatch, always)
    assert metric.state == "invalid"
    assert len(metric.samples) == workload.MOST_FAILURES
    assert metric.samples[-1].reason == "it ended with 1: no memory"


def test_a_program_that_begins_to_fail_keeps_what_was_measured(monkeypatch):
    metric = sustained(monkeypatch, [*[2600.0] * 10, *[None] * 1000])
    assert metric.value == 2600
    assert metric.reason == "3 of 13 turns failed: it ended with 1: no memory"
