"""A sustained load of the CPUs shows when an allowance is spent."""

import threading

from hostcheck.bench.base import Context, Options
from hostcheck.bench.cpu import workload
from hostcheck.bench.session import Silent
from hostcheck.run.model import Sample


class Bench:
    """An hour of credits in a minute: full speed for 30 turns, then a fifth."""

    program = "sysbench 1.0.20"

    def __init__(self, rates, clock):
        self.rates = iter(rates)
        self.clock = clock

    def sample(self, threads):
        self.clock.now += 2.0
        return Sample(next(self.rates), seconds=2.0, detail={"threads": threads})


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
