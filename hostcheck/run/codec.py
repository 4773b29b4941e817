"""A run as JSON values and back. The names in the file are the model's own, so one walk does for all of it."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from hostcheck.run.model import (
    Conditions,
    Evidence,
    Fact,
    HostIdentity,
    Metric,
    Run,
    Sample,
    Verdict,
)
from hostcheck.run.shape import misfit

T = TypeVar("T")

SCHEMA = "hostcheck.run/1"

_OBJECT, _LIST = (Mapping, "an object"), (list, "a list")
_PARTS: Mapping[str, tuple[type, str]] = {"host": _OBJECT, "facts": _OBJECT, "verdicts": _LIST, "metrics": _LIST}


def to_json(run: Run) -> dict[str, Any]:
    """Return the run as the JSON object of schema hostcheck.run/1."""
    plain = _plain(run)
    facts = {fact_id: {k: v for k, v in fact.items() if k != "id"} for fact_id, fact in plain.pop("facts").items()}
    for metric in plain["metrics"]:
        # Not in files of before there was one: what is read is written again as it was.
        if not metric["estimator"]:
            del metric["estimator"]
        for sample in metric["samples"]:
            sample.update(sample.pop("conditions"))
    head = {key: plain.pop(key) for key in ("hostcheck", "id", "started", "ended", "host")}
    asked = {key: texts for key in ("profiles", "roles") if (texts := plain.pop(key))}
    return {"schema": SCHEMA, **head, **asked, "facts": facts, **plain}


def from_json(document: Any) -> Run:
    """Return the run that a JSON object of schema hostcheck.run/1 holds. Unknown fields are ignored.

    Raises:
        ValueError: when the document is not such an object; the message says where.
    """
    if not isinstance(document, Mapping) or "schema" not in document:
        raise ValueError('not a run file: it has no "schema"')
    if document["schema"] != SCHEMA:
        raise ValueError(f"schema {document['schema']!r} is not one this version reads ({SCHEMA})")
    for key, (kind, words) in _PARTS.items():
        if key in document and not isinstance(document[key], kind):
            raise ValueError(f"the run is not of the shape that {SCHEMA} gives: {key} is not {words}")
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
            **{key: _listed(document.get(key, [])) for key in ("notes", "profiles", "roles")},
        )
    except KeyError as error:
        raise ValueError(f"the run lacks {error.args[0]!r}") from error
    except (TypeError, AttributeError, IndexError) as error:
        # Python's words for it would name no place.
        raise ValueError(f"the run is not of the shape that {SCHEMA} gives: an item is no object or list") from error
    if problem := misfit(run, Run, "run") or _worthless_figure(run) or _twice(run):
        raise ValueError(f"the run is not of the shape that {SCHEMA} gives: {problem}")
    return run


LEAST, MOST = 1e-30, 1e30
"""Within these, in any unit, a ratio of two figures can be computed; no measurement is near them."""


def _worthless_figure(run: Run) -> str | None:
    """Return what contradicts itself in the figures: rates and times are above zero, and an interval has its order."""
    for metric in run.metrics:
        if metric.value is not None and metric.value <= 0:
            return f"{metric.id} is {metric.value}, and nothing takes no time or has no rate"
        for value in (metric.value, *(sample.value for sample in metric.samples)):
            if value and not LEAST <= abs(value) <= MOST:
                return f"{metric.id} is {value}, an implausible value; expected {LEAST:g} to {MOST:g}"
        if metric.interval is not None and not 0 <= metric.interval[0] <= metric.interval[1]:
            return f"{metric.id} has the interval {list(metric.interval)}"
    return None


def _twice(run: Run) -> str | None:
    """Return what is there twice: which of the two is meant cannot be known."""
    ids = [metric.id for metric in run.metrics]
    checks = [f"{verdict.profile} {verdict.check}" for verdict in run.verdicts]
    for names, what in ((ids, "metrics"), (checks, "verdicts")):
        if len(set(names)) < len(names):
            return f"there are two {what} {next(name for name in names if names.count(name) > 1)}"
    return None


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _known(kind: type[T], fields: Mapping[str, Any], /, **converted: Any) -> T:
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: item for name, item in fields.items() if name in names} | converted)


def _listed(value: Any) -> Any:
    """Return a list as the model has it; what is none is refused with its place."""
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
