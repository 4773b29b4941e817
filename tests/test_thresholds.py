import re
from dataclasses import replace

import pytest

from hostcheck.errors import UnfitError
from hostcheck.run.measured import Metric
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
    ("text", "limit"),
    [
        ("disk.randwrite.iops >= 10k IOPS", 10_000),
        ("disk.randwrite.iops >= 10k", 10_000),
        ("disk.seqread.bandwidth >= 1.5 GB/s", 1500),
        ("disk.seqread.bandwidth >= 100 MiB/s", 104.8576),
        ("disk.wal.p99.seconds<=5 ms", 0.005),
        ("build.cold.seconds <= 2 min", 120),
    ],
)
def test_a_limit_is_written_in_any_unit_of_the_metric(text, limit):
    assert parse_threshold(text).limit == limit


def test_only_a_users_own_metric_takes_its_unit_from_the_threshold():
    assert parse_threshold("my.pages.p99 <= 5 ms") == Threshold("my.pages.p99", "<=", 0.005, "s")
    assert parse_threshold("my.pages.p99 <= 0.005") == Threshold("my.pages.p99", "<=", 0.005)
    assert parse_threshold("disk.wal.p99.seconds <= 5 ms") == Threshold("disk.wal.p99.seconds", "<=", 0.005)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a threshold; write one as 'disk.randwrite.iops >= 5000'"),
        (IOPS, "is not a threshold"),
        ("disk.randwrite.iops == 5", "is not a threshold"),
        ("disk.randwrite.iops >=", "is not a threshold"),
        ("disk.randwrite.iops >= fast", "'fast' is not a quantity; write it like 10k IOPS"),
        ("disk.randwrite.iops >= nan", "'nan' is not a quantity"),
        (
            "disk.randwrite.iops >= 1e99",
            "cannot be a limit of disk.randwrite.iops; write a number above 0, such as 5000",
        ),
        ("disk.randwrite.iops >= 0", "cannot be a limit"),
        ("disk.randwrite.iops >= -1", "cannot be a limit"),
        ("disk.randwrite.iops >= 5 ms", "'5 ms' is a time, not a rate of I/Os in IOPS"),
        ("disk.randwrite.iops >= 10K IOPS", "'K IOPS' in '10K IOPS' is not a unit"),
        ("disk.randwrite.iops >= 10,000", "write the number without commas"),
        ("disk.wal.p99.seconds <= 5 m", "'m' in '5 m' is not a unit; write ms or min"),
        ("disk.seqread.bandwidth >= 120 Mb/s", "did you mean MB/s?"),
        ("disk.seqread.bandwidth >= 120 MB", "'120 MB' is an amount of data, not a rate of data in MB/s"),
        ("disk.randwrit.iops >= 5", "there is no metric 'disk.randwrit.iops'; did you mean disk.randwrite.iops?"),
        ("disc.randwrite.iops >= 5", "did you mean disk.randwrite.iops?"),
        ("storm.curve.x.seconds <= 5", "did you mean storm.curve.N.seconds?"),
        ("hw.memory_bytes >= 400 GB", "hw.memory_bytes is a fact, not a metric"),
        (
            "my.a >= 5 GB",
            "'GB' in '5 GB' is not a unit of a metric; metrics are in IOPS, events/s, containers, MB/s or s",
        ),
    ],
)
def test_what_is_no_threshold_is_refused(text, message):
    with pytest.raises(UnfitError, match=re.escape(message)):
        parse_threshold(text)


def test_a_metric_in_another_unit_than_the_limit_is_unknown():
    metric = replace(measured(9000, (8000, 10_000)), id="my.a", unit="MB/s")
    status, found = judge(Threshold("my.a", ">=", 10, "IOPS"), metric)
    assert (status, found) == ("unknown", "9,000 MB/s (8,000 – 10,000) is not in IOPS, the unit of the limit")
    assert judge(Threshold("my.a", ">=", 10), metric)[0] == "pass"
    assert judge(Threshold(IOPS, ">=", 10), replace(metric, id=IOPS))[0] == "unknown"


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
    assert expectation(Threshold(IOPS, "<", 60), None) == "less than 60 IOPS"
    assert expectation(Threshold("my.a", "<", 60), None) == "less than 60"
    assert expectation(Threshold("disk.wal.p99.seconds", "<=", 0.000428), None) == "at most 428 µs"
    assert expectation(Threshold("build.cold.seconds", "<=", 120), None) == "at most 120 s"
