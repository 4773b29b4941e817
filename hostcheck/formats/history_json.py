"""The history as JSON: schema ``hostcheck.history/1``. Fields are only added."""

from typing import Any

from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.run.independent import by_run
from hostcheck.run.measured import Metric
from hostcheck.run.steadiness import measured
from hostcheck.store.history import History, Usual, metrics_of

SCHEMA = "hostcheck.history/1"


def render(history: History, _style: Style) -> str:
    """Return the history as JSON: each run with its values, or only with those of the requested metric."""
    wanted = (history.metric,) if history.metric else metrics_of(history.runs)
    before = {point.run.id: point.before for point in history.points}
    document = {
        "schema": SCHEMA,
        "runs": [
            {
                "id": run.id,
                "host": run.host.name,
                "started": run.started,
                "metrics": {name: _metric(found) for name in wanted if (found := measured(run, name)) is not None},
                **({"against_the_run_before": ratio.judgement} if (ratio := before.get(run.id)) else {}),
            }
            for run in history.runs
        ],
        "verdicts": list(history.verdicts),
        **({"usual": [_usual(each) for each in history.usual]} if history.usual else {}),
    }
    return dumps(document)


def _usual(usual: Usual) -> dict[str, Any]:
    return {
        "host": usual.run.host.name,
        "since": usual.run.started,
        "metrics": {
            metric.id: {
                **_metric(metric),
                "runs": len(by_run(metric.samples)),
                "between_runs": spread.share if spread else None,
            }
            for metric, spread in usual.figures
        },
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "unit": metric.unit,
        "state": metric.state,
        "value": metric.value,
        "interval": list(metric.interval) if metric.interval else None,
    }
