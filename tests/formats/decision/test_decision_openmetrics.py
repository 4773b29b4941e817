"""OpenMetrics as Prometheus itself reads it."""

import re
import subprocess

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
