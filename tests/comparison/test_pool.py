"""Several runs of one host as one."""

import math
from dataclasses import replace

import pytest

from hostcheck.bench.summary import summarise
from hostcheck.comparison.between import margin
from hostcheck.comparison.compare import compare
from hostcheck.comparison.pool import group, pool
from hostcheck.run.estimators import POOLED_TURNS, TURNS
from hostcheck.run.files import read_run
from hostcheck.run.independent import by_run, independent
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import spec_of
from hostcheck.run.model import HostIdentity
from hostcheck.run.validate import contradiction
from hostcheck.stats.estimate import estimate

IOPS = "disk.randwrite.iops"
BUILD = "build.cold.seconds"


@pytest.fixture
def runs_of(run_of):
    """Make runs of one host, a day apart, each with the metrics given."""

    def make(name, *metrics, **changes):
        return [
            run_of(name, each, id=f"{name}-{day}", started=f"2026-11-0{day}T10:00:00Z", **changes)
            for day, each in enumerate(metrics, 1)
        ]

    return make


def test_runs_that_agree_pool_their_samples(runs_of, metric):
    runs = runs_of("db", metric(IOPS, 100, 102, 98), metric(IOPS, 101, 99, 100))
    pooled = pool(runs).metric(IOPS)
    assert [sample.value for sample in pooled.samples] == [100, 102, 98, 101, 99, 100]
    expected = estimate([100, 102, 98, 101, 99, 100])
    assert (pooled.value, pooled.interval, pooled.state) == (expected.value, expected.interval, "ok")


def test_runs_of_turns_pool_their_levels_and_are_marked_for_no_spread(runs_of, metric):
    values = [[Sample(value * part) for part in (1, 1.2, 0.9, 1.1)] for value in (100, 130, 90)]
    turns = [summarise(spec_of(IOPS), samples, {}, wanted=3, estimator=TURNS) for samples in values]
    run = pool(runs_of("db", *turns))
    found = run.metric(IOPS)
    assert (found.state, found.estimator) == ("ok", POOLED_TURNS)
    assert found.value == pytest.approx(math.prod(one.value for one in turns) ** (1 / 3))
    assert found.interval[1] / found.value > 1.2
    assert contradiction(run) is None
    (note,) = run.notes
    assert "random write 20%." in note
    # What was pooled before is pooled again as the runs that it is of.
    again = pool([run, replace(run, id="later", metrics=(turns[0],))]).metric(IOPS)
    assert len(by_run(again.samples)) == 4
    assert again.value == pytest.approx(math.prod(one.value for one in (*turns, turns[0])) ** (1 / 4))
    # Three runs know how far the runs of this host lie apart.
    assert margin(found) == 0.0
    assert margin(turns[0]) > math.log(1.1)


def test_runs_that_differ_count_as_one_sample_each(runs_of, metric):
    runs = runs_of("db", metric(IOPS, 100, 101, 99), metric(IOPS, 120, 121, 119), metric(IOPS, 110, 111, 109))
    pooled = pool(runs)
    found = pooled.metric(IOPS)
    means = [run.metric(IOPS).value for run in runs]
    assert independent(found.samples) == pytest.approx(means)
    assert found.interval == pytest.approx(estimate(means).interval)
    assert found.interval[1] - found.interval[0] > 5 * (runs[0].metric(IOPS).interval[1] - 101)
    (note,) = pooled.notes
    assert "pooled from 3 runs, 2026-11-01T10:00:00Z to 2026-11-03T10:00:00Z" in note
    assert "random write 9%*" in note
    assert "each run counts as one sample" in note


def test_a_ratio_knows_that_the_runs_differ(runs_of, metric):
    baseline = runs_of("a", metric(IOPS, 100, 100.5, 99.5), metric(IOPS, 130, 130.5, 129.5))
    other = runs_of("b", metric(IOPS, 120, 120.5, 119.5), metric(IOPS, 140, 140.5, 139.5))
    comparison = compare([*baseline, *other], pooled=True)
    assert comparison.names == ("a", "b")
    assert comparison.rows[0].cells[1].ratio.judgement == "inconclusive"
    assert compare([baseline[0], other[0]]).rows[0].cells[1].ratio.judgement == "better"


