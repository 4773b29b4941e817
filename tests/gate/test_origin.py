from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.gate.decision import decide
from hostcheck.gate.origin import parse_age
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric, Sample
from tests.gate.hosts import audited

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
WEEK = Policy(("docker",), max_age=timedelta(days=7))


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("30min", timedelta(minutes=30)),
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        (" 2 w ", timedelta(weeks=2)),
    ],
)
def test_an_age_is_a_number_with_a_unit(text, age):
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "1.5h", "7D", "1y", "1d 2h", "100000000000d"])
def test_what_is_no_age_is_refused(text):
    with pytest.raises(UsageError, match="is not a duration; write it like 30min"):
        parse_age(text)


def run_of(started, ended=None, *samples):
    run = audited("docker-cgroup2-in-kvm", ("docker",))
    measured = tuple(Sample(None, False, "steal", started=each) for each in samples)
    metric = Metric("disk.randwrite.iops", "IOPS", "higher", "invalid", "steal", samples=measured)
    return replace(run, started=started, ended=ended, metrics=(metric,) if samples else ())


def about(run, policy=WEEK, source="file"):
    decision = decide(run, policy, now=NOW, source=source)
    return [each for each in decision.findings if each.kind == "run"]


@pytest.mark.parametrize(
    ("times", "status", "found"),
    [
        (("2026-11-23T11:00:00Z", "2026-11-23T11:59:00Z"), "pass", "a run that began 60 minutes ago"),
        (("2026-11-16T12:00:00Z",), "pass", "a run that began 7 days ago"),
        (("2026-11-16T11:59:59Z",), "unknown", "a run that began 7 days ago"),
        (("2026-11-16T11:00:00.250Z", "2026-11-23T11:00:00Z"), "unknown", "a run that began 7 days ago"),
        # A time that was changed alone: the oldest counts.
        (("2026-11-23T11:00:00Z", "2026-10-01T11:00:00Z"), "unknown", "a run that began 53 days ago"),
        (("2026-11-23T11:00:00Z", None, "2026-10-01T11:00:00Z"), "unknown", "a run that began 53 days ago"),
        (("2026-11-23T12:04:00Z",), "pass", "a run that began 0 seconds ago"),
        (
            ("2026-11-23T12:06:00Z",),
            "unknown",
            "a run from the future: 2026-11-23T12:06:00Z; the clock of one of the two",
        ),
        (("2026-11-23T11:00:00Z", "2027-01-01T00:00:00Z"), "unknown", "a run from the future: 2027-01-01T00:00:00Z"),
        (("",), "unknown", "a run with an invalid time: ''"),
        (("yesterday",), "unknown", "a run with an invalid time: 'yesterday'"),
        (("2026-11-23T11:00:00",), "unknown", "a run with an invalid time"),
        (("2026-11-23T11:00:00Z", ""), "unknown", "a run with an invalid time: ''"),
        (("0001-01-01T00:00:00+23:59",), "unknown", "a run with an invalid time: '0001"),
        (
            ("2026-11-23T11:00:00Z", "9999-12-31T23:59:59-23:59"),
            "unknown",
            "a run with an invalid time: '9999",
        ),
        (("0001-01-01T00:00:00Z",), "unknown", "a run that began 739942 days ago"),
    ],
)
def test_the_age_of_a_run_is_that_of_its_oldest_time(times, status, found):
    (finding,) = about(run_of(*times))
    assert (finding.id, finding.scope, finding.status) == ("run.age", "file", status)
    assert finding.found.startswith(found)
    assert finding.effect == ("none" if status == "pass" else "inconclusive")


@pytest.mark.parametrize(("valid", "status"), [(True, "unknown"), (False, "pass")])
def test_a_sample_that_counts_says_when_it_was_taken(valid, status):
    run = run_of("2026-11-23T11:00:00Z", None, "2026-11-23T11:00:00Z")
    (metric,) = run.metrics
    untimed = Sample(1000.0, valid, "" if valid else "steal")
    (finding,) = about(replace(run, metrics=(replace(metric, samples=(*metric.samples, untimed)),)))
    assert finding.status == status


@pytest.mark.parametrize("name", ["tests/runs/run-1.json", "reports/sample/host.json", "reports/sample/sata.json"])
def test_a_file_of_hostchecks_own_is_as_old_as_it_says(name):
    run = read_run(str(TOP / name))
    now = datetime.fromisoformat(run.ended) + timedelta(minutes=1)
    decision = decide(run, WEEK, now=now, source="file")
    assert [each.status for each in decision.findings if each.kind == "run"] == ["pass"]


def test_a_captured_host_has_no_age_and_one_that_was_audited_now_needs_none():
    run = run_of("2026-11-23T11:59:00Z")
    (finding,) = about(run, source="captured")
    assert (finding.status, finding.found) == ("unknown", "a captured host, which does not say when it was captured")
    assert about(run, source="live") == []
    assert about(run, Policy(("docker",))) == []


def test_a_run_of_another_host_is_unknown_and_makes_the_gate_inconclusive():
    run = run_of("2026-11-23T11:59:00Z")
    (other,) = about(run, Policy(("docker",), host="db-1"))
    assert (other.id, other.status, other.effect) == ("run.host", "unknown", "inconclusive")
    (same,) = about(run, Policy(("docker",), host=run.host.name))
    assert same.status == "pass"


def test_an_age_can_be_waived_by_its_name_with_a_reason_and_a_day():
    waiver = Waiver("run.age", "the node is in the vault", NOW.date())
    (finding,) = about(run_of("2026-10-01T11:00:00Z"), replace(WEEK, waivers=(waiver,)))
    assert finding.effect == "waived"


@pytest.mark.parametrize("source", ["live", "captured", "file"])
def test_evidence_that_was_lost_is_unknown_and_excuses_no_failure(source):
    lost = "host.txt is cut short"
    run = audited("docker-cgroup2-in-kvm", ("docker",))
    whole = decide(run, Policy(("docker",)), now=NOW, source=source)
    cut = decide(replace(run, lost=lost), Policy(("docker",)), now=NOW, source=source)
    assert (whole.outcome, cut.outcome) == ("failed", "failed")
    new = [each for each in cut.findings if each not in whole.findings]
    assert [(each.id, each.found, each.effect) for each in new] == [("run.evidence", lost, "inconclusive")]


def test_lost_evidence_is_kept_in_the_run_file():
    run = replace(audited("docker-cgroup2-in-kvm", ("docker",)), lost="the connection ended")
    assert from_json(to_json(run)).lost == run.lost
    assert "lost" not in to_json(replace(run, lost=""))
