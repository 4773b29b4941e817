"""Read a policy: the table ``[gate]`` of hostcheck.toml, or ``[tool.hostcheck.gate]`` of pyproject.toml.

A table ``[promise]`` next to it makes the lines of a seller's promise requirements too.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from hostcheck.errors import UnfitError, UsageError
from hostcheck.filekinds import recognising
from hostcheck.gate.origin import parse_age
from hostcheck.gate.policy import DEFAULT_BASELINE, DEFAULT_MARGIN, PlacePolicy, Policy, UnknownIs
from hostcheck.gate.waivers import Waiver
from hostcheck.profiles.loader import exists, is_file, known_names
from hostcheck.profiles.predicates import PLACED
from hostcheck.run.files import REFERENCE_PREFIX
from hostcheck.run.model import Severity
from hostcheck.store.names import HISTORY_PREFIX, is_relative
from hostcheck.thresholds import Threshold, parse_threshold
from hostcheck.tomltext import Table, nearest, read_document, read_table_text, shown

_KEYS = (
    *("profiles", "roles", "fail_on", "unknown", "thresholds", "baseline", "margin_percent", "max_age", "prove"),
    "waiver",
)
_PROMISE = "promise"
_PLACE = "place"
MOST_PROFILES = 100
"""Maximum number of profiles in one policy. It exceeds the number of engines."""
_WAIVER_KEYS = ("id", "reason", "until")


def read_policy(path: Path) -> Policy:
    """Read the policy of a file.

    Raises:
        UsageError: if there is no such file or table, or a key or value is not permitted; the message names the line.
    """
    with recognising("policy", "policy", path):
        return parse_policy(read_table_text("policy", path), path)


def parse_policy(text: str, path: Path) -> Policy:
    """Parse the text of a policy file.

    Args:
        text: the TOML text.
        path: path of the file. Its name decides which table is read, and the path of a baseline is relative to its
            folder.

    Raises:
        UsageError: as in ``read_policy``.
    """
    document = read_document("policy", text, path)
    table = ("tool", "hostcheck", "gate") if path.name == "pyproject.toml" else ("gate",)
    outer = Table("policy", text, path, table[:-1])
    found = document
    for part in table[:-1]:
        inner = found.get(part)
        found = inner if isinstance(inner, Mapping) else {}
    # In pyproject.toml, what stands beside [tool.hostcheck] is none of ours; in our own file everything is.
    outer.refuse_unknown(found, (table[-1], _PROMISE, _PLACE))
    if table[-1] not in found:
        outer.refuse_mistakes()
    if table[-1] not in found:
        named = f"[{'.'.join(table)}]"
        raise UsageError(
            f"reading the policy {path}: there is no table {named}", remedy=f"write the requirements below {named}"
        )
    if not isinstance(found[table[-1]], Mapping):
        outer.fail(table[-1], f"{table[-1]} is not a table", f"write it as [{'.'.join(table)}]")
    policy = _policy(found[table[-1]], outer.inner(table))
    if _PLACE in found:
        policy = replace(policy, place=_place(found[_PLACE], outer, table[:-1]))
    if _PROMISE not in found:
        return policy
    from hostcheck.promise.file import lines_of  # noqa: PLC0415  few policies have one

    return replace(policy, promise=lines_of(found, outer))


def _place(found: Any, outer: Table, above: tuple[str, ...]) -> PlacePolicy:
    """Return the requirements of the table [place], which is next to [gate]."""
    from hostcheck.place.landmarks import read_landmarks  # noqa: PLC0415  few policies have one
    from hostcheck.profiles.placed import read_place  # noqa: PLC0415

    if not isinstance(found, Mapping):
        outer.fail(_PLACE, "place is not a table", "write it as [place], with landmarks and within or not_within")
    reader = outer.inner((*above, _PLACE))
    reader.refuse_unknown(found, ("landmarks", *PLACED))
    checks = read_place(reader, found)
    reader.refuse_mistakes()
    if not checks and "landmarks" not in found:
        reader.fail(None, "place has no requirement", "write landmarks, and within or not_within")
    name = reader.text_of(found, "landmarks")
    if name is not None and not name.isprintable():
        reader.fail("landmarks", f"{name!r} is not the path of a file", "name a file of landmarks")
    return PlacePolicy(read_landmarks(reader.path.parent / name) if name else (), checks)


def _policy(found: Mapping[str, Any], reader: Table) -> Policy:
    reader.refuse_unknown(found, _KEYS)
    parts: dict[str, Any] = {}
    for name, read in _READ.items():
        with reader.collecting():
            parts[name] = read(found, reader)
    reader.refuse_mistakes()
    return Policy(**parts, source=str(reader.path))


def _profiles(found: Mapping[str, Any], reader: Table) -> tuple[str, ...]:
    profiles = tuple(dict.fromkeys(reader.texts(found, "profiles") or ()))
    if len(profiles) > MOST_PROFILES:
        reader.fail("profiles", f"profiles names {len(profiles)} profiles", f"name at most {MOST_PROFILES}")
    for name in profiles:
        if not is_file(name) and not exists(name):
            with reader.collecting():
                reader.fail("profiles", f"there is no profile {name!r}", nearest(name, known_names()), item=name)
    return profiles


def _baseline(found: Mapping[str, Any], reader: Table) -> str | None:
    name = reader.text_of(found, "baseline")
    if name is None:
        return DEFAULT_BASELINE if "margin_percent" in found else None
    if is_relative(name) or name.startswith((REFERENCE_PREFIX, HISTORY_PREFIX)):
        return name
    if not name.isprintable():
        reader.fail("baseline", f"{name!r} is not the path of a file", "name a run file")
    return str(reader.path.parent / name)


def _unknown(found: Mapping[str, Any], reader: Table) -> UnknownIs:
    if found.get("unknown") == "pass":
        remedy = "waive the check by its id in [[gate.waiver]], with a reason and a date"
        reader.fail("unknown", "unknown is 'pass', but an unknown result must not pass", remedy)
    unknown: UnknownIs = reader.one_of(found, "unknown", get_args(UnknownIs), "inconclusive")
    return unknown


def _thresholds(found: Mapping[str, Any], reader: Table) -> tuple[Threshold, ...]:
    thresholds = []
    for text in reader.texts(found, "thresholds") or ():
        with reader.collecting():
            try:
                thresholds.append(parse_threshold(text))
            except UnfitError as error:
                reader.fail("thresholds", error.problem, error.remedy, item=text)
    return tuple(thresholds)


def _margin(found: Mapping[str, Any], reader: Table) -> float:
    percent = found.get("margin_percent", DEFAULT_MARGIN * 100)
    if isinstance(percent, bool) or not isinstance(percent, (int, float)) or not 0 < percent < 100:
        reader.fail("margin_percent", f"margin_percent is {shown(percent)}", "write a number above 0 and below 100")
    return percent / 100


def _max_age(found: Mapping[str, Any], reader: Table) -> timedelta | None:
    text = reader.text_of(found, "max_age")
    try:
        return None if text is None else parse_age(text)
    except UsageError as error:
        reader.fail("max_age", str(error.args[0]), error.remedy)


def _prove(found: Mapping[str, Any], reader: Table) -> bool:
    prove = found.get("prove", False)
    if not isinstance(prove, bool):
        reader.fail("prove", f"prove is {shown(prove)}", "write true or false, without quotes")
    return prove


def _waivers(found: Mapping[str, Any], reader: Table) -> tuple[Waiver, ...]:
    rows = found.get("waiver", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        reader.fail("waiver", "waiver is not a list of tables", "write each as [[gate.waiver]]")
    waivers = []
    for number, row in enumerate(rows):
        table = reader.inner((*reader.name, "waiver"), number)
        table.refuse_unknown(row, _WAIVER_KEYS)
        with table.collecting():
            waivers.append(_waiver(row, table))
    return tuple(waivers)


def _waiver(row: Mapping[str, Any], reader: Table) -> Waiver:
    pattern = reader.text_of(row, "id")
    if pattern is None:
        reader.fail("id", f"waiver {reader.number + 1} has no id", "name the check or metric that it waives")
    until = row.get("until")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        reader.fail("until", f"until is {shown(until)}", "write a date without quotes: 2027-01-31")
    return Waiver(pattern, reader.text_of(row, "reason") or "", until, reader.place("id"))


_READ: Mapping[str, Callable[[Mapping[str, Any], Table], Any]] = {
    "profiles": _profiles,
    "roles": lambda found, reader: reader.texts(found, "roles") or (),
    "fail_on": lambda found, reader: reader.one_of(found, "fail_on", get_args(Severity), "required"),
    "unknown": _unknown,
    "thresholds": _thresholds,
    "baseline": _baseline,
    "margin": _margin,
    "max_age": _max_age,
    "prove": _prove,
    "waivers": _waivers,
}
"""For each key of a policy, the function that reads its value."""
