"""Report how hosts are set up differently, by the properties that are known of each host."""

from collections.abc import Sequence

from hostcheck.comparison.model import Comparison, Row
from hostcheck.comparison.ranking import few
from hostcheck.comparison.ratio import is_shown
from hostcheck.comparison.settings import differences
from hostcheck.report.environment import MEASURED, Property, environment
from hostcheck.spelling import lower_first

_MOST_VALUES = 3
"""Maximum number of properties whose values are named: the last ones, which concern the engine and the disk."""


def set_up(comparison: Comparison, places: Sequence[int]) -> str:
    """Return a sentence, with a space, on how the shown hosts are set up differently; empty for one host.

    Hosts of which no property is known are left out. "Only" is said if each property is known of all these hosts, no
    check has another result, and all figures were measured with equal settings.
    """
    rows = [row for row in environment(comparison) if row.title != MEASURED]
    known = [place for place in places if any(row.values[place] is not None for row in rows)]
    if len(known) < 2:
        return ""
    who = few([comparison.names[place] for place in known])
    rows = [Property(row.title, tuple(row.values[place] for place in known)) for row in rows]
    names = [comparison.names[place] for place in known]
    unlike = [row for row in rows if row.differs]
    lacking = [row.title for row in rows if None in row.values and any(row.values)]
    others = _others(comparison, known)
    if not unlike:
        said = f"No difference was found in how {who} are set up"
    else:
        only = "only " if not lacking and not others else ""
        named = [f"{lower_first(row.title)}: {_values(row, names)}" for row in unlike[-_MOST_VALUES:]]
        rest = [lower_first(row.title) for row in unlike[:-_MOST_VALUES]]
        begin = f"As far as was read, {who} differ {only}in the "
        said = f"{begin}{'; in the '.join(named)}{f'; and in {few(rest)}' if rest else ''}"
    more = "; ".join(
        [*others, *([f"not known of all: {few([lower_first(title) for title in lacking])}"] if lacking else [])]
    )
    return f"{said} ({more}). " if more else f"{said}. "


def _values(row: Property, names: Sequence[str]) -> str:
    """Return each known value with its hosts: "ext4 on a and b; xfs on c"."""
    hosts: dict[str, list[str]] = {}
    for value, name in zip(row.values, names, strict=True):
        if value is not None:
            hosts.setdefault(value, []).append(name)
    return "; ".join(f"{value} on {few(which)}" for value, which in hosts.items())


def _others(comparison: Comparison, places: Sequence[int]) -> list[str]:
    """Return in a few words what else differs: results of checks, and settings of figures."""
    checks = [{(each.profile, each.check): each.status for each in comparison.runs[place].verdicts} for place in places]
    settings = any(_measured_unlike(row, places) for row in comparison.rows)
    return [
        *(["results of checks differ"] if any(each != checks[0] for each in checks[1:]) else []),
        *(["settings of figures differ or are unknown"] if settings else []),
    ]


def _measured_unlike(row: Row, places: Sequence[int]) -> bool:
    """Return whether settings of a figure of two hosts differ, or are not all known."""
    metrics = [row.cells[place].metric for place in places]
    shown = [metric for metric in metrics if metric is not None and is_shown(metric)]
    return any(differences(metric, shown[0]) for metric in shown[1:])
