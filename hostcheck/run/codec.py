"""Convert a run to JSON values and back. The JSON keys are the names in hostcheck.run.model."""

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from hostcheck.run.changes import Change
from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run, Verdict
from hostcheck.run.shape import misfit

T = TypeVar("T")

SCHEMA = "hostcheck.run/1"

_OBJECT, _LIST = (Mapping, "an object"), (list, "a list")
_PARTS: Mapping[str, tuple[type, str]] = {"host": _OBJECT, "facts": _OBJECT, "verdicts": _LIST, "metrics": _LIST}


def to_json(run: Run) -> dict[str, Any]:
    """Return the run as the JSON object of schema hostcheck.run/1."""
    plain = _plain(run)
    facts = {fact_id: {k: v for k, v in fact.items() if k != "id"} for fact_id, fact in plain.pop("facts").items()}
    for verdict in plain["verdicts"]:
        # The same of verdicts without a title, and a verdict without a command has none.
        for key in ("title", "sentence", "command"):
            if not verdict[key]:
                del verdict[key]
    for metric in plain["metrics"]:
        # Older files have no estimator: a run that was read from such a file is written without it again.
        if not metric["estimator"]:
            del metric["estimator"]
        for sample in metric["samples"]:
            sample.update(sample.pop("conditions"))
    head = {key: plain.pop(key) for key in ("hostcheck", "id", "started", "ended", "host")}
    changes = plain.pop("changes")
    for change in changes:
        # Changes in files of earlier versions have no title.
        if not change["title"]:
            del change["title"]
    asked = {key: given for key in ("profiles", "roles", "lost", "since") if (given := plain.pop(key))}
    if "since" in asked:
        asked["changes"] = changes
    return {"schema": SCHEMA, **head, **asked, "facts": facts, **plain}


def from_json(document: Any) -> Run:
    """Return the run in a JSON object of schema hostcheck.run/1. Unknown fields are ignored.

    Raises:
        ValueError: if the document does not follow the schema; the message names the place.
    """
    if not isinstance(document, Mapping) or "schema" not in document:
        raise ValueError('not a run file: it has no "schema"')
    if document["schema"] != SCHEMA:
        raise ValueError(f"its schema is {document['schema']!r}, and this version of hostcheck reads only {SCHEMA}")
    for key, (kind, words) in _PARTS.items():
        if key in document and not isinstance(document[key], kind):
            raise ValueError(f"the run does not follow the schema {SCHEMA}: {key} is not {words}")
    try:
        run = Run(
            id=document["id"],
            hostcheck=document["hostcheck"],
            started=document["started"],
            ended=document.get("ended"),
            host=_known(HostIdentity, document["host"]),
            facts={fact_id: _fact(fact_id, value) for fact_id, value in document["facts"].items()},
            verdicts=tuple(_known(Verdict, value) for value in document["verdicts"]),
            metrics=tuple(_metric(value) for value in document["metrics"]),
            lost=document.get("lost", ""),
            since=document.get("since", ""),
            changes=tuple(_known(Change, value) for value in document.get("changes", [])),
            **{key: _listed(document.get(key, [])) for key in ("notes", "profiles", "roles")},
        )
    except KeyError as error:
        raise ValueError(f"the run lacks {error.args[0]!r}") from error
    except (TypeError, AttributeError, IndexError) as error:
        # Python's own message would not name the place.
        raise ValueError(
            f"the run does not follow the schema {SCHEMA}: an item is neither an object nor a list"
        ) from error
    if problem := misfit(run, Run, "run") or _worthless_figure(run) or _twice(run):
        raise ValueError(f"the run does not follow the schema {SCHEMA}: {problem}")
    return run


LEAST, MOST = 1e-30, 1e30
"""Smallest and largest value of a metric, in any unit. The ratio of two values in this range can be computed."""


def _worthless_figure(run: Run) -> str | None:
    """Return in words what is wrong with a metric's value or interval; None if nothing. Values must be above zero."""
    for metric in run.metrics:
        if metric.value is not None and metric.value <= 0:
            return f"{metric.id} is {metric.value}, and a time or rate must be above zero"
        for value in (metric.value, *(sample.value for sample in metric.samples)):
            if value and not LEAST <= abs(value) <= MOST:
                return f"{metric.id} is {value}, an implausible value; expected {LEAST:g} to {MOST:g}"
        if metric.interval is not None and not 0 <= metric.interval[0] <= metric.interval[1]:
            return f"{metric.id} has the interval {list(metric.interval)}"
    return None


def _twice(run: Run) -> str | None:
    """Return in words which entry occurs twice, such as a metric's id; None if none does."""
    ids = [metric.id for metric in run.metrics]
    checks = [f"{verdict.profile} {verdict.check}" for verdict in run.verdicts]
    for names, what in ((ids, "metrics"), (checks, "verdicts")):
        if len(set(names)) < len(names):
            return f"there are two {what} {next(name for name in names if names.count(name) > 1)}"
    return None


_SCALARS = {str, int, float, bool, types.NoneType}


def _plain(value: Any) -> Any:
    if type(value) in _SCALARS:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        # Most values of a run are in long lists of numbers.
        return list(value) if _SCALARS.issuperset(map(type, value)) else [_plain(item) for item in value]
    return value


def _known(kind: type[T], fields: Mapping[str, Any], /, **converted: Any) -> T:
    names = _names(kind)  # type: ignore[arg-type]
    return kind(**{name: fields[name] for name in names if name in fields} | converted)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields."""
    return tuple(field.name for field in dataclasses.fields(kind))


def _listed(value: Any) -> Any:
    """Return a JSON list as a tuple. Return other values unchanged: the shape check refuses them."""
    return tuple(value) if isinstance(value, list) else value


def _fact(fact_id: str, value: Mapping[str, Any]) -> Fact:
    conclusion = value["value"]
    return _known(
        Fact,
        value,
        id=fact_id,
        value=tuple(conclusion) if isinstance(conclusion, list) else conclusion,
        evidence=tuple(_known(Evidence, item) for item in value["evidence"]),
        conflicts=tuple(value.get("conflicts", ())),
    )


def _metric(value: Mapping[str, Any]) -> Metric:
    interval = value.get("interval")
    return _known(
        Metric,
        value,
        interval=None if interval is None else (interval[0], interval[1]),
        samples=tuple(_known(Sample, item, conditions=_known(Conditions, item)) for item in value["samples"]),
    )
