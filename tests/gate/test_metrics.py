"""A figure that cannot be computed anew decides nothing."""

import json
from dataclasses import replace

import pytest

from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy
from hostcheck.run.codec import to_json
from hostcheck.run.files import read_run, run_of
from hostcheck.thresholds import parse_threshold
from tests.gate.hosts import audited

IOPS = "disk.randwrite.iops"
LOW = Policy(("docker",), thresholds=(parse_threshold(f"{IOPS} >= 1"),))


@pytest.fixture
def judged(metric):
    """Judge a fresh run of a host with one metric, written and read, by a threshold that its figure passes."""

    def judge(policy=LOW, baseline=None, **changes):
        run = replace(audited("wsl2", ("docker",)), metrics=(replace(metric(IOPS, 500, 505, 498), **changes),))
        read = run_of(json.loads(json.dumps(to_json(run))), "file")
        decision = decide(read, policy, baseline=baseline)
        return next(each for each in decision.findings if each.id == IOPS)

    return judge


def test_a_figure_that_its_samples_give_passes(judged):
    assert judged().status == "pass"
    assert judged(estimator="geometric-mean-t/1").status == "pass"


def test_a_figure_without_samples_is_unknown(judged):
    found = judged(samples=())
    assert (found.status, found.effect) == ("unknown", "inconclusive")
    assert found.found == "invalid: the file has no samples to compute the value from"


def test_a_figure_of_an_estimator_that_is_not_known_is_unknown(judged):
    found = judged(estimator="median-bootstrap/3", value=9e9, interval=(8e9, 9.5e9))
    assert (found.status, found.effect) == ("unknown", "inconclusive")
    assert "does not know its estimator 'median-bootstrap/3'" in found.found


def test_a_published_figure_is_unknown(judged):
    found = judged(state="published", samples=(), interval=None, source="a seller")
    assert found.status == "unknown"
    assert "is a published figure" in found.found


def test_a_baseline_that_cannot_be_computed_anew_is_unknown(judged, metric, run_of):
    whole = run_of("node", metric(IOPS, 500, 505, 498))
    assert judged(Policy(("docker",)), whole).status == "pass"
    for changes in ({"samples": ()}, {"estimator": "median-bootstrap/3"}):
        broken = replace(whole, metrics=(replace(whole.metrics[0], **changes),))
        assert judged(Policy(("docker",)), broken).status == "unknown"


def test_a_threshold_of_a_reference_run_never_passes():
    run = read_run("reference:nvme-vps-2014")
    decision = decide(run, replace(LOW, thresholds=(parse_threshold("disk.seqread.bandwidth >= 1"),)))
    assert [each.status for each in decision.findings if each.kind == "threshold"] == ["unknown"]


def test_what_an_imported_figure_lacks_is_said_where_it_decides(metric, run_of):
    measured = run_of("node", metric(IOPS, 500, 505, 498))
    samples = tuple(replace(sample, detail={"read_from": "jobs[0]"}) for sample in measured.metrics[0].samples)
    imported = replace(measured, metrics=(replace(measured.metrics[0], samples=samples),))
    said = [decide(run, LOW).notes for run in (measured, imported)]
    assert not [note for note in said[0] if "imported" in note]
    (note,) = [note for note in said[1] if "imported" in note]
    assert note.startswith(
        f"{IOPS}: imported, so other work on the host is unknown, and so is whether a cache was measured"
    )
    asks_nothing_of_it = decide(imported, Policy(("docker",)))
    assert not [note for note in asks_nothing_of_it.notes if "imported" in note]
