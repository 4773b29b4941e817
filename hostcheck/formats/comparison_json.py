"""A comparison as JSON, schema hostcheck.comparison/1: values, findings and notes, without the samples."""

import dataclasses
from typing import Any

from hostcheck import __version__
from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.ratio import SAME_MARGIN
from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.run.measured import Metric
from hostcheck.stats.estimate import CONFIDENCE

SCHEMA = "hostcheck.comparison/1"


def render(comparison: Comparison, _style: Style | None = None) -> str:
    """Return the comparison as the text of a JSON document. Equal comparisons give equal bytes."""
    return dumps(to_json(comparison))


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as the JSON object of the schema."""
    return {
        "schema": SCHEMA,
        "hostcheck": __version__,
        "baseline": comparison.names[0],
        "confidence": CONFIDENCE,
        "same_margin": SAME_MARGIN,
        "verdicts": list(comparison.verdicts),
        "hosts": [
            {
                "name": name,
                "published": run.is_published,
                "runs": [{"id": each.id, "hostcheck": each.hostcheck, "started": each.started} for each in made_of],
                "notes": list(run.notes),
            }
            for name, run, made_of in zip(comparison.names, comparison.runs, comparison.sources, strict=True)
        ],
        "metrics": [_row(row, comparison) for row in comparison.rows],
    }


def _row(row: Row, comparison: Comparison) -> dict[str, Any]:
    return {
        "id": row.id,
        "label": row.label,
        "unit": row.unit,
        "better": row.better,
        "cells": [_cell(name, cell) for name, cell in zip(comparison.names, row.cells, strict=True)],
    }


def _cell(name: str, cell: Cell) -> dict[str, Any]:
    return {
        "host": name,
        "metric": None if cell.metric is None else _metric(cell.metric),
        "ratio": None if cell.ratio is None else _listed(dataclasses.asdict(cell.ratio)),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return _listed(
        {
            "state": metric.state,
            "reason": metric.reason,
            "value": metric.value,
            "interval": metric.interval,
            "samples": sum(sample.valid for sample in metric.samples),
            "excluded": sum(not sample.valid for sample in metric.samples),
            "settings": dict(metric.settings),
            "source": metric.source,
        }
    )


def _listed(fields: dict[str, Any]) -> dict[str, Any]:
    interval = fields["interval"]
    return fields | {"interval": None if interval is None else list(interval)}
