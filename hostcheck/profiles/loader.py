"""Read a profile: what one engine needs of a host."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from hostcheck.errors import UsageError
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.run.model import Severity

_FOLDER = Path(__file__).parent
_TEXTS = ("id", "title", "fact", "why", "fix", "source")


@dataclass(frozen=True, slots=True)
class Test:
    """A question put to one fact.

    Attributes:
        fact: the fact's id.
        predicate: a name in ``predicates.PREDICATES``.
        argument: what the predicate compares with.
    """

    fact: str
    predicate: str
    argument: Any


@dataclass(frozen=True, slots=True)
class Condition:
    """When a check applies.

    Attributes:
        test: the check applies where this holds.
        otherwise: why it does not apply elsewhere.
    """

    test: Test
    otherwise: str


@dataclass(frozen=True, slots=True)
class Check:
    """One row of a profile: fact, predicate, severity, why, fix, source.

    Attributes:
        id: unique in the profile.
        title: what is looked at, in a few words.
        test: what is asked.
        severity: whether missing it makes the host unfit, or only less good.
        why: why it matters to this engine.
        fix: what to do about it.
        source: where the rule is from.
        when: when it applies; None is always.
    """

    id: str
    title: str
    test: Test
    severity: Severity
    why: str
    fix: str
    source: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What one engine needs.

    Attributes:
        name: what the command line calls it.
        title: what people call it.
        summary: which engine, of which time, in a sentence.
        checks: in the order the file has them.
    """

    name: str
    title: str
    summary: str
    checks: tuple[Check, ...]


def names() -> tuple[str, ...]:
    """Names of the profiles that ship with hostcheck."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@lru_cache
def load(name: str) -> Profile:
    """Load the profile of this name.

    Raises:
        UsageError: when there is none; the remedy has the nearest name.
    """
    if name not in names():
        near = get_close_matches(name, names(), 1)
        hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(names())}"
        raise UsageError(f"there is no profile {name!r}", remedy=hint)
    import tomllib  # noqa: PLC0415  only an audit needs it

    path = _FOLDER / f"{name}.toml"
    return parse(name, tomllib.loads(path.read_text(encoding="utf-8")))


def parse(name: str, document: Mapping[str, Any]) -> Profile:
    """Make a profile of a TOML document.

    Raises:
        ValueError: when a check lacks something or has something unknown; the message names the check.
    """
    checks = tuple(_check(row) for row in document["check"])
    ids = [check.id for check in checks]
    twice = sorted({check_id for check_id in ids if ids.count(check_id) > 1})
    if twice:
        raise ValueError(f"{name}: two checks are called {', '.join(twice)}")
    return Profile(name, document["title"], document["summary"], checks)


def _check(row: Mapping[str, Any]) -> Check:
    where = f"check {row.get('id', '?')}"
    for key in _TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"{where} has no {key}")
    if row.get("severity") not in get_args(Severity):
        raise ValueError(f"{where}: its severity is one of {', '.join(get_args(Severity))}")
    return Check(
        id=row["id"],
        title=row["title"],
        test=_test(where, row, allowed={*_TEXTS, "severity", "when"}),
        severity=row["severity"],
        why=row["why"],
        fix=row["fix"],
        source=row["source"],
        when=_condition(where, row["when"]) if "when" in row else None,
    )


def _condition(where: str, row: Mapping[str, Any]) -> Condition:
    if not row.get("fact") or not row.get("otherwise"):
        raise ValueError(f"{where}: its condition needs a fact and an otherwise")
    return Condition(_test(where, row, allowed={"fact", "otherwise"}), row["otherwise"])


def _test(where: str, row: Mapping[str, Any], *, allowed: set[str]) -> Test:
    chosen = [key for key in row if key in PREDICATES]
    unknown = sorted(set(row) - allowed - set(chosen))
    if unknown:
        raise ValueError(f"{where} has an unknown key {', '.join(unknown)}")
    if len(chosen) != 1:
        raise ValueError(f"{where} needs exactly one of {', '.join(PREDICATES)}")
    argument = row[chosen[0]]
    if not PREDICATES[chosen[0]].accepts(argument):
        raise ValueError(f"{where}: {chosen[0]} cannot use {argument!r}")
    return Test(row["fact"], chosen[0], argument)
