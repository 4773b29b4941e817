"""A list of the facts and metrics that profiles and policies can use, with type, unit and an example of each."""

from collections.abc import Mapping
from itertools import groupby

from hostcheck.catalogue.loader import entries
from hostcheck.errors import UsageError
from hostcheck.formats.terminal import Style, within
from hostcheck.run.metrics import CURVE, METRICS, spec_of
from hostcheck.run.model import FactValue

_LONGEST = 40
"""Maximum number of characters of an example. Of a longer list, the first items are shown."""
_HEAD = ("id", "type", "unit", "example")


def list_facts(style: Style, *, area: str | None = None) -> str:
    """Return all facts, then all metrics, one line for each. Examples are written as in a profile.

    Args:
        style: style of the text.
        area: only ids that are equal to this, or begin with this and a dot: "net", "disk".

    Raises:
        UsageError: if no id is left.
    """
    facts = [(entry.id, entry.kind.name, entry.kind.unit, _toml(entry.example)) for entry in entries().values()]
    metrics = [("metric", metric, "number", *_metric(metric)) for metric in (*METRICS, CURVE)]
    rows = [("fact", *row) for row in facts] + metrics
    kept = [row for row in rows if area is None or row[1] == area or row[1].startswith(f"{area}.")]
    if not kept:
        raise UsageError(f"there is no fact or metric about {area}", remedy="hostcheck checks --facts lists them all")
    lines = within([_HEAD, *(row[1:] for row in kept)], style, 2)
    head, body = lines[0], zip(kept, lines[1:], strict=True)
    blocks = []
    for what, group in groupby(body, key=lambda pair: pair[0][0]):
        blocks.append("\n".join((style.paint(f"{what.capitalize()}s", "bold"), *(line for _, line in group))))
    return "\n\n".join((style.paint(head, "dim"), *blocks))


def _metric(metric: str) -> tuple[str, str]:
    spec = spec_of(metric.replace("N", "40"))
    assert spec is not None
    return spec.unit, f"{spec.example:g}"


def _toml(value: FactValue) -> str:
    """Write a value as in a profile; for a map, its names."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, Mapping)):
        kept = [_toml(item) for item in value]
        while len(kept) > 1 and len(", ".join(kept)) > _LONGEST:
            kept.pop()
        return f"[{', '.join(kept)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
