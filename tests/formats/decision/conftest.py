"""Decisions that the tests of all formats begin with, and the text that must do nothing in any of them."""

from datetime import date
from types import SimpleNamespace

import pytest

from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver
from hostcheck.run.measured import Metric
from hostcheck.run.model import HostIdentity, Run, Verdict
from hostcheck.thresholds import parse_threshold

HOSTILE = (
    "\"]]></failure><script>alert(1)</script>&amp; %0A::error::x | 'y'=1 # TODO \\ ## [x](javascript:1) `z`\n"
    "::set-output name=a::b\r\n##[error]x\nok 1 - all is well\nBail out!\n...\n---"
    "\x1b[2J\x9b\x00\ufffe\ud800\u202e,;=1+2"
)
"""What a host may say: the markup, commands, ends of line and control characters of every format at once."""

FORMULA = "=cmd|'/c calc'!A0"
STARTED = "2026-11-23T10:00:00Z"
DOCKER = Policy(profiles=("docker",))
IOPS = "disk.randwrite.iops"


def _verdict(check, status, severity="required", text="text"):
    return Verdict(
        "docker", check, status, severity, f"wanted {text}", text, f"why {text}", f"fix {text}", f"man {text}"
    )


def _measured(metric_id, unit, value, interval, state="ok"):
    return Metric(metric_id, unit, "lower" if unit == "s" else "higher", state, "", value, interval)


def _run_of(*verdicts, host="node-1", metrics=()):
    return Run("id", "0.1.0", STARTED, HostIdentity(host), verdicts=verdicts, metrics=metrics)


METRICS = (
    _measured(IOPS, "IOPS", 4800.0, (4700.0, 4900.0)),
    _measured("build.cold.seconds", "s", 45.5, (45.0, 46.0)),
    _measured("disk.seqread.bandwidth", "MB/s", 120.0, None, "published"),
)


def _mixed(text="text", host="node-1"):
    """A decision with a finding of every kind: two failures, two unknowns, two pieces of advice, two waived."""
    run = _run_of(
        _verdict("a.pass", "pass", text=text),
        _verdict("a.skip", "skip", text=text),
        _verdict("a.fail", "fail", text=text),
        _verdict("a.unknown", "unknown", text=text),
        _verdict("a.warn", "warn", "recommended", text),
        _verdict("a.undecided", "unknown", "recommended", text),
        _verdict("b.fail", "fail", text=text),
        _verdict("b.old", "fail", text=text),
        host=host,
        metrics=METRICS,
    )
    policy = Policy(
        profiles=("docker",),
        thresholds=tuple(
            map(parse_threshold, (f"{IOPS} >= 5000", "build.cold.seconds <= 60", "disk.seqread.bandwidth >= 100"))
        ),
        waivers=(Waiver("b.f*", f"known {text}", date(2027, 1, 31)), Waiver("b.old", text, date(2026, 1, 1))),
        source="hostcheck.toml",
    )
    return weigh(run, policy, today=date(2026, 11, 23))


@pytest.fixture
def decisions():
    """Decisions by name, and the texts that the hostile ones are full of."""
    return SimpleNamespace(
        mixed=_mixed(),
        hostile=_mixed(HOSTILE, HOSTILE),
        formula=_mixed(FORMULA, FORMULA),
        passing=weigh(_run_of(_verdict("a.pass", "pass")), DOCKER),
        undecided=weigh(_run_of(_verdict("a.unknown", "unknown")), DOCKER),
        warned=weigh(_run_of(_verdict("a.warn", "warn", "recommended")), DOCKER),
        many=lambda count: weigh(_run_of(*(_verdict(f"many.{number:03}", "fail") for number in range(count))), DOCKER),
        HOSTILE=HOSTILE,
    )
