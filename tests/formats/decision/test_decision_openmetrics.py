"""OpenMetrics as Prometheus itself reads it."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.audit import audit
from hostcheck.formats.decision_openmetrics import render
from hostcheck.formats.openmetrics import BASE_UNITS
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.host.captured import CapturedHost
from hostcheck.host.tree import FolderTree
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import HostIdentity, Run

HOST = Path(__file__).parents[2] / "hosts" / "docker-cgroup2-in-kvm" / "root"


def series(decision):
    return [line.rpartition(" ")[::2] for line in render(decision).splitlines() if not line.startswith("#")]


@pytest.mark.real
@pytest.mark.parametrize("name", ["mixed", "hostile", "passing", "undecided", "warned"])
def test_promtool_finds_nothing_to_say(decisions, name):
    text = render(getattr(decisions, name))
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_no_series_is_there_twice(decisions):
    for name in ("mixed", "hostile"):
        names = [found for found, _ in series(getattr(decisions, name))]
        assert len(set(names)) == len(names)


def test_names_that_differ_only_in_what_is_not_shown_are_one_series_with_the_worst_status(decisions):
    known = decisions.passing.findings[0]
    failed = replace(known, id="a\x1b", status="fail", effect="fail")
    decision = replace(decisions.mixed, findings=(replace(known, id="a\x9b"), failed, replace(failed, id="a\u202e")))
    names = [name for name, _ in series(decision)]
    assert len(set(names)) == len(names)
    own = [name for name in names if name.startswith("hostcheck_check_status") and 'id="a�"' in name]
    assert own == ['hostcheck_check_status{scope="docker",id="a�",status="fail"}']


@pytest.mark.parametrize("started", ["soon", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none_is_left_out_or_written(decisions, started):
    decision = replace(decisions.mixed, run=replace(decisions.mixed.run, started=started))
    assert render(decision).endswith("# EOF\n")


def test_the_outcome_is_one_of_three_series(decisions):
    values = dict(series(decisions.undecided))
    assert [values[f'hostcheck_gate_outcome{{outcome="{word}"}}'] for word in ("passed", "failed", "inconclusive")] == [
        "0",
        "0",
        "1",
    ]


def test_a_check_is_one_series_of_its_status_and_one_of_what_is_known_of_it(decisions):
    for decision in (decisions.mixed, decisions.warned):
        judged = {(each.scope, each.id) for each in decision.findings if each.status != "skip"}
        names = [name for name, _ in series(decision)]
        for family in ("hostcheck_check_status", "hostcheck_check_info"):
            assert len([name for name in names if name.startswith(f"{family}{{")]) == len(judged)
    values = dict(series(decisions.mixed))
    assert values['hostcheck_check_status{scope="docker",id="a.unknown",status="unknown"}'] == "1"


def test_an_audit_of_two_profiles_is_two_series_a_check():
    facts, verdicts = audit(CapturedHost(FolderTree(HOST)), ["docker", "kubernetes"])
    run = Run("id", "0", "2026-11-23T10:00:00Z", HostIdentity("a"), facts=facts, verdicts=verdicts)
    made = series(weigh(run, Policy(profiles=("docker", "kubernetes"))))
    checks = [each for each in verdicts if each.status != "skip"]
    assert len(checks) > 100
    assert len(made) < 2 * len(checks) + 12


def test_what_is_waived_says_so(decisions):
    waived = {
        re.search(r'id="([^"]*)"', name)[1]: re.search(r'waived="(\w+)"', name)[1]
        for name, _ in series(decisions.mixed)
        if name.startswith('hostcheck_check_info{scope="docker"')
    }
    assert (waived["b.fail"], waived["b.old"]) == ("true", "false")


def test_figures_are_in_base_units_and_published_ones_are_not_there(decisions, metric):
    values = dict(series(decisions.mixed))
    assert values['hostcheck_metric_operations_per_second{metric="disk.randwrite.iops"}'] == "4800.0"
    assert values['hostcheck_metric_low_operations_per_second{metric="disk.randwrite.iops"}'] == "4700.0"
    assert not any("hostcheck_metric" in name and "seqread" in name for name in values)
    bandwidth = metric("disk.seqread.bandwidth", 119, 120, 121)
    varied = replace(
        bandwidth, id="disk.seqread.variation.percent", unit="%", better="lower", value=12.0, interval=None
    )
    build = metric("build.cold.seconds", 9, 10, 11)
    run = replace(decisions.mixed.run, metrics=(bandwidth, varied, build))
    values = dict(series(replace(decisions.mixed, run=run)))
    rate = float(values['hostcheck_metric_bytes_per_second{metric="disk.seqread.bandwidth"}'])
    assert rate == pytest.approx(120e6, rel=0.001)
    assert float(values['hostcheck_metric_ratio{metric="disk.seqread.variation.percent"}']) == pytest.approx(0.12)
    assert float(values['hostcheck_metric_seconds{metric="build.cold.seconds"}']) == pytest.approx(10, rel=0.01)
    assert 'hostcheck_metric_low_ratio{metric="disk.seqread.variation.percent"}' not in values


def test_every_unit_of_a_metric_has_a_base_unit():
    assert {spec.unit for spec in METRICS.values()} <= set(BASE_UNITS)


def test_the_text_ends_as_openmetrics_wants(decisions):
    assert render(decisions.mixed).endswith("\n# EOF\n")
    assert render(decisions.mixed).count("# EOF") == 1
