"""Read the catalogue of facts: one TOML file for each subject, with a ``[[fact]]`` for each fact."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import tomli

from hostcheck.catalogue.kinds import TYPES, UNITS, Kind, fits
from hostcheck.catalogue.stores import STORES, fact_of_store, has_fact
from hostcheck.resources import read_shipped, shipped_in
from hostcheck.run.model import FactValue
from hostcheck.tomltext import Table, read_table_text

if TYPE_CHECKING:
    from hostcheck.plugins import Plugin

_FOLDER = Path(__file__).parent
_NEEDED = ("id", "title", "type", "example", "decided", "sources")
_OF_A_KIND = ("unit", "form", "values", "suffix", "states", "none")
_WITH_VALUES = ("choice", "map")


@dataclass(frozen=True, slots=True)
class FactDescription:
    """The description of one fact.

    Attributes:
        id: the fact's id, such as "cgroup.mode".
        title: the fact's subject, in a few words.
        kind: the values that the fact can have.
        example: one of these values.
        decided: sentences on how the fact is decided, the strongest evidence first.
        sources: the sources of the rules.
    """

    id: str
    title: str
    kind: Kind
    example: FactValue
    decided: tuple[str, ...]
    sources: tuple[str, ...]


@lru_cache
def entries() -> Mapping[str, FactDescription]:
    """Return the entry of every fact, by id, in the order of the file names.

    Raises:
        UsageError: if a file is not valid; the message names file and line.
    """
    found: dict[str, FactDescription] = {}
    for path in shipped_in(_FOLDER, ".toml"):
        text = read_shipped(path)
        for number, entry in enumerate(parse(text, path)):
            if entry.id in found:
                Table("catalogue", text, path, ("fact",), number).fail("id", f"{entry.id} is in the catalogue twice")
            found[entry.id] = entry
    return MappingProxyType(found | {entry.id: entry for entry in _of_stores(tuple(found.values()))})


def _of_stores(found: Iterable[FactDescription]) -> Iterator[FactDescription]:
    """Yield the entries for the facts of each other store. They are decided like the facts of the data-root."""
    known = tuple(found)
    for store in STORES:
        says = f"Like {{}}, of the folder of {store}; it is read where a profile asks for it."
        for entry in (each for each in known if has_fact(store, each.id)):
            yield replace(
                entry,
                id=fact_of_store(store, entry.id),
                title=f"{entry.title}: {store}",
                decided=(says.format(entry.id), *entry.decided),
            )


def entry_of(fact_id: str) -> FactDescription | None:
    """Return a fact's entry from the catalogue, or from the plugin whose name is the fact's area; None without one.

    Raises:
        UsageError: if that plugin cannot be used.
    """
    if fact_id in entries():
        return entries()[fact_id]
    plugin = plugin_of(fact_id)
    return _facts_of(plugin).get(fact_id) if plugin else None


def plugin_of(fact_id: str) -> "Plugin | None":
    """Return the plugin that reports a fact; None if the catalogue has the fact's area."""
    from hostcheck import plugins  # noqa: PLC0415  only a fact that is not built in needs it

    area = fact_id.partition(".")[0]
    built_in = {known.partition(".")[0] for known in entries()}
    return None if area in built_in else plugins.find("probe", area)


def _facts_of(plugin: "Plugin") -> Mapping[str, FactDescription]:
    """Return the entries of a plugin's facts, from the file whose path the plugin's module has as ``FACTS``."""
    path = getattr(plugin.load(), "FACTS", None)
    if not isinstance(path, Path):
        raise plugin.failed(f"its FACTS is {path!r}, and not the pathlib.Path of its facts' entries")
    found = {entry.id: entry for entry in parse(read_table_text("catalogue", path), path)}
    for fact_id in found:
        if not fact_id.startswith(f"{plugin.name}."):
            raise plugin.failed(f"the id of its fact {fact_id} does not begin with {plugin.name}.")
    return found


def parse(text: str, path: Path) -> tuple[FactDescription, ...]:
    """Parse the entries of a file.

    Args:
        text: the TOML text.
        path: path of the file, for error messages.

    Raises:
        UsageError: as in ``entries``.
    """
    document = tomli.loads(text)
    top = Table("catalogue", text, path)
    top.refuse_unknown(document, ("fact",))
    found = []
    for number, row in enumerate(document.get("fact", [])):
        table = top.inner(("fact",), number)
        table.refuse_unknown(row, (*_NEEDED, *_OF_A_KIND))
        with table.collecting():
            found.append(_entry(table, row))
    top.refuse_mistakes()
    return tuple(found)


def _entry(table: Table, row: Mapping[str, Any]) -> FactDescription:
    for key in _NEEDED:
        if key not in row:
            table.fail(None, f"fact {row.get('id', table.number + 1)} has no {key}")
    kind = _kind(table, row)
    example = tuple(row["example"]) if isinstance(row["example"], list) else row["example"]
    if not fits(kind, example):
        table.fail("example", f"{row['example']!r} does not fit the type: {kind.in_words}")
    return FactDescription(
        id=table.text_of(row, "id") or "",
        title=table.text_of(row, "title") or "",
        kind=kind,
        example=example,
        decided=_several(table, row, "decided"),
        sources=_several(table, row, "sources"),
    )


def _kind(table: Table, row: Mapping[str, Any]) -> Kind:
    kind = Kind(
        type=table.one_of(row, "type", TYPES, None),
        unit=table.one_of(row, "unit", UNITS, ""),
        form=table.text_of(row, "form") or "",
        values=table.texts(row, "values") or (),
        suffix=table.text_of(row, "suffix") or "",
        states=table.texts(row, "states") or (),
        none=table.text_of(row, "none") or "",
    )
    if kind.type in _WITH_VALUES and not kind.values:
        table.fail(None, f"fact {row['id']} has no values", f"a {kind.type} lists them")
    return kind


def _several(table: Table, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of texts as a tuple. The file may have a single text instead of a list."""
    if isinstance(row[key], str):
        return (table.text_of(row, key) or "",)
    return table.texts(row, key) or ()
