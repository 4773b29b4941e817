"""Remove a build's records from BuildKit's cache.

Records have no labels: hostcheck's records are identified by their time and source.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import docker
from docker.utils import version_lt

from hostcheck.bench.engine.objects import Fields, read_object

_OUR_SOURCE = "http url http://build-context-"
"""Start of a record's description if its context was sent in a request's body, as hostcheck sends contexts.

docker and buildx send contexts in a session.
"""

_SOURCES = ("http url ", "local source for ", "git ")
_SOURCE_TYPES = "source."
_TYPES_SINCE = "1.42"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the cache, from GET /system/df.

    Attributes:
        id: BuildKit's id of the record.
        parents: ids of the records that this record depends on.
        created: time of creation, in seconds since the epoch.
        used: time of the last use, in seconds since the epoch; equal to ``created`` if the engine does not report it.
        source: whether it is a build's source: a context or a repository.
        uploaded: whether it is a context that was sent in a request's body, as hostcheck's contexts are.
    """

    id: str
    parents: tuple[str, ...]
    created: float
    used: float
    source: bool = False
    uploaded: bool = False


def made_since(records: Iterable[Record], since: float) -> tuple[Record, ...] | None:
    """Return the records that hostcheck's build made since a time; None if another build ran in that time.

    Each build creates its source or uses it again. If hostcheck's context is the only source used since then, all new
    records belong to hostcheck's build. Otherwise, the records of the two builds cannot be distinguished.

    Args:
        records: all records that the engine lists.
        since: a time in seconds since the epoch, after hostcheck's old records were removed and before its build was
            requested.
    """
    new = tuple(record for record in records if record.created >= since)
    sources = [record for record in records if record.source and max(record.created, record.used) >= since]
    if not new:
        return ()
    return new if len(sources) == 1 and sources[0].uploaded else None


def leaves_first(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """Sort ids so that each child comes before its parents.

    Args:
        parents: for each id, the ids of its parents.
    """
    after: dict[str, set[str]] = {name: set() for name in parents}
    for name, above in parents.items():
        for parent in above:
            if parent in after:
                after[parent].add(name)
    return list(TopologicalSorter(after).static_order())


@dataclass(frozen=True, slots=True)
class Cached:
    """How many new records of the cache were removed, and how many were kept.

    Attributes:
        ours: number of removed records.
        unclear: number of records that were kept because they may belong to another build.
    """

    ours: int = 0
    unclear: int = 0


def remove_made_since(client: docker.APIClient, since: float) -> Cached:
    """Remove the records that hostcheck's build made since a time (seconds since the epoch).

    A record that is still in use is kept, without an error.
    """
    records = list_records(client)
    made = made_since(records, since)
    if made is None:
        return Cached(unclear=sum(record.created >= since for record in records))
    _prune(client, [record for record in made if not record.source])
    # The source is removed last: it shows to which build the other records belong.
    left = made_since(list_records(client), since) or ()
    if all(record.source for record in left):
        _prune(client, left)
    return Cached(ours=len(made))


def _prune(client: docker.APIClient, records: Sequence[Record]) -> None:
    for name in leaves_first({record.id: record.parents for record in records}):
        # The engine accepts only one id in a request: "filters expect only one value".
        client.prune_builds(filters={"id": name}, all=True)  # type: ignore[arg-type]  # types-docker knows two


def list_records(client: docker.APIClient) -> tuple[Record, ...]:
    """Return all records of the engine's cache."""
    # Without a type, the engine also measures the size of every volume, which may take minutes. API 1.42 added types.
    parameters = {} if version_lt(client.api_version, _TYPES_SINCE) else {"type": "build-cache"}
    answer = client.get(f"{client.base_url}/v{client.api_version}/system/df", params=parameters)
    answer.raise_for_status()
    return parse_records(answer.content)


def parse_records(answer: bytes) -> tuple[Record, ...]:
    """Parse the answer of GET /system/df. Source: https://docs.docker.com/reference/api/engine/ (BuildCache).

    Raises:
        AnswerError: if the answer cannot be used.
    """
    return tuple(_record(one) for one in read_object(answer).all_of("BuildCache"))


def _record(entry: Fields) -> Record:
    description = entry.text("Description")
    # The key is "Parent" up to API version 1.41, and "Parents" since 1.42.
    parents = entry.texts("Parents") or tuple(filter(None, (entry.text("Parent"),)))
    created = entry.time("CreatedAt")
    return Record(
        id=entry.text("ID", required=True),
        parents=parents,
        created=created,
        used=entry.time("LastUsedAt") if entry.has("LastUsedAt") else created,
        source=description.startswith(_SOURCES) or entry.text("Type").startswith(_SOURCE_TYPES),
        uploaded=description.startswith(_OUR_SOURCE),
    )
