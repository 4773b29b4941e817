"""Store audits: only their facts, in one small file for each audit, for 90 days."""

import json
import os
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from hostcheck.errors import UnwrittenError, UsageError
from hostcheck.outfile import write_bytes
from hostcheck.run.model import Fact, FactValue, Run
from hostcheck.run.times import parse_time
from hostcheck.store.folder import StoreError, data_folder
from hostcheck.userfile import read_bytes

FOLDER = "audits"
KEPT_DAYS = 90
MOST = 1000
"""Maximum number of stored audits for all hosts together. Each has about 10 KB. The oldest are removed first."""

_SCHEMA = "hostcheck.facts/1"
_MODE = 0o600
_LARGEST = 16 << 20
"""Maximum size in bytes of an audit that is read."""
_SCALAR = str | int | float | None


class Kept(NamedTuple):
    """An earlier audit.

    Attributes:
        started: start of the audit, UTC, ISO 8601 with "Z".
        facts: the known facts by id, without their evidence.
    """

    started: str
    facts: Mapping[str, Fact]


def default_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the audits.

    Raises:
        StoreError: if the user has no home folder.
    """
    return data_folder(environment) / FOLDER


def keep(run: Run, place: str = "", folder: Path | None = None) -> None:
    """Store the facts of a run, and remove audits that are older than 90 days or exceed the maximum number.

    Args:
        run: the audit.
        place: the address or the command by which the host was reached; empty for this machine.
        folder: the folder of the audits; None for the default folder.

    Raises:
        StoreError: if the file cannot be written.
    """
    folder = folder or default_folder()
    facts = {fact.id: fact.value for fact in run.facts.values() if fact.known}
    document = {"schema": _SCHEMA, "host": run.host.name, "place": place, "started": run.started, "facts": facts}
    data = json.dumps(document, separators=(",", ":"), default=_plain).encode("utf-8", "surrogatepass")
    name = f"{_stamp(run.started)}-{_key(run.host.name, place)}-{run.id[:8]}.json"
    try:
        write_bytes(folder / name, data, mode=_MODE)
    except UnwrittenError as error:
        raise StoreError(f"the audit is not kept: {error.args[0]}", remedy="skip storing it with --no-store") from error
    _prune(folder)


def before(run: Run, place: str = "", at: str = "", folder: Path | None = None) -> Kept | None:
    """Return an earlier audit of the host of ``run``; None if none is stored.

    Args:
        run: the audit.
        place: as in ``keep``.
        at: a time in ISO 8601, which may be shortened. The result is the latest audit up to this time, or the first
            audit if none is that old. Empty for the latest audit.
        folder: as in ``keep``.

    Raises:
        StoreError: if the folder or the file cannot be read.
    """
    folder = folder or default_folder()
    own = f"-{_key(run.host.name, place)}-"
    now = _stamp(run.started) + "~"
    names = [name for name in _names(folder) if own in name and name < now and run.id[:8] not in name]
    if not names:
        return None
    # "2026-11" is all of November; "~" follows every character of a stamp.
    up_to = [name for name in names if not at or name[:16] <= _stamp(at) + "~"]
    return _read(folder / (up_to[-1] if up_to else names[0]))


def _read(path: Path) -> Kept:
    try:
        document = json.loads(read_bytes("kept audit", path, _LARGEST), parse_constant=_refuse)
        if document["schema"] != _SCHEMA:
            raise StoreError(f"reading the kept audit {path}: another version of hostcheck made it", remedy="remove it")
        facts = {name: Fact(name, _value(value)) for name, value in document["facts"].items()}
        parse_time(document["started"])
        return Kept(document["started"], facts)
    except UsageError as error:
        raise StoreError(error.args[0], remedy="remove it") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError(f"reading the kept audit {path}: it is damaged", remedy="remove it") from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _value(value: object) -> FactValue:
    if isinstance(value, list) and all(isinstance(item, _SCALAR) for item in value):
        return tuple(value)
    if isinstance(value, Mapping) and all(isinstance(item, _SCALAR) for item in value.values()):
        return value
    if isinstance(value, _SCALAR):
        return value
    raise TypeError


def _names(folder: Path) -> list[str]:
    """Return the names of the stored audits, the oldest first."""
    try:
        # A thousand objects of Path would take longer than the audit's other work with the store.
        names = os.listdir(folder)  # noqa: PTH208
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"reading the kept audits in {folder}: {error.strerror or error}") from error
    return sorted(name for name in names if name.endswith(".json") and name[:1].isdigit())


def _prune(folder: Path) -> None:
    names = _names(folder)
    oldest = datetime.fromtimestamp(time.time() - KEPT_DAYS * 86400, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    for name in _gone(names, oldest):
        # Another audit may remove the same one.
        with suppress(FileNotFoundError):
            (folder / name).unlink()


def _gone(names: list[str], oldest: str) -> Iterator[str]:
    for place, name in enumerate(names):
        if name < oldest or place < len(names) - MOST:
            yield name


def _stamp(moment: str) -> str:
    return moment.replace("-", "").replace(":", "")


def _key(host: str, place: str) -> str:
    named = f"{host}\0{place}"
    return f"{zlib.crc32(named.encode('utf-8', 'surrogatepass')):08x}"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a fact has a value of {type(value)}")
