"""The folder of a fleet, ``fleet-NAME/``: the state and the runs of each host, written as they arrive.

    fleet.sqlite                 a row for each host: its entry in the inventory, its state, the reason, and the time
    hosts/, before/, measured/   the run files (``files``)
    answers/                     the hosts' answers in a command that has not ended

A run file is written before the row that names it. So if the writer is killed, each row still has its file.
"""

import errno
import fcntl
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.fleet.files import FOLDERS, LATEST, keep_run, read_document
from hostcheck.fleet.host import COLUMNS, FleetHost, Placed, State, host_of_row
from hostcheck.run.files import run_of_bytes
from hostcheck.run.model import Run
from hostcheck.run.times import utc_now
from hostcheck.verdicts import readiness

PREFIX = "fleet:"
"""Prefix of a fleet's name as an argument that may also be a run file or a host: ``fleet:NAME``."""

VERSION = 1
"""Version of the tables, stored in SQLite's user_version."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
_LOCKED_SECONDS = 5.0
_RETRY_SECONDS = 0.2

_TABLES = """
CREATE TABLE host (
    name TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    groups TEXT NOT NULL,
    domain TEXT NOT NULL,
    provider TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    time TEXT NOT NULL,
    file TEXT NOT NULL,
    ready TEXT NOT NULL
);
CREATE INDEX host_by_state ON host (state);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class FleetError(CannotMeasureError):
    """The folder of a fleet cannot be read or written."""


