"""The fio jobs of others: the same figures, by the same names and settings, as their imported results have."""

import re
import subprocess
from pathlib import Path

import pytest

from hostcheck.bench.disk.jobs import figure_spec, standard_job
from hostcheck.bench.disk.options import LIKE, LIKE_BYTES
from hostcheck.comparison.compare import compare
from hostcheck.imports.figure import ImportedFigure, to_metrics
from hostcheck.imports.names import metric_of
from hostcheck.imports.yabs import parse
from hostcheck.resources import data_dir
from hostcheck.run.files import read_run
from hostcheck.run.measured import Sample
from tests.short import short_hostcheck

YABS = to_metrics(parse((Path(__file__).parents[2] / "imports" / "yabs.txt").read_text()).figures)


def test_each_folder_of_jobs_is_one_that_bench_knows():
    folders = {
        path.name: sorted(f"{path.name}/{job.stem}" for job in path.glob("*.fio"))
        for path in data_dir("fio-jobs").iterdir()
        if path.is_dir()
    }
    assert folders == {name: sorted(jobs) for name, jobs in LIKE.items()}
    assert LIKE_BYTES.keys() == LIKE.keys()


def test_the_jobs_of_yabs_have_the_names_units_and_settings_of_its_imported_results():
    imported = {metric.id: (metric.unit, metric.better, dict(metric.settings)) for metric in YABS}
    ours = {
        spec.id: (spec.unit, spec.better, job.does.settings)
        for job in map(standard_job, LIKE["yabs"])
        for spec in map(figure_spec, job.figures)
    }
    assert len(imported) == 8
    assert ours == imported


@pytest.mark.parametrize("name", LIKE["pts"])
def test_a_job_of_the_phoronix_test_suite_does_what_the_title_of_its_result_says(name):
    job = standard_job(name)
    [title] = re.findall(
        r'"Type: (\w+) (\w+) - Engine: Linux AIO - Direct: Yes - Block Size: (\w+)"', job.path.read_text()
    )
    pattern = ("rand" if title[0] == "Random" else "") + title[1].lower()
    assert job.does.settings == {
        "pattern": pattern,
        "block_bytes": {"4KB": 4096, "2MB": 2 << 20}[title[2]],
        "queue_depth": 64,
        "direct": True,
        "io_engine": "libaio",
    }
    [figure] = job.figures
    assert figure_spec(figure) == metric_of(job.does, title[1].lower())
    assert f"fio pts/{Path(name).name}.fio" in job.path.read_text()
    # Its imported result has the same name, also where hostcheck measures such I/Os fewer at a time.
    [imported] = to_metrics(
        [ImportedFigure(metric_of(job.does, title[1].lower()), (*job.does.settings.items(),), Sample(1))]
    )
    assert (imported.id, dict(imported.settings)) == (figure.metric, job.does.settings)


@pytest.mark.real
def test_a_disk_that_is_measured_like_yabs_compares_with_its_imported_results(tmp_path, run_of):
    file = tmp_path / "run.json"
    options = (
        "--quick",
        "--like",
        "yabs",
        "--size",
        "256MiB",
        "--dir",
        tmp_path,
        "--allow-busy",
        "--no-store",
        "-o",
        file,
    )
    done = subprocess.run(short_hostcheck("bench", *options), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    run = read_run(file)
    assert {metric.id for metric in run.metrics} == {metric.id for metric in YABS}
    reads, writes = run.metrics[:2]
    for read, write in zip(reads.samples, writes.samples, strict=True):
        # Half of the I/Os are reads, and the two are all of them.
        assert read.value + write.value == pytest.approx(read.detail["iops"], rel=1e-3)
        assert read.value == pytest.approx(write.value, rel=0.2)
    compared = compare([run_of("seller", *YABS), run])
    assert {row.id: row.cells[1].ratio.judgement for row in compared.rows}.keys() == {metric.id for metric in YABS}
    assert "not comparable" not in {row.cells[1].ratio.judgement for row in compared.rows}
