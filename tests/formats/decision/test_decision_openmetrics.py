"""OpenMetrics as Prometheus itself reads it."""

import re
import subprocess
from dataclasses import replace

import pytest

from hostcheck.formats.decision_openmetrics import render


def series(decision):
    return [line.rpartition(" ")[::2] for line in render(decision).splitlines() if not line.startswith("#")]


@pytest.mark.real
@pytest.mark.parametrize("name", ["mixed", "hostile", "passing", "untold", "warned"])
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
    values = dict(series(decision))
    own = 'scope="docker",id="a�",severity="required"'
    assert values[f'hostcheck_gate_status{{{own},status="fail"}}'] == "1"
    assert values[f'hostcheck_gate_status{{{own},status="pass"}}'] == "0"


@pytest.mark.parametrize("started", ["soon", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none_is_left_out_or_written(decisions, started):
    decision = replace(decisions.mixed, run=replace(decisions.mixed.run, started=started))
    assert render(decision).endswith("# EOF\n")


def test_the_outcome_is_one_of_three_series(decisions):
    values = dict(series(decisions.untold))
    assert [values[f'hostcheck_gate_outcome{{outcome="{word}"}}'] for word in ("passed", "failed", "inconclusive")] == [
        "0",
        "0",
        "1",
    ]


def test_a_status_never_changes_the_labels(decisions):
    values = dict(series(decisions.mixed))
    own = {name: value for name, value in values.items() if 'id="a.unknown"' in name and "_status{" in name}
    assert len(own) == 5
    assert [re.search(r'status="(\w+)"', name)[1] for name, value in own.items() if value == "1"] == ["unknown"]


def test_waivers_are_series(decisions):
    values = dict(series(decisions.mixed))
    assert values['hostcheck_gate_waived{scope="docker",id="b.fail",severity="required"}'] == "1"
    assert values['hostcheck_gate_waived{scope="docker",id="b.old",severity="required"}'] == "0"


def test_measured_metrics_are_there_and_published_ones_are_not(decisions):
    values = dict(series(decisions.mixed))
    assert values['hostcheck_metric_value{metric="disk.randwrite.iops",unit="IOPS"}'] == "4800.0"
    assert values['hostcheck_metric_low{metric="disk.randwrite.iops",unit="IOPS"}'] == "4700.0"
    assert not any("hostcheck_metric" in name and "seqread" in name for name in values)


def test_the_text_ends_as_openmetrics_wants(decisions):
    assert render(decisions.mixed).endswith("\n# EOF\n")
    assert render(decisions.mixed).count("# EOF") == 1