def folder_of(name: str) -> Path:
    """Return the folder of a fleet, from its name ("web", "fleet:web") or its path ("runs/fleet-web")."""
    name = name.removeprefix(PREFIX)
    path = Path(name)
    return path if os.sep in name or path.name.startswith("fleet-") else Path(f"fleet-{name}")


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Fleet:
    """A fleet in its folder.

    Attributes:
        folder: the folder ``fleet-NAME``.
    """

    def __init__(self, folder: Path) -> None:
        """Use this folder. ``create`` creates it; ``opened`` requires that it exists."""
        self.folder = folder

    @classmethod
    def opened(cls, name: str) -> "Fleet":
        """Return the fleet with this name or path.

        Raises:
            UsageError: if there is none.
        """
        fleet = cls(folder_of(name))
        if not fleet._database.is_file():
            raise UsageError(
                f"there is no fleet in {fleet.folder}",
                remedy="hostcheck fleet audit -i INVENTORY --name NAME makes one",
            )
        return fleet

    @property
    def name(self) -> str:
        """The name of the fleet as the user writes it."""
        return self.folder.name.removeprefix("fleet-")

    @property
    def answers(self) -> Path:
        """The folder for the hosts' answers in a command that has not ended."""
        return self.folder / "answers"

    @property
    def _database(self) -> Path:
        return self.folder / "fleet.sqlite"

    def create(self) -> None:
        """Create what is missing: the folders, which only the user can read, and the tables.

        Raises:
            FleetError: if the folders or tables cannot be created.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in (*FOLDERS, "answers"):
                (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        with self._open(write=True):
            pass

    @contextmanager
    def held(self, patience: float = 0.0) -> Iterator[int]:
        """Lock the fleet for writing; yield the descriptor of the lock, which a child process may inherit.

        Args:
            patience: seconds to wait if another process holds the lock.

        Raises:
            FleetError: if another process still holds the lock; or if the code inside cannot write, because the disk
                is full, read-only or failing.
        """
        try:
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        try:
            deadline = time.monotonic() + patience
            while not _locked(descriptor):
                if time.monotonic() >= deadline:
                    raise FleetError(
                        f"another hostcheck, or an ansible-playbook of one that was killed, works in {self.folder}",
                        remedy="wait until it has ended",
                    )
                time.sleep(_RETRY_SECONDS)
            yield descriptor
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise self._failed(error.strerror or str(error)) from error
        finally:
            os.close(descriptor)

    def place(self, hosts: Iterable[Placed]) -> None:
        """Add the hosts of the inventory, in its order. New hosts are PENDING; the others keep their state.

        Raises:
            FleetError: if the hosts cannot be written.
        """
        rows = [
            (each.name, place, json.dumps(each.groups), each.domain, each.provider, State.PENDING.value)
            for place, each in enumerate(hosts)
        ]
        with self._open(write=True) as connection:
            connection.executemany(
                "INSERT INTO host VALUES (?, ?, ?, ?, ?, ?, '', '', '', '{}') ON CONFLICT (name) DO UPDATE SET "
                "place = excluded.place, groups = excluded.groups, domain = excluded.domain, "
                "provider = excluded.provider",
                rows,
            )

    def add(self, host: Placed) -> None:
        """Add a host without an inventory, after the others. A known host is not changed.

        Raises:
            FleetError: if the host cannot be written.
        """
        row = (host.name, json.dumps(host.groups), host.domain, host.provider, State.PENDING.value)
        with self._open(write=True) as connection:
            connection.execute(
                "INSERT OR IGNORE INTO host VALUES "
                "(?, (SELECT coalesce(max(place) + 1, 0) FROM host), ?, ?, ?, ?, '', '', '', '{}')",
                row,
            )

    def change(self, names: Iterable[str], state: State, reason: str = "") -> None:
        """Set the state of hosts, without a new run. Their earlier runs are kept.

        Raises:
            FleetError: if the state cannot be written.
        """
        moment = "" if state is State.PENDING else utc_now()
        # A reason may contain bytes of a host's output that are not valid text, which SQLite refuses.
        reason = reason.encode("utf-8", "backslashreplace").decode()
        with self._open(write=True) as connection:
            connection.executemany(
                "UPDATE host SET state = ?, reason = ?, time = ? WHERE name = ?",
                ((state.value, reason, moment, name) for name in names),
            )

    def keep(self, name: str, run: Run) -> None:
        """Store the run of a host, and set its state to DONE. Its latest run becomes the previous one.

        Raises:
            FleetError: if the run cannot be written.
        """
        try:
            file = keep_run(self.folder, name, run)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        ready = {profile: readiness(profile, run.verdicts).ready for profile in run.profiles}
        with self._open(write=True) as connection:
            connection.execute(
                "UPDATE host SET state = ?, reason = '', time = ?, file = ?, ready = ? WHERE name = ?",
                (State.DONE.value, run.started, file, json.dumps(ready), name),
            )

    def hosts(self) -> Iterator[FleetHost]:
        """Yield the hosts in the order of the inventory. Only one at a time is in memory.

        Raises:
            FleetError: if the fleet cannot be read.
        """
        with self._open(write=False) as connection:
            for row in connection.execute(f"SELECT {COLUMNS} FROM host ORDER BY place, name"):  # noqa: S608
                yield host_of_row(row)

    def counts(self) -> Mapping[State, int]:
        """Return the number of hosts in each state. States without a host are left out.

        Raises:
            FleetError: if the fleet cannot be read.
        """
        with self._open(write=False) as connection:
            rows = connection.execute("SELECT state, count(*) FROM host GROUP BY state").fetchall()
        found = {State(state): number for state, number in rows}
        return {state: found[state] for state in State if state in found}

    def document(self, host: FleetHost, *, folder: str = LATEST) -> bytes | None:
        """Return the text of a host's run file, JSON in UTF-8; None if there is none.

        Args:
            host: a host of this fleet.
            folder: which run: LATEST, BEFORE (the previous one) or MEASURED (the latest with figures).

        Raises:
            FleetError: if the file cannot be read.
        """
        if not host.file:
            return None
        try:
            return read_document(self.folder / folder / host.file)
        except FileNotFoundError:
            if folder != LATEST:
                return None
            raise self._failed(f"{host.file} is missing") from None
        except (OSError, EOFError, zlib.error) as error:
            raise self._failed(f"{host.file} is damaged: {error}") from error

    def run(self, host: FleetHost, *, folder: str = LATEST) -> Run | None:
        """Return a run of a host; None if there is none.

        Args:
            host: a host of this fleet.
            folder: which run, as for ``document``.

        Raises:
            FleetError: if the file cannot be read.
            UsageError: if the file is not a valid run.
        """
        data = self.document(host, folder=folder)
        return None if data is None else run_of_bytes(data, str(self.folder / host.file))

    def setting(self, name: str) -> object:
        """Return a setting of the fleet, a JSON value; None if it is not set.

        Raises:
            FleetError: if the fleet cannot be read.
        """
        with self._open(write=False) as connection:
            row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            return json.loads(row[0]) if row else None

    def set(self, name: str, value: object) -> None:
        """Store a setting of the fleet, a JSON value, such as its inventories.

        Raises:
            FleetError: if the setting cannot be written.
        """
        with self._open(write=True) as connection:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        uri = f"{self._database.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"
        try:
            with closing(sqlite3.connect(uri, timeout=_LOCKED_SECONDS, uri=True)) as connection:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version > VERSION:
                    raise self._failed(f"a newer version of hostcheck made it (table version {version})")
                with connection:
                    if version < VERSION and write:
                        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
                    yield connection
        except (sqlite3.Error, ValueError) as error:
            raise self._failed(str(error)) from error

    def _failed(self, why: str) -> FleetError:
        return FleetError(f"the fleet in {self.folder} cannot be used: {why}", remedy="see what is in the folder")
