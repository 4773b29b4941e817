"""The folder of a fleet, ``fleet-NAME/``: the state and the runs of each host, written as they arrive.

    fleet.sqlite                 a row a host: its place in the inventory, its state, the reason, and when
    hosts/, before/, measured/   the run files (``files``)
    answers/                     what hosts answered in an audit that has not ended

A run file is written before the row that names it, so whatever ends the writer, a row is never ahead of its file.
"""

import errno
import fcntl
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.fleet.files import FOLDERS, LATEST, keep_run, read_document
from hostcheck.run.files import run_of_bytes
from hostcheck.run.model import Run
from hostcheck.run.times import parse_time, utc_now
from hostcheck.verdicts import readiness

PREFIX = "fleet:"
"""Prefix of a fleet's name in places where a run file or a host can be named: ``fleet:NAME``."""

VERSION = 1
"""Version of the tables, kept in SQLite's user_version."""

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
_COLUMNS = "name, groups, domain, provider, state, reason, time, file, ready"


class State(str, Enum):
    """The state of a host.

    DONE has a run; each of the others has a reason. REFUSED: it was reached, and did not let us in: its key, a
    password, sudo. UNREACHABLE: no connection. STUCK: the work there did not end by its deadline. FAILED: it ended
    without a result. SKIPPED: nothing was asked, on purpose. PENDING: not asked yet.
    """

    DONE = "done"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    STUCK = "stuck"
    FAILED = "failed"
    SKIPPED = "skipped"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Placed:
    """A host as the inventory has it.

    Attributes:
        name: in the inventory.
        groups: its groups, without "all" and "ungrouped".
        domain: its failure domain, the variable ``hostcheck_failure_domain``; empty where it has none.
        provider: who runs it, the variable ``hostcheck_provider``; empty where it has none.
        address: where its peers reach it; empty where no inventory says so. It is not kept.
    """

    name: str
    groups: tuple[str, ...] = ()
    domain: str = ""
    provider: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class FleetHost:
    """A host of a fleet.

    Attributes:
        placed: its place in the inventory.
        state: what became of it at the latest attempt.
        reason: why it is not done; one line, as others wrote it, so it is escaped where it is shown; empty if it is.
        time: of its run, or of the attempt that failed: UTC, ISO 8601 with "Z"; empty while it is pending.
        file: the name of its latest run file; empty where it has none. A host that is not done has one of earlier.
        ready: of that run, for each profile whether the host is ready; None where that is unknown.
    """

    placed: Placed
    state: State
    reason: str
    time: str
    file: str
    ready: Mapping[str, bool | None]

    @property
    def name(self) -> str:
        """The host's name in the inventory."""
        return self.placed.name


class FleetError(CannotMeasureError):
    """The folder of a fleet cannot be read or written."""


def folder_of(name: str) -> Path:
    """Return the folder of a fleet, by its name ("web", "fleet:web"), or its path ("runs/fleet-web")."""
    name = name.removeprefix(PREFIX)
    path = Path(name)
    return path if os.sep in name or path.name.startswith("fleet-") else Path(f"fleet-{name}")


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _host_of(row: Sequence[str]) -> FleetHost:
    """Return the host of a row of the table, by ``_COLUMNS``.

    Raises:
        ValueError: when the row is none that this program writes.
    """
    name, groups, domain, provider, state, reason, moment, file, ready = row
    if not all(isinstance(each, str) for each in row) or os.sep in file:
        raise ValueError("a row of the table is damaged")
    if moment:
        parse_time(moment)
    found, judged = json.loads(groups), json.loads(ready)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"the groups of {name} are damaged")
    if not isinstance(judged, dict) or not all(each is None or isinstance(each, bool) for each in judged.values()):
        raise ValueError(f"what {name} is ready for is damaged")
    return FleetHost(Placed(name, tuple(found), domain, provider), State(state), reason, moment, file, judged)


