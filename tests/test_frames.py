"""Runs as tidy tables: a row for each sample, metric and verdict, with its unit; what is not known is NaN."""

import re
from dataclasses import replace

import pytest

from hostcheck import metrics_frame, samples_frame, show, verdicts_frame
from hostcheck.comparison.compare import compare
from hostcheck.run.files import read_run
from hostcheck.run.measured import Conditions, Sample

RUN = read_run("tests/runs/run-1.json")


def test_each_sample_is_a_row_with_its_unit_and_conditions():
    found = samples_frame([RUN, replace(RUN, id="again")])
    counted = [sample for metric in RUN.metrics for sample in metric.samples]
    assert len(found) == 2 * len(counted)
    assert found.value[: len(counted)].tolist() == pytest.approx([sample.value for sample in counted], nan_ok=True)
    assert set(found.unit) == {metric.unit for metric in RUN.metrics if metric.samples}
    assert found.groupby(["run", "metric"]).number.max().max() == max(len(each.samples) for each in RUN.metrics)
    assert [str(found[name].dt.tz) for name in ("started", "taken")] == ["UTC", "UTC"]


def test_what_the_kernel_does_not_report_is_no_number(run_of, metric):
    bare = replace(metric("disk.randread.iops", 1.0), samples=(Sample(None, valid=False, reason="x"),))
    found = samples_frame(run_of("a", bare))
    assert found.value.isna().all()
    assert found[list(Conditions.__dataclass_fields__)].isna().all(axis=None)
    assert found.dtypes[["value", "steal_percent"]].tolist() == ["float64", "float64"]
    assert found.valid.tolist() == [False]


def test_each_metric_and_each_verdict_is_a_row():
    metrics, verdicts = metrics_frame(RUN), verdicts_frame(RUN)
    assert metrics.metric.tolist() == [metric.id for metric in RUN.metrics]
    low = [metric.interval[0] if metric.interval else float("nan") for metric in RUN.metrics]
    assert metrics.low.tolist() == pytest.approx(low, nan_ok=True)
    assert verdicts[["profile", "check", "status"]].values.tolist() == [
        [verdict.profile, verdict.check, verdict.status] for verdict in RUN.verdicts
    ]


def test_no_runs_are_tables_with_columns_and_no_rows():
    for made in (samples_frame, metrics_frame, verdicts_frame):
        assert len(made([])) == 0
        assert {"host", "run", "started"} <= set(made([]).columns)


def test_a_notebook_shows_the_answer_the_chart_and_the_table(run_of, metric):
    name = "<b>&x\x1b[1m"
    compared = compare(
        [run_of(name, metric("disk.randread.iops", 99, 100, 101)), run_of("b", metric("disk.randread.iops", 9, 10, 11))]
    )
    html = show(compared)._repr_html_()
    assert html.count("data:image/png;base64,iVBOR") == 1
    assert "http" not in html.replace(html.split("base64,")[1].split('"')[0], "")
    assert "<b>" not in html
    assert "\x1b" not in html
    assert re.search(r"<th>Random read, IOPS</th><td>[\d.]+ \([^<]*\)</td><td>[\d.]+ \([^<]*10× slower</td>", html)
