"""Store runs in one SQLite file. Each row contains a whole run file, and columns for searching."""

import json
import os
import sqlite3
import stat
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.files import LARGEST_BYTES
from hostcheck.run.model import HostIdentity, Run
from hostcheck.store.folder import StoreError, data_folder

VERSION = 1
"""Version of the tables, kept in SQLite's user_version."""

LOCKED_SECONDS = 5.0
"""Seconds to wait while another process writes to the store."""

_TABLES = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    started TEXT NOT NULL,
    document BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS run_by_host ON run (host, started);
"""


@dataclass(frozen=True, slots=True)
class Store:
    """A store of runs.

    Attributes:
        path: the SQLite file. It is created when the first run is kept.
    """

    path: Path

    def keep(self, run: Run) -> None:
        """Keep a run. An existing run with the same id is replaced.

        Raises:
            StoreError: if the store cannot be written.
        """
        document = zlib.compress(json.dumps(to_json(run), ensure_ascii=False, allow_nan=False).encode(), 6)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot keep the run in {self.path}: {error.strerror}", remedy=_ELSEWHERE) from error
        self._is_there()
        with self._open(write=True) as connection:
            row = (run.id, run.host.name, run.started, document)
            connection.execute("INSERT OR REPLACE INTO run (id, host, started, document) VALUES (?, ?, ?, ?)", row)

    def runs(self, *, host: str | None = None, since: str = "") -> tuple[Run, ...]:
        """Return the stored runs, the oldest first.

        Args:
            host: only runs of this host; None for all hosts.
            since: only runs that started at this time or later, in ISO 8601; may be shortened, as in "2027-01".

        Raises:
            StoreError: if the store cannot be read.
        """
        query = "SELECT document FROM run WHERE started >= ? AND (? IS NULL OR host = ?) ORDER BY started, id"
        return tuple(self._select(query, (since, host, host)))

    def find(self, start: str) -> Run:
        """Return the run whose id begins with ``start``.

        Raises:
            UsageError: if there is no such run, or more than one.
            StoreError: if the store cannot be read.
        """
        # With GLOB, wildcards in the user's text would have an effect.
        found = tuple(self._select("SELECT document FROM run WHERE substr(id, 1, ?) = ? LIMIT 2", (len(start), start)))
        if len(found) == 1 and start:
            return found[0]
        problem = (
            f"the history has more than one run whose id begins with {start!r}"
            if found
            else f"the history has no run whose id begins with {start!r}"
        )
        raise UsageError(problem, remedy="hostcheck history lists the runs")

    def latest(self, host: HostIdentity, count: int, *, before: str = "") -> tuple[Run, ...]:
        """Return the latest runs of a host, the oldest first.

        Args:
            host: the host. Another host with an equal name does not match.
            count: maximum number of runs.
            before: only runs that started before this time, in ISO 8601; empty for all.

        Raises:
            StoreError: if the store cannot be read.
        """
        query = "SELECT document FROM run WHERE host = ? AND (? = '' OR started < ?) ORDER BY started DESC, id DESC"
        with closing(self._select(query, (host.name, before, before))) as runs:
            return tuple(islice((run for run in runs if run.host.key == host.key), count))[::-1]

    def _select(self, query: str, arguments: tuple[object, ...]) -> Generator[Run, None, None]:
        if not self._is_there():
            return
        with self._open(write=False) as connection:
            for (document,) in connection.execute(query, arguments):
                try:
                    yield _run_of(document)
                except RecursionError as error:
                    raise self._failed("one of its runs is damaged: nested too deeply") from error
                except (ValueError, TypeError, zlib.error) as error:
                    raise self._failed(f"one of its runs is damaged: {error}") from error

    def _is_there(self) -> bool:
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._failed(str(error.strerror)) from error
        if not stat.S_ISREG(found.st_mode):
            # To open a pipe would wait for its writer.
            raise self._failed("it is not a regular file")
        # A disk that was full when the first run was to be kept leaves an empty file.
        return found.st_size > 0

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        mode = "rwc" if write else "ro"
        try:
            with closing(
                sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", timeout=LOCKED_SECONDS, uri=True)
            ) as connection:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version > VERSION:
                    raise self._failed(f"a newer version of hostcheck made it (table version {version})")
                with connection:
                    if write and version < VERSION:
                        connection.executescript(_TABLES)
                        connection.execute(f"PRAGMA user_version = {VERSION}")
                    yield connection
        except sqlite3.Error as error:
            raise self._failed(str(error)) from error

    def _failed(self, why: str) -> StoreError:
        if "locked" in why:
            return StoreError(f"the history {self.path} is in use by another process", remedy="try again later")
        return StoreError(f"the history {self.path} cannot be used: {why}", remedy=_ELSEWHERE)


def _run_of(document: bytes) -> Run:
    """Decompress and parse the run of a row. At most the maximum size of a run file is decompressed.

    Raises:
        ValueError, TypeError, zlib.error, RecursionError: if the document is damaged, or larger.
    """
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(document, LARGEST_BYTES)
    if not unpacking.eof:
        larger = f"larger than {LARGEST_BYTES >> 20} MiB" if len(text) == LARGEST_BYTES else "its end is missing"
        raise ValueError(larger)
    return from_json(json.loads(text))


_ELSEWHERE = "the file was not changed: move it elsewhere to begin a new history, or use --no-store"


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the store's path, in the user's data folder (XDG Base Directory Specification)."""
    return data_folder(environment) / "history.sqlite3"