class Fleet:
    """A fleet in its folder.

    Attributes:
        folder: ``fleet-NAME``.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder, which ``create`` makes and ``opened`` requires."""
        self.folder = folder

    @classmethod
    def opened(cls, name: str) -> "Fleet":
        """Return the fleet of a name or a path.

        Raises:
            UsageError: when there is none.
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
        """The fleet's name to the user."""
        return self.folder.name.removeprefix("fleet-")

    @property
    def answers(self) -> Path:
        """The folder of what hosts answered in an audit that has not ended."""
        return self.folder / "answers"

    @property
    def _database(self) -> Path:
        return self.folder / "fleet.sqlite"

    def create(self) -> None:
        """Make the folder, which only the user can read, and the tables, where they are missing.

        Raises:
            FleetError: when they cannot be made.
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
        """Lock the fleet for writing; yields the descriptor of the lock, which a child process may inherit.

        Args:
            patience: seconds to wait for another process that does.

        Raises:
            FleetError: when another process still does; or, of what is done meanwhile, when the folder has no room.
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
        """Add the hosts of the inventory, in its order: new ones are pending, the others keep their state.

        Raises:
            FleetError: when it cannot be written.
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
        """Add a host that is in no inventory, after the others; a known one is unchanged.

        Raises:
            FleetError: when it cannot be written.
        """
        row = (host.name, json.dumps(host.groups), host.domain, host.provider, State.PENDING.value)
        with self._open(write=True) as connection:
            connection.execute(
                "INSERT OR IGNORE INTO host VALUES "
                "(?, (SELECT coalesce(max(place) + 1, 0) FROM host), ?, ?, ?, ?, '', '', '', '{}')",
                row,
            )

    def change(self, names: Iterable[str], state: State, reason: str = "") -> None:
        """Set a state without a run for hosts; their earlier runs are kept.

        Raises:
            FleetError: when it cannot be written.
        """
        moment = "" if state is State.PENDING else utc_now()
        # It can hold bytes that a host printed and that are no text, which the table does not take.
        reason = reason.encode("utf-8", "backslashreplace").decode()
        with self._open(write=True) as connection:
            connection.executemany(
                "UPDATE host SET state = ?, reason = ?, time = ? WHERE name = ?",
                ((state.value, reason, moment, name) for name in names),
            )

    def keep(self, name: str, run: Run) -> None:
        """Store the run of a host, which is then done. Its latest run becomes the previous one.

        Raises:
            FleetError: when it cannot be written.
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
        """Yield the hosts in the order of the inventory, one at a time.

        Raises:
            FleetError: when it cannot be read.
        """
        with self._open(write=False) as connection:
            for row in connection.execute(f"SELECT {_COLUMNS} FROM host ORDER BY place, name"):  # noqa: S608
                yield _host_of(row)

    def counts(self) -> Mapping[State, int]:
        """Return how many hosts are in each state that any is in.

        Raises:
            FleetError: when it cannot be read.
        """
        with self._open(write=False) as connection:
            rows = connection.execute("SELECT state, count(*) FROM host GROUP BY state").fetchall()
        found = {State(state): number for state, number in rows}
        return {state: found[state] for state in State if state in found}

    def document(self, host: FleetHost, *, folder: str = LATEST) -> bytes | None:
        """Return the text of a host's run file, JSON in UTF-8; None where it has none.

        Args:
            host: of this fleet.
            folder: which one: its latest, the one before, or the latest with figures.

        Raises:
            FleetError: when it cannot be read.
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
        """Return a host's run; see ``document``.

        Raises:
            FleetError: when it cannot be read.
            UsageError: when it is damaged.
        """
        data = self.document(host, folder=folder)
        return None if data is None else run_of_bytes(data, str(self.folder / host.file))

    def setting(self, name: str) -> object:
        """Return a setting of the fleet, a JSON value; None if it is not set.

        Raises:
            FleetError: when it cannot be read.
        """
        with self._open(write=False) as connection:
            row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            return json.loads(row[0]) if row else None

    def set(self, name: str, value: object) -> None:
        """Store a setting of the fleet, a JSON value: its inventory, the profiles of its audits.

        Raises:
            FleetError: when it cannot be written.
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
