from dataclasses import replace

import pytest

from hostcheck.profiles.loader import load, names
from hostcheck.profiles.measured import judge_metrics
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import HostIdentity, Run
from hostcheck.verdicts import judge

PROFILE = """
title = "Mine"
summary = "Ours."
roles = ["server"]

[[check]]
id = "disk.fsync"
title = "Time of a durable write"
metric = "disk.wal.p99.seconds"
at_most = 0.010
severity = "required"
why = "It waits."
fix = "Buy."
source = "a(1)"

[[check]]
id = "disk.rate"
title = "Rate"
metric = "disk.randwrite.iops"
at_least = 500
severity = "recommended"
roles = ["server"]
why = "It waits."
fix = "Buy."
source = "a(1)"
"""


@pytest.fixture
def judged(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE)

    def make(*metrics, roles=("server",)):
        verdicts = judge(load(str(path)), {}, roles)
        run = Run("1", "0", "2026-01-01T00:00:00Z", HostIdentity("h"), verdicts=verdicts, metrics=metrics)
        return {verdict.check: verdict for verdict in judge_metrics(run, [load(str(path))]).verdicts}

    return make


WAL = Metric("disk.wal.p99.seconds", "s", "lower", "ok", value=0.005, interval=(0.004, 0.006))
IOPS = Metric("disk.randwrite.iops", "IOPS", "higher", "ok", value=900.0, interval=(800.0, 1000.0))


@pytest.mark.parametrize(
    ("interval", "status"), [((0.004, 0.006), "pass"), ((0.011, 0.014), "fail"), ((0.004, 0.013), "unknown")]
)
def test_a_metric_is_judged_by_its_whole_interval(judged, interval, status):
    assert judged(replace(WAL, interval=interval))["disk.fsync"].status == status


def test_a_recommended_metric_that_is_missed_is_a_warning(judged):
    slow = replace(IOPS, value=90.0, interval=(80.0, 100.0))
    assert judged(IOPS)["disk.rate"].status == "pass"
    assert judged(slow)["disk.rate"].status == "warn"


def test_what_was_not_measured_stays_unknown_with_its_remedy(judged):
    verdict = judged(IOPS)["disk.fsync"]
    assert verdict.status == "unknown"
    assert "measure it with hostcheck bench" in verdict.found


def test_a_metric_for_another_role_stays_skipped(judged):
    assert judged(IOPS, roles=())["disk.rate"].status == "skip"


def test_no_profile_that_ships_asks_for_a_metric_that_nothing_measures():
    asked = {check.test.subject for name in names() for check in load(name).checks if check.test.of == "metric"}
    assert asked <= set(METRICS)
