"""A workload is one file, and one line in each of two tables: what it is, and what its figures are called."""

from dataclasses import replace

import pytest

from hostcheck.bench.base import WORKLOADS, Context, Options
from hostcheck.bench.runner import run_workloads
from hostcheck.comparison.compare import compare
from hostcheck.errors import UnfitError
from hostcheck.formats.comparison_text import render
from hostcheck.formats.facts_list import list_facts
from hostcheck.formats.terminal import Style
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import HostIdentity, Run
from hostcheck.thresholds import parse_threshold
from tests.bench.made_up import WAKE, SleepOptions

RUN = Run("id", "0.1.0", "2026-11-23T10:00:00Z", HostIdentity("node-1"))


class Quiet:
    """A progress that shows nothing."""

    def start(self, what, seconds):
        pass

    def done(self, what, result):
        pass

    def note(self, text):
        pass


@pytest.fixture
def added(monkeypatch):
    """The made-up workload in both tables."""
    monkeypatch.setitem(WORKLOADS, "sleep", "tests.bench.made_up:SleepWorkload")
    monkeypatch.setitem(METRICS, WAKE.id, WAKE)


@pytest.fixture
def measured(added):
    context = Context("id", Options(given=(SleepOptions(0.002),)), Quiet())
    return from_json(to_json(run_workloads(RUN, ["sleep"], context, lambda _run: None)))


def test_it_is_measured_with_its_own_options(measured):
    (metric,) = measured.metrics
    assert (metric.id, metric.settings["seconds"], len(metric.samples)) == (WAKE.id, 0.002, 4)
    assert metric.value >= 0.002


def test_it_is_called_by_its_label_and_its_headline(measured):
    comparison = compare([measured])
    (row,) = comparison.rows
    assert row.label == "Sleep: woken"
    assert "a short sleep" in comparison.verdicts[0]
    text = render(comparison, Style(color=False))
    assert "Sleep: woken" in text
    assert "a short sleep" in text


def test_it_is_listed_and_a_gate_can_ask_of_it(measured):
    assert WAKE.id in list_facts(Style(color=False), area="sleep")
    for limit, outcome in (("1 h", "passed"), ("1 ms", "failed")):
        threshold = parse_threshold(f"{WAKE.id} <= {limit}")
        steady = replace(measured.metrics[0], interval=(0.002, 0.003))
        run = replace(measured, metrics=(steady,))
        assert weigh(run, Policy(thresholds=(threshold,))).outcome == outcome


def test_without_its_row_no_policy_can_ask_of_it():
    with pytest.raises(UnfitError, match="there is no metric 'sleep.wake.seconds'"):
        parse_threshold(f"{WAKE.id} <= 1 s")
