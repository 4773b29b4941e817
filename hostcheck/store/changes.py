"""Find the changes of a host between two audits: of facts, and of the verdicts computed from them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hostcheck.profiles.loader import load
from hostcheck.profiles.predicates import in_words
from hostcheck.run.changes import GONE, THERE, Change
from hostcheck.run.model import NONE, Fact, FactValue, Run
from hostcheck.store.audits import Kept
from hostcheck.verdicts import judge

if TYPE_CHECKING:
    from hostcheck.catalogue.kinds import Kind
    from hostcheck.catalogue.loader import FactDescription

_MOVING = (".free_bytes", "_percent")
"""Suffixes of the ids of facts whose values differ in each audit, such as how full or busy something is.

Only their verdicts are compared.
"""


def with_changes(run: Run, before: Kept, profiles: Sequence[str]) -> Run:
    """Return the run with its changes since an earlier audit.

    A fact is compared if it is known in both audits, with valid values. Another version of hostcheck may have stored
    values that are not valid now. Both audits are judged by the current profiles, so a new version of a profile causes
    no change.

    Args:
        run: the current audit.
        before: the earlier audit.
        profiles: the profiles of the current audit: names, or paths of profile files.
    """
    now = {name: fact for name, fact in run.facts.items() if fact.known and name in before.facts}
    then = {name: before.facts[name] for name in now}
    unlike = [name for name in now if now[name].value != then[name].value]
    for name in unlike:
        if _shape(then[name].value) != _shape(now[name].value) and not _can_be(then[name]):
            del now[name], then[name]
    if then.keys().isdisjoint(unlike):
        return replace(run, since=before.started, changes=())
    verdicts = _verdicts(then, now, profiles, run.roles)
    return replace(run, since=before.started, changes=(*verdicts, *_facts(then, now)))


def _shape(value: FactValue) -> tuple[object, ...]:
    """Return the types in a value.

    The catalogue, which loads slowly, is needed only if two values have different types.
    """
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return type(value), {type(item) for item in items}


def _can_be(fact: Fact) -> bool:
    from hostcheck.catalogue.kinds import fits  # noqa: PLC0415

    entry = _entry(fact.id)
    return entry is None or fits(entry.kind, fact.value)


def _entry(fact_id: str) -> "FactDescription | None":
    from hostcheck.catalogue.loader import entry_of  # noqa: PLC0415  only an audit with changes needs the catalogue

    return entry_of(fact_id)


def _verdicts(
    then: Mapping[str, Fact], now: Mapping[str, Fact], profiles: Sequence[str], roles: Collection[str]
) -> Iterator[Change]:
    for profile in map(load, dict.fromkeys(profiles)):
        facts = {check.id: check.test.subject for check in profile.checks}
        for was, became in zip(judge(profile, then, roles), judge(profile, now, roles), strict=True):
            if was.status != became.status and "unknown" not in (was.status, became.status):
                yield Change(became.check, was.status, became.status, profile.name, became.title, facts[became.check])


def _facts(then: Mapping[str, Fact], now: Mapping[str, Fact]) -> Iterator[Change]:
    for name in sorted(now):
        if not name.endswith(_MOVING):
            was, became = then[name].value, now[name].value
            if was != became:
                entry = _entry(name)
                changes = _values(name, was, became, entry.kind if entry else None)
                yield from (replace(each, title=entry.title if entry else "") for each in changes)


def _values(name: str, was: FactValue, became: FactValue, kind: "Kind | None") -> Iterator[Change]:
    """Yield the changed parts of a value: keys of a map, items of a set, otherwise the whole value."""
    if isinstance(was, Mapping) and isinstance(became, Mapping):
        for key in sorted({*was, *became}):
            if was.get(key) != became.get(key):
                yield Change(f"{name} {key}", _word(was, key), _word(became, key))
    elif isinstance(was, tuple) and isinstance(became, tuple) and all(isinstance(each, str) for each in was + became):
        # The order of a set's items means nothing.
        for item in sorted({*was} ^ {*became}, key=str):
            words = (GONE, THERE) if item in became else (THERE, GONE)
            yield Change(f"{name} {in_words(item)}", *words)
    else:
        yield Change(name, _said(was, kind), _said(became, kind))


def _word(value: Mapping[str, FactValue], key: str) -> str:
    return in_words(value[key]) if key in value else GONE


def _said(value: FactValue, kind: "Kind | None") -> str:
    """Return a whole value in words: with the unit of a number, and with the meaning that "none" has for the fact."""
    if kind is None or isinstance(value, bool):
        return in_words(value)
    if value == NONE and kind.none:
        return kind.none
    if isinstance(value, (int, float)):
        return f"{value:,} {kind.unit}".rstrip()
    return "–".join(map(str, value)) if kind.type == "range" and isinstance(value, tuple) else in_words(value)
