"""What builds leave in BuildKit's cache. It takes no labels: ours is told by when and from what it was made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

import docker
from docker.utils import version_lt

_OUR_SOURCE = "http url http://build-context-"
"""A context that came in the body of a request: docker and buildx send theirs by session, which reads otherwise."""

_SOURCES = ("http url ", "local source for ", "git ")
_SOURCE_TYPES = "source."
_TYPES_SINCE = "1.42"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the cache, as GET /system/df tells of it.

    Attributes:
        id: BuildKit's.
        parents: ids of those it is made on.
        created: seconds since the epoch.
        used: when it was last used, the same way; as created where the engine does not say.
        source: whether it is what a build begins with: a context, a repository.
        uploaded: whether it is a context from the body of a request, as ours are.
    """

    id: str
    parents: tuple[str, ...]
    created: float
    used: float
    source: bool = False
    uploaded: bool = False


def made_since(records: Iterable[Record], since: float) -> tuple[Record, ...] | None:
    """Return the records that one build made since this time; None when another build was under way as well.

    Each build makes its source or uses it once more. If ours is the only one in that time, all that is new is ours. If
    it is not, nothing tells whose is whose.

    Args:
        records: all that the engine lists.
        since: seconds since the epoch, before our build was asked for and after everything of ours was removed.
    """
    new = tuple(record for record in records if record.created >= since)
    sources = [record for record in records if record.source and max(record.created, record.used) >= since]
    if not new:
        return ()
    return new if len(sources) == 1 and sources[0].uploaded else None


def leaves_first(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the ids, which are given with those of their parents, so that none comes before what is made on it."""
    after: dict[str, set[str]] = {name: set() for name in parents}
    for name, above in parents.items():
        for parent in above:
            if parent in after:
                after[parent].add(name)
    return list(TopologicalSorter(after).static_order())


@dataclass(frozen=True, slots=True)
class Cached:
    """What was in the cache of what is new there.

    Attributes:
        ours: how many records were removed, or are about to be.
        unclear: how many stay, because another build was under way and they may be its.
    """

    ours: int = 0
    unclear: int = 0


def remove_made_since(client: docker.APIClient, since: float) -> Cached:
    """Remove what one build of ours left since then.

    A record still in use stays, without an error: what was there before may be there afterwards.
    """
    records = list_records(client)
    made = made_since(records, since)
    if made is None:
        return Cached(unclear=sum(record.created >= since for record in records))
    _prune(client, [record for record in made if not record.source])
    # The source goes when it is alone: it tells whose the others are.
    left = made_since(list_records(client), since) or ()
    if all(record.source for record in left):
        _prune(client, left)
    return Cached(ours=len(made))


def _prune(client: docker.APIClient, records: Sequence[Record]) -> None:
    for name in leaves_first({record.id: record.parents for record in records}):
        # More than one id at once is refused: "filters expect only one value".
        client.prune_builds(filters={"id": name}, all=True)  # type: ignore[arg-type]  # types-docker knows two


def list_records(client: docker.APIClient) -> tuple[Record, ...]:
    """Ask the engine for all records of its cache."""
    # Without the type it measures every volume as well, which may take minutes; it knows types from 1.42 on.
    parameters = {} if version_lt(client.api_version, _TYPES_SINCE) else {"type": "build-cache"}
    answer = client.get(f"{client.base_url}/v{client.api_version}/system/df", params=parameters)
    answer.raise_for_status()
    return parse_records(answer.json())


def parse_records(told: Mapping[str, Any]) -> tuple[Record, ...]:
    """Parse the answer of GET /system/df. Source: https://docs.docker.com/reference/api/engine/ (BuildCache)."""
    return tuple(_record(one) for one in told.get("BuildCache") or ())


def _record(told: Mapping[str, Any]) -> Record:
    description = str(told.get("Description", ""))
    # "Parent" until version 1.41 of the API, "Parents" from 1.42 on.
    parents = told.get("Parents") or ([told["Parent"]] if told.get("Parent") else [])
    created = datetime.fromisoformat(told["CreatedAt"]).timestamp()
    used = told.get("LastUsedAt")
    return Record(
        id=str(told["ID"]),
        parents=tuple(parents),
        created=created,
        used=datetime.fromisoformat(used).timestamp() if used else created,
        source=description.startswith(_SOURCES) or str(told.get("Type", "")).startswith(_SOURCE_TYPES),
        uploaded=description.startswith(_OUR_SOURCE),
    )
