from dataclasses import replace

import pytest

from hostcheck.run.model import Metric
from hostcheck.thresholds import Threshold, expectation, judge, parse_threshold

IOPS = "disk.randwrite.iops"


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("disk.randwrite.iops >= 5000", Threshold(IOPS, ">=", 5000)),
        ("disk.randwrite.iops>5e3", Threshold(IOPS, ">", 5000)),
        (" build.cold.seconds <= 60.5 ", Threshold("build.cold.seconds", "<=", 60.5)),
        ("build.cold.seconds<60", Threshold("build.cold.seconds", "<", 60)),
    ],
)
def test_a_threshold_is_a_metric_an_operator_and_a_limit(text, threshold):
    assert parse_threshold(text) == threshold


@pytest.mark.parametrize(
    "text",
    [
        "",
        IOPS,
        "disk.randwrite.iops == 5",
        "disk.randwrite.iops >= fast",
        "a >= nan",
        "a >= inf",
        "a >= 0",
        "a >= -1",
        "a >= 5 IOPS",
    ],
)
def test_what_is_no_threshold_is_refused(text):
    with pytest.raises(ValueError, match="no threshold"):
        parse_threshold(text)


def measured(value, interval, **changes):
    return Metric(IOPS, "IOPS", "higher", "ok", "", value, interval, **changes)


@pytest.mark.parametrize(
    ("operator", "interval", "status"),
    [
        (">=", (5100, 5300), "pass"),
        (">=", (5000, 5300), "pass"),
        (">", (5000, 5300), "unknown"),
        (">=", (4900, 5300), "unknown"),
        (">=", (4700, 4999), "fail"),
        (">=", (4700, 5000), "unknown"),
        (">", (4700, 5000), "fail"),
        ("<=", (4700, 5000), "pass"),
        ("<", (4700, 5000), "unknown"),
        ("<", (4700, 4999), "pass"),
        ("<=", (4700, 5001), "unknown"),
        ("<=", (5001, 5300), "fail"),
    ],
)
def test_the_whole_interval_decides_and_a_noisy_metric_is_unknown(operator, interval, status):
    middle = sum(interval) / 2
    assert judge(Threshold(IOPS, operator, 5000), measured(middle, interval))[0] == status


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        (None, "not measured"),
        (measured(9000, None), "no interval"),
        (replace(measured(9000, None), state="published"), "published figure"),
        (replace(measured(9000, (8900, 9100)), state="published"), "published figure"),
        (Metric(IOPS, "IOPS", "higher", "skipped", "no fio; install fio"), "skipped: no fio; install fio"),
        (replace(measured(9000, (8900, 9100)), state="invalid", reason="cached"), "invalid: cached"),
    ],
)
def test_what_was_not_measured_here_with_an_interval_never_satisfies_a_threshold(metric, reason):
    for operator in (">=", "<="):
        status, found = judge(Threshold(IOPS, operator, 5000), metric)
        assert status == "unknown"
        assert reason in found


def test_an_unstable_metric_is_judged_by_its_interval_too():
    unstable = replace(measured(9000, (6000, 13000)), state="unstable", reason="samples spread by 20%")
    assert judge(Threshold(IOPS, ">=", 5000), unstable)[0] == "pass"


def test_what_is_asked_is_written_in_full():
    assert expectation(Threshold(IOPS, ">=", 5000.25), measured(1, None)) == "at least 5,000.25 IOPS"
    assert expectation(Threshold(IOPS, "<", 60), None) == "less than 60"