def test_pooled_runs_that_are_far_apart_are_unstable(runs_of, metric):
    pooled = pool(runs_of("db", metric(IOPS, 100, 101, 99), metric(IOPS, 200, 201, 199))).metric(IOPS)
    assert pooled.state == "unstable"
    assert pooled.reason.startswith("runs spread by 47%")


def test_excluded_samples_do_not_count_in_a_pool_either(runs_of, metric):
    first, second = metric(IOPS, 100, 101, 99, 900), metric(IOPS, 100, 101, 99)
    first = replace(first, samples=(*first.samples[:3], replace(first.samples[3], valid=False, reason="noise")))
    pooled = pool(runs_of("db", first, second)).metric(IOPS)
    assert pooled.value == pytest.approx(100, rel=1e-3)
    assert len(pooled.samples) == 7


def test_the_audit_of_a_pool_is_that_of_the_latest_run(runs_of, metric, audited):
    old, new = runs_of("db", metric(IOPS, 1, 1.01), metric(IOPS, 1, 1.01))
    new = replace(new, **audited)
    (sources,) = group([new, old, runs_of("web", metric(IOPS, 1, 1.01))[0]])[:1]
    assert sources == (old, new)
    assert pool(sources).facts == new.facts


def test_what_one_run_alone_measured_is_kept(runs_of, metric):
    skipped = Metric(IOPS, "IOPS", "higher", "skipped", "no fio")
    first, second = runs_of("db", metric(IOPS, 100, 101, 99), skipped)
    second = second.with_metrics((metric(BUILD, 9, 9.1),))
    pooled = pool([first, second])
    assert pooled.metric(IOPS) == first.metric(IOPS)
    assert pooled.metric(BUILD) == second.metric(BUILD)
    assert pool([second, second]).metric(IOPS) == skipped


def test_a_metric_that_was_partial_in_every_run_stays_partial(runs_of, metric):
    partial = metric(IOPS, 100, 101, state="partial", reason="2 of 3 samples are valid")
    pooled = pool(runs_of("db", partial, partial)).metric(IOPS)
    assert (pooled.state, pooled.reason) == ("partial", "in every run; 2 of 3 samples are valid")


def grouped(*runs):
    return [len(made_of) for made_of in group(runs)]


def test_runs_are_pooled_only_where_there_is_more_than_one_host(runs_of, metric):
    db, web = (runs_of(name, *[metric(IOPS, 1, 1.01)] * 3) for name in ("db", "web"))
    assert grouped(*db) == [1, 1, 1]
    assert grouped(*db, *web) == [3, 3]
    assert [run.id for run in group([web[1], *db, web[0]])[0]] == ["web-1", "web-2"]


def test_runs_with_other_settings_are_not_pooled(runs_of, metric):
    first, second = (metric(BUILD, 9, 9.1, settings={"builder": builder}) for builder in ("classic", "buildkit"))
    web = runs_of("web", metric(BUILD, 9, 9.1))
    assert grouped(*runs_of("db", first, second), *web) == [1, 1, 1]
    assert compare([*runs_of("db", first, second), *web], pooled=True).names == ("db", "db (2)", "web")


def test_another_machine_of_the_same_name_is_not_pooled(run_of, metric):
    hosts = [HostIdentity("debian", arch="x86_64", cpus=cpus) for cpus in (2, 4)]
    runs = [run_of("x", metric(IOPS, 1, 1.01), id=str(host.cpus), host=host) for host in hosts]
    assert grouped(*runs, run_of("web")) == [1, 1, 1]


def test_a_run_given_twice_does_not_make_the_figures_surer(run_of, metric):
    run = run_of("db", metric(IOPS, 1, 1.01))
    assert grouped(run, run, run_of("web")) == [1, 1, 1]


def test_published_figures_are_not_pooled(metric, run_of):
    sata = read_run("reference:sata-vps-2014")
    assert grouped(sata, replace(sata, id="other"), run_of("web")) == [1, 1, 1]


def test_nothing_to_pool_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        pool([])
