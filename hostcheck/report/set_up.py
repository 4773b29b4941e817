"""Report how hosts are set up differently, by the properties that are known of each host."""

from collections.abc import Sequence
from typing import NamedTuple

from hostcheck.comparison.model import Comparison, Row
from hostcheck.comparison.ranking import few
from hostcheck.comparison.ratio import is_shown
from hostcheck.comparison.settings import differences
from hostcheck.report.environment import MEASURED, Property, environment
from hostcheck.spelling import lower_first

_MOST_VALUES = 3
"""Maximum number of properties whose values are named: the last ones, which concern the engine and the disk."""


class _Found(NamedTuple):
    """How the hosts of which anything is known are set up.

    Attributes:
        names: the names of these hosts.
        unlike: the properties in which two of them differ.
        more: in a few words, what else differs, and what is not known of all of them.
    """

    names: tuple[str, ...]
    unlike: tuple[Property, ...]
    more: tuple[str, ...]

    @property
    def only(self) -> str:
        """The word "only", with a space, if the hosts are known to differ in nothing else."""
        return "" if self.more else "only "


def set_up(comparison: Comparison, places: Sequence[int]) -> str:
    """Return a sentence, with a space, on how the shown hosts are set up differently; empty for one host.

    Hosts of which no property is known are left out. "Only" is said if each property is known of all these hosts, no
    check has another result, and all figures were measured with equal settings.
    """
    found = _found(comparison, places)
    if len(found.names) < 2:
        return ""
    who = few(found.names)
    if not found.unlike:
        said = f"No difference was found in how {who} are set up"
    else:
        named = [f"{lower_first(row.title)}: {_values(row, found.names)}" for row in found.unlike[-_MOST_VALUES:]]
        rest = [lower_first(row.title) for row in found.unlike[:-_MOST_VALUES]]
        begin = f"As far as was read, {who} differ {found.only}in the "
        said = f"{begin}{'; in the '.join(named)}{f'; and in {few(rest)}' if rest else ''}"
    return f"{said} ({'; '.join(found.more)}). " if found.more else f"{said}. "


def set_up_in_brief(comparison: Comparison) -> tuple[str, ...]:
    """Return for each host a few words on how it and the others are set up differently; empty where nothing is known.

    The words are equal for all hosts of which anything is known.
    """
    found = _found(comparison, range(len(comparison.names)))
    if len(found.names) < 2:
        return ("",) * len(comparison.names)
    whose = "" if len(found.names) == len(comparison.names) else f"{few(found.names)} "
    titles = [lower_first(row.title) for row in found.unlike]
    what = f"differ {found.only}in the {few(titles)}" if titles else "no difference was found"
    said = "; ".join([f"{whose}{what}, as far as was read", *found.more])
    return tuple(said if name in found.names else "" for name in comparison.names)


def _found(comparison: Comparison, places: Sequence[int]) -> _Found:
    rows = [row for row in environment(comparison) if row.title != MEASURED]
    known = [place for place in places if any(row.values[place] is not None for row in rows)]
    rows = [Property(row.title, tuple(row.values[place] for place in known)) for row in rows]
    lacking = [lower_first(row.title) for row in rows if None in row.values and any(row.values)]
    return _Found(
        tuple(comparison.names[place] for place in known),
        tuple(row for row in rows if row.differs),
        (*_others(comparison, known), *([f"not known of all: {few(lacking)}"] if lacking else [])),
    )


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
