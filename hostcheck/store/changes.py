"""Find the changes of a host between two audits: of facts, and of the verdicts computed from them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from hostcheck.profiles.loader import load
from hostcheck.profiles.predicates import in_words
from hostcheck.run.changes import Change
from hostcheck.run.model import Fact, FactValue, Run
from hostcheck.store.audits import Kept
from hostcheck.verdicts import judge

_MOVING = (".free_bytes", "_percent")
"""Suffixes of the ids of facts whose values differ in each audit, such as how full or busy something is.

Only their verdicts are compared.
"""
_THERE, _GONE = "there", "not there"


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
    """Return the types in a value. If two values have equal types, the catalogue, which loads slowly, is not needed."""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return type(value), {type(item) for item in items}


def _can_be(fact: Fact) -> bool:
    from hostcheck.catalogue.kinds import fits  # noqa: PLC0415
    from hostcheck.catalogue.loader import entry_of  # noqa: PLC0415

    entry = entry_of(fact.id)
    return entry is None or fits(entry.kind, fact.value)


def _verdicts(
    then: Mapping[str, Fact], now: Mapping[str, Fact], profiles: Sequence[str], roles: Collection[str]
) -> Iterator[Change]:
    for profile in map(load, dict.fromkeys(profiles)):
        for was, became in zip(judge(profile, then, roles), judge(profile, now, roles), strict=True):
            if was.status != became.status and "unknown" not in (was.status, became.status):
                yield Change(became.check, was.status, became.status, profile.name)


def _facts(then: Mapping[str, Fact], now: Mapping[str, Fact]) -> Iterator[Change]:
    for name in sorted(now):
        if not name.endswith(_MOVING):
            yield from _values(name, then[name].value, now[name].value)


def _values(name: str, was: FactValue, became: FactValue) -> Iterator[Change]:
    """Yield the changed parts of a value: keys of a map, items of a set, otherwise the whole value."""
    if was == became:
        return
    if isinstance(was, Mapping) and isinstance(became, Mapping):
        for key in sorted({*was, *became}):
            if was.get(key) != became.get(key):
                yield Change(f"{name} {key}", _word(was, key), _word(became, key))
    elif isinstance(was, tuple) and isinstance(became, tuple) and all(isinstance(each, str) for each in was + became):
        # The order of a set's items means nothing.
        for item in sorted({*was} ^ {*became}, key=str):
            words = (_GONE, _THERE) if item in became else (_THERE, _GONE)
            yield Change(f"{name} {in_words(item)}", *words)
    else:
        yield Change(name, in_words(was), in_words(became))


def _word(value: Mapping[str, FactValue], key: str) -> str:
    return in_words(value[key]) if key in value else _GONE
