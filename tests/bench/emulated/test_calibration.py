"""The ruler measured: what a calibration says, and that it is right on a disk of known speed."""

import json
import subprocess
import sys

import pytest

from hostcheck.bench.disk.options import HEADLINE_JOBS
from hostcheck.bench.emulated.calibration import truth_of
from hostcheck.bench.emulated.tier import TIERS
from hostcheck.formats.calibration_json import render as to_json
from hostcheck.formats.calibration_text import render as to_text
from hostcheck.formats.terminal import Style
from hostcheck.run.calibration import Calibration, TierMetric
from hostcheck.run.measured import Conditions, Metric, Sample
from tests.short import short_hostcheck

SATA = TIERS["sata"]
TOLERANCE = 0.02
MOST_TRIES = 3
"""Neighbours of this machine may keep a disk from its speed for a while; a mistake does so each time."""
NOT_QUIET = 3


def reading(value, **changes):
    sample = Sample(value, conditions=Conditions(steal_percent=12.5))
    metric = Metric("disk.randwrite.iops", "IOPS", "higher", "ok", value=value, samples=(sample,), **changes)
    return TierMetric(SATA, metric, 350.0)


def test_a_figure_within_two_percent_is_near_the_truth():
    assert [reading(value).is_near for value in (350, 343.5, 356.5, 342, 358)] == [True, True, True, False, False]


def test_a_figure_that_is_missing_is_not_near():
    assert not TierMetric(SATA, Metric("disk.randwrite.iops", "IOPS", "higher", "skipped"), 350).is_near


def test_a_quiet_host_is_reported_as_such():
    text = to_text(Calibration((reading(349.0),)), Style())
    assert "A disk of 350 IOPS and 120 MB/s: the SATA VPS of 2014" in text
    assert "-0.29 %" in text
    assert "this host is quiet enough" in text


def test_on_a_noisy_host_the_figure_that_is_off_and_the_steal_are_reported():
    text = " ".join(to_text(Calibration((reading(349.0), reading(300.0))), Style()).split())
    assert "This host is not quiet enough" in text
    assert "Random write at 350 IOPS (off by -14.3 %, with 12.5 % of the CPU time stolen)" in text


def test_json_has_every_sample_and_the_error_as_a_share():
    document = json.loads(to_json(Calibration((reading(343.5),)), Style()))
    assert (document["schema"], document["quiet"]) == ("hostcheck.calibration/1", True)
    (found,) = document["readings"]
    assert found["error"] == pytest.approx(-0.01857, abs=1e-5)
    assert found["samples"] == [{"value": 343.5, "valid": True, "reason": "", "steal_percent": 12.5}]


@pytest.mark.parametrize(
    ("unit", "block_bytes", "truth"),
    [
        ("IOPS", 4096, 350),
        ("MB/s", 1 << 20, 120),
        # 350 I/Os of 64 KiB are fewer bytes than the limit on bytes lets through.
        ("MB/s", 64 << 10, 350 * 65536 / 1e6),
        ("s", 4096, None),
        ("IOPS", None, None),
    ],
)
def test_the_truth_is_the_limit_that_binds(unit, block_bytes, truth):
    metric = Metric("x", unit, "higher", "ok", settings={"block_bytes": block_bytes})
    assert truth_of(metric, SATA) == (truth if truth is None else pytest.approx(truth))


def calibrate(*arguments):
    return run([sys.executable, "-m", "hostcheck", "calibrate", *arguments])


def calibrate_shortly(*arguments):
    """Three turns of a second each."""
    return run(short_hostcheck("calibrate", *arguments, jobs=HEADLINE_JOBS))


def run(argv):
    return subprocess.run(argv, capture_output=True, text=True, timeout=400)


@pytest.mark.real
@pytest.mark.timeout(1300)
@pytest.mark.parametrize("make", [calibrate, calibrate_shortly])
def test_every_headline_figure_of_a_sata_disk_is_within_two_percent(make):
    for _ in range(MOST_TRIES):
        done = make("--tier", "sata", "-o", "json:-")
        if done.returncode != NOT_QUIET:
            break
    document = json.loads(done.stdout)
    assert {reading["metric"] for reading in document["readings"]} >= {
        "disk.seqread.bandwidth",
        "disk.seqwrite.bandwidth",
        "disk.randread.iops",
        "disk.randwrite.iops",
    }
    errors = {reading["metric"]: reading["error"] for reading in document["readings"]}
    assert errors == pytest.approx(dict.fromkeys(errors, 0), abs=TOLERANCE)
    assert done.returncode == 0
    assert {reading["state"] for reading in document["readings"]} == {"ok"}


@pytest.mark.real
def test_a_disk_that_this_host_cannot_be_as_fast_as_ends_with_3():
    done = run(short_hostcheck("calibrate", "--tier", "9000000,90000"))
    assert done.returncode == 3, done.stderr
    assert "not quiet enough" in done.stdout


def test_an_unknown_tier_ends_with_2():
    done = calibrate("--tier", "ssd")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no tier 'ssd'" in done.stderr
