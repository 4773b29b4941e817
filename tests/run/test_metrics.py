"""The registry of metrics has what the workloads measure, and nothing else."""

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import hostcheck
from hostcheck.bench.base import WORKLOADS, Effort, Options
from hostcheck.bench.disk.jobs import figure_spec, own_jobs, standard_job
from hostcheck.bench.disk.options import CHURN_JOB, PARALLEL_JOB, QUICK_JOBS
from hostcheck.bench.storm.metrics import curve_spec
from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import read_jobfile
from hostcheck.resources import data_dir
from hostcheck.run.files import read_run
from hostcheck.run.metrics import CPU_SUSTAINED, FRESH_READ, METRICS, is_others, spec_of

PACKAGE = Path(hostcheck.__file__).parent


def measured():
    for reference in WORKLOADS.values():
        module, _, name = reference.partition(":")
        workload = getattr(import_module(module), name)()
        for effort in get_args(Effort):
            yield from workload.metrics(Options(effort))
    # What is measured when asked for, or where it follows from what was measured.
    for name in ("sustained", "sustained-seqwrite", PARALLEL_JOB):
        yield from map(figure_spec, standard_job(name).figures)
    yield METRICS[FRESH_READ]
    yield METRICS[CPU_SUSTAINED]


def test_every_metric_of_a_workload_is_in_the_registry_and_the_other_way_round():
    assert {spec.id for spec in measured()} == {spec.id for spec in METRICS.values() if not spec.of}


def test_what_a_headline_says_of_its_job_is_in_the_job_file():
    jobs = {figure.metric: job.does for job in map(standard_job, QUICK_JOBS) for figure in job.figures}
    for spec in METRICS.values():
        if spec.headline and spec.id in jobs:
            size, depth = jobs[spec.id].block_bytes, jobs[spec.id].queue_depth
            words = f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"
            assert spec.does == f"{words}, {depth} in flight"
        else:
            assert spec.does == ""


def test_what_is_said_of_a_rates_steadiness_names_a_rate_of_every_disk_run():
    quick = {spec.id for name in QUICK_JOBS for spec in map(figure_spec, standard_job(name).figures)}
    rates = {spec.id for spec in measured() if spec.id in quick and spec.unit != "s"}
    assert {spec.of for spec in METRICS.values()} - {""} == rates


@pytest.mark.parametrize(
    "spec", sorted({*measured(), curve_spec(5)}, key=lambda spec: spec.id), ids=lambda spec: spec.id
)
def test_the_registry_has_the_unit_and_the_direction_of_the_workload(spec):
    known = spec_of(spec.id)
    assert (known.id, known.unit, known.better) == (spec.id, spec.unit, spec.better)
    assert known.label not in {"", spec.id}
    assert not is_others(spec.id)


def test_no_other_file_lists_metrics():
    """A rule may name a metric by the registry's name of it; an id written out is a list of its own."""
    ids = re.compile("|".join(map(re.escape, METRICS)))
    found = [
        f"{path.relative_to(PACKAGE)}: {node.value}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "run" / "metrics.py" and ids.search(joined(text := path.read_text()))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and node.value in METRICS
    ]
    assert found == []


def joined(text):
    """The text of a program, with strings beside each other as one. Only files that then have an id are parsed."""
    return re.sub(r"""["'](?:\s|#.*)*["']""", "", text)


FILES = sorted(path for path in data_dir("fio-jobs").glob("*.fio") if path.stem != CHURN_JOB)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_job_file_that_ships_measures_what_is_in_the_registry(path):
    for figure in read_jobfile(path).figures:
        assert (METRICS[figure.metric].unit, METRICS[figure.metric].better) == (figure.unit, figure.better)


@pytest.mark.parametrize("name", ["sata-vps-2014", "nvme-vps-2014"])
def test_published_figures_are_in_the_units_of_the_registry(name):
    for metric in read_run(f"reference:{name}").metrics:
        assert (METRICS[metric.id].unit, METRICS[metric.id].better) == (metric.unit, metric.better)


@pytest.mark.parametrize(
    ("metric", "of_others"),
    [
        ("my.randread.iops", True),
        ("fio.randrw-50.4k.q64.j2.read.iops", True),
        ("my", False),
        ("mine.randread.iops", False),
        ("disk.my.iops", False),
        ("storm.curve.40.seconds", False),
    ],
)
def test_what_others_measure_is_seen_by_its_name(metric, of_others):
    assert is_others(metric) is of_others


def job(tmp_path: Path, metric: str) -> Path:
    path = tmp_path / f"{metric}.fio"
    path.write_text(f"; hostcheck: metric={metric} figure=iops\n[a]\nrw=randread\nbs=4k\ndirect=1\n")
    return path


@pytest.mark.parametrize("metric", ["disk.randread.iops", "disk.mine.iops", "mine.randread.iops"])
def test_a_users_job_cannot_take_the_name_of_what_is_hostchecks(tmp_path, metric):
    with pytest.raises(UsageError, match=r"names .*; name it my\.NAME, such as"):
        own_jobs([job(tmp_path, metric)])
    assert own_jobs([job(tmp_path, "my.randread.iops")])
