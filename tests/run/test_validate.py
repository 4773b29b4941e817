"""A figure that its own samples do not give is refused, whoever reads the file."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.bench.summary import summarise
from hostcheck.comparison.pool import pool
from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio, import_yabs
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.estimators import (
    BATCH_MEANS,
    EARLIER_POOLED_TURNS,
    EARLIER_TURNS,
    ESTIMATORS,
    GEOMETRIC_MEAN,
    POOLED,
    POOLED_TURNS,
    TURNS,
    estimate_of,
    estimator_of,
)
from hostcheck.run.files import dumps, read_run, reference_names
from hostcheck.run.independent import RUN
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import spec_of
from hostcheck.run.validate import contradiction
from hostcheck.stats.batches import batch_means
from hostcheck.stats.estimate import estimate
from hostcheck.stats.turns import level_of_runs, level_of_turns
from tests.turning import MOVING, in_turns

TOP = Path(__file__).parents[2]
IOPS = "disk.randwrite.iops"
FILES = [*(TOP / "reports/sample").glob("*.json"), *(TOP / "tests/runs").glob("*.json")]


def samples(*values):
    return tuple(map(Sample, values))


@pytest.fixture
def good(metric):
    return metric(IOPS, 500, 505, 498, state="ok")


def said_of(metric, run_of):
    return contradiction(run_of("node", metric))


def test_a_figure_that_its_samples_give_is_no_contradiction(good, run_of):
    assert said_of(good, run_of) is None
    assert said_of(replace(good, estimator=GEOMETRIC_MEAN), run_of) is None
    assert said_of(replace(good, estimator="geometric-mean-t/7", value=1.0), run_of) is None
    assert said_of(replace(good, samples=()), run_of) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": 501.1}, "disk.randwrite.iops is 501.1, but its samples give 500.99"),
        ({"interval": (500.5, 501.5)}, "has the interval 500.5 to 501.5, but its samples give 49"),
        ({"interval": (600.0, 700.0)}, "has the interval 600 to 700"),
        ({"interval": None}, "has the interval none, but its samples give"),
        ({"unit": "s", "better": "lower"}, "has the unit 's', expected 'IOPS'"),
        ({"better": "lower"}, "has the better direction 'lower', expected 'higher'"),
        ({"samples": samples(500, 505)}, "is 500.99"),
        ({"samples": samples(500, 505, 498, 900)}, "is 500.99"),
        ({"samples": (Sample(None, False, "fio failed"),)}, "but has no valid sample"),
        (
            {"samples": (*samples(500, 505, 498), Sample(None))},
            "sample 4 of disk.* is valid, but has no value",
        ),
        (
            {"samples": (*samples(500, 505, 498), Sample(7, False))},
            "sample 4 of .* is invalid, but has no reason",
        ),
        (
            {"samples": (*samples(500, 505), Sample(498, True, "steal"))},
            "sample 3 .* is valid, but has a reason why",
        ),
        ({"state": "invalid"}, "is invalid, but has a value"),
        ({"state": "invalid", "value": None, "interval": None}, "is invalid, but has a valid sample"),
        ({"state": "skipped"}, "is skipped, but has a value"),
        ({"value": None, "interval": None}, "is ok, but has no value"),
        ({"state": "published"}, "is published, but has samples or an interval"),
        ({"estimator": POOLED, "value": 7.0}, "is 7, but its samples give"),
    ],
)
def test_what_contradicts_itself_is_found_and_said(good, run_of, changes, said):
    assert re.search(said, str(said_of(replace(good, **changes), run_of)))


def test_ok_is_not_said_of_samples_that_spread_widely(metric, run_of):
    wide = metric(IOPS, 300, 500, 700)
    assert "is ok, but its samples spread by 10% or more" in said_of(wide, run_of)
    assert said_of(replace(wide, state="unstable", reason="wide"), run_of) is None


def test_a_storm_has_as_many_containers_as_were_launched(metric, run_of):
    storm = metric("storm.makespan.seconds", 2.0, settings={"containers": 2})
    storm = replace(storm, samples=tuple(replace(each, detail={"containers": [{}]}) for each in storm.samples))
    assert "sample 1 of storm.makespan.seconds has 1 container, but the settings say 2" in said_of(storm, run_of)


def test_each_estimator_gives_the_figure_that_its_producer_writes(metric, run_of):
    series = [1000 + (n * 7919) % 13 for n in range(400)]
    long = Sample(1006.0, detail={"batches": batch_means(series)})
    assert len(long.detail["batches"]) > 1
    figure = estimate_of(BATCH_MEANS, (long,))
    assert figure.value == pytest.approx(1006.0)
    assert figure.interval == estimate(long.detail["batches"]).interval
    sustained = Metric("disk.sustained.iops", "IOPS", "higher", "ok", "", figure.value, figure.interval, (long,))
    assert estimator_of(sustained) == BATCH_MEANS
    assert said_of(sustained, run_of) is None
    runs = [run_of("a", metric(IOPS, *values), id=str(values)) for values in ((100, 101, 99), (120, 121, 119))]
    pooled = pool(runs)
    assert pooled.metric(IOPS).estimator == estimator_of(replace(pooled.metric(IOPS), estimator="")) == POOLED
    assert contradiction(from_json(json.loads(dumps(pooled)))) is None
    turns = summarise(spec_of(IOPS), [Sample(value) for value in (100, 130, 90, 115)], {}, wanted=3, estimator=TURNS)
    assert (turns.state, turns.estimator) == ("ok", TURNS)
    assert said_of(turns, run_of) is None
    assert "the interval" in said_of(replace(turns, interval=(99.0, 120.0)), run_of)
    pooled = pool([run_of("a", replace(turns), id=name) for name in "ab"])
    assert (pooled.metric(IOPS).estimator, contradiction(pooled)) == (POOLED_TURNS, None)
    now = {GEOMETRIC_MEAN, BATCH_MEANS, TURNS, POOLED, POOLED_TURNS}
    assert set(ESTIMATORS) == now | {EARLIER_TURNS, EARLIER_POOLED_TURNS}


def test_a_file_of_an_earlier_estimator_is_computed_as_it_was(run_of):
    rate = in_turns(MOVING, apart=0.1)
    found = estimate_of(EARLIER_TURNS, rate.samples)
    earlier = replace(rate, value=found.value, interval=found.interval, estimator=EARLIER_TURNS)
    assert found.interval != rate.interval
    assert found == level_of_turns(MOVING).estimate
    assert said_of(earlier, run_of) is None
    assert "the interval" in said_of(replace(earlier, estimator=TURNS), run_of)
    runs = [replace(sample, detail={**sample.detail, RUN: place % 2}) for place, sample in enumerate(rate.samples)]
    found = estimate_of(EARLIER_POOLED_TURNS, runs)
    assert found == level_of_runs([level_of_turns(MOVING[::2]), level_of_turns(MOVING[1::2])]).estimate


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_runs_of_before_there_were_names_of_estimators_hold_what_they_say(path):
    run = read_run(str(path))
    assert {metric.estimator for metric in run.metrics} <= {"", GEOMETRIC_MEAN}
    assert sum(metric.value is not None for metric in run.metrics) >= 8


def test_imported_and_published_runs_hold_what_they_say():
    imported = []
    for path in (TOP / "tests/fio/outputs").glob("**/*.json"):
        with suppress(UsageError):
            imported.append(import_fio([path], "a"))
    assert len(imported) > 3
    for run in (*imported, import_yabs([TOP / "tests/imports/yabs.json"], "a")):
        assert contradiction(run) is None
        assert all(metric.estimator == GEOMETRIC_MEAN for metric in run.metrics if metric.value is not None)
    for name in reference_names():
        assert read_run(f"reference:{name}").metrics[0].state == "published"


def test_a_contradiction_is_refused_by_every_command_that_reads_the_file(tmp_path):
    document = json.loads((TOP / "tests/runs/run-1.json").read_text())
    document["metrics"][0]["value"] *= 1.001
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match=r"it contradicts itself: disk.seqread.bandwidth is \d+\.\d+, but its samples"):
        read_run(str(path))


def test_a_name_that_is_there_twice_in_an_object_is_refused(tmp_path):
    text = json.dumps(to_json(read_run(str(TOP / "tests/runs/run-1.json"))))
    path = tmp_path / "run.json"
    path.write_text(text.replace('"facts": {', '"facts": {"virt.vm": {}, ', 1))
    with pytest.raises(UsageError, match=r"an object has the name 'virt\.vm' twice"):
        read_run(str(path))
