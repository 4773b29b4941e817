"""Outputs of fio in ``outputs/``, as metrics."""

import json
from pathlib import Path

from hostcheck.fio.runs import parse_runs
from hostcheck.imports.apart import apart
from hostcheck.imports.figure import to_metrics
from hostcheck.imports.fio_output import figures

OUTPUTS = Path(__file__).parent / "outputs"


def text_of(name):
    # As it is: fio's progress lines end with a carriage return alone.
    return (OUTPUTS / name).read_bytes().decode()


def metrics_of(text, name="x"):
    found = (figure for run in parse_runs(text) for figure in figures(run, name))
    return {metric.id: metric for metric in to_metrics(apart(found))}


def metrics(name):
    return metrics_of(text_of(name), name)


def values(name):
    return {metric_id: metric.value for metric_id, metric in metrics(name).items()}


def changed(name, change):
    document = json.loads(text_of(name))
    change(document)
    return metrics_of(json.dumps(document))


def settings(name, metric_id):
    return dict(metrics(name)[metric_id].settings)
