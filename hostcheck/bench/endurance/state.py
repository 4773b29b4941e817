"""What remains of an endurance run after a kill or a reboot: its plan, and the run of each visit that was made."""

import fcntl
import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hostcheck.bench.endurance.plan import Plan, as_json, from_json
from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.outfile import write_text
from hostcheck.run.files import dumps, read_run
from hostcheck.run.model import Run

PLAN = "plan.json"
LOCK = "lock"
_LARGEST = 1 << 20
"""Maximum number of bytes to read of a plan."""
_VISIT = re.compile(r"visit-(\d{5})\.json")


class State:
    """The folder of an endurance run. There is one for each user.

    A visit was made if its file exists. The file is written completely and renamed when the visit has ended, so that no
    visit is lost or made twice.
    """

    def __init__(self, folder: Path) -> None:
        """Use this folder, which need not exist yet."""
        self.folder = folder

    def plan(self) -> Plan | None:
        """Return the plan of the endurance run that has begun; None if there is none.

        Raises:
            CannotMeasureError: if the plan cannot be read.
        """
        try:
            with (self.folder / PLAN).open("rb") as file:
                data = file.read(_LARGEST)
            return from_json(json.loads(data))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise CannotMeasureError(
                f"reading the endurance run in {self.folder}: {error}",
                remedy=f"remove {self.folder}, and start a new one",
            ) from error

    def begin(self, plan: Plan) -> None:
        """Write the plan, and sync it to the disk.

        Raises:
            UnwrittenError: if the plan cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(self.folder / PLAN, json.dumps(as_json(plan)))

    def keep(self, number: int, run: Run) -> None:
        """Write the run of a visit, and sync it to the disk.

        Raises:
            UnwrittenError: if the run cannot be written.
        """
        self._write(self.path(number), dumps(run))

    def path(self, number: int) -> Path:
        """Return the path of a visit's file."""
        return self.folder / f"visit-{number:05}.json"

    def made(self) -> set[int]:
        """Return the numbers of the visits that were made."""
        if not self.folder.is_dir():
            return set()
        return {int(found[1]) for path in self.folder.iterdir() if (found := _VISIT.fullmatch(path.name))}

    def runs(self) -> Iterator[Run]:
        """Yield the runs of the visits, the oldest first. Damaged files are left out."""
        for number in sorted(self.made()):
            with suppress(UsageError):
                yield read_run(str(self.path(number)))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock of the endurance run until the context is left, so that no other process makes its visits.

        Raises:
            CannotMeasureError: if another process holds the lock.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CannotMeasureError(
                    "an endurance run is under way in another process", remedy="see hostcheck bench --status"
                ) from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            # Its kernel lock ends with the process, however that ends.
            os.close(descriptor)

    def holder(self) -> int | None:
        """Return the PID of the process that makes the visits; None if there is none, or its PID is unknown."""
        try:
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            written = os.pread(descriptor, 20, 0)
            return int(written) if written.isdigit() else None
        else:
            return None
        finally:
            os.close(descriptor)

    def end_holder(self) -> bool:
        """Send SIGTERM to the process that makes the visits, and return whether there was such a process."""
        pid = self.holder()
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        return True

    def _write(self, path: Path, text: str) -> None:
        write_text(path, text, mode=0o600)
        # The folder too: a reboot may come at once.
        for place, flags in ((path, os.O_RDONLY), (self.folder, os.O_RDONLY | os.O_DIRECTORY)):
            descriptor = os.open(place, flags | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def remove(self) -> None:
        """Remove the plan and the files of the visits, after the results of the endurance run were stored elsewhere."""
        for number in self.made():
            self.path(number).unlink(missing_ok=True)
        for name in (PLAN, LOCK):
            (self.folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()
