"""Write the run file during a measurement. If its disk is full, the run is written elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from hostcheck.api import write_run
from hostcheck.errors import CannotMeasureError, UnwrittenError
from hostcheck.run.model import Run
from hostcheck.run_folder import run_folder
from hostcheck.store.folder import StoreError, data_folder


class RunFile:
    """The file of a run that is being measured. It is written again after each metric.

    Attributes:
        place: path of the file with the latest written state of the run.
        failure: why the run is not in its intended file, and in which file it is; None if it is in its intended file.
    """

    def __init__(self, path: Path, note: Callable[[str], None]) -> None:
        """Take the path of the run file, and the function that writes a message to the user."""
        self._path = self.place = path
        self._note = note
        self.failure: CannotMeasureError | None = None

    def begin(self, run: Run) -> None:
        """Write the run before anything is measured.

        Raises:
            UnwrittenError: if the file cannot be written. Nothing is lost yet.
        """
        write_run(run, self._path)

    def save(self, run: Run) -> None:
        """Write the run to its intended file. If that fails, write it to another place."""
        first: UnwrittenError | None = None
        for place in (self._path, *_other_places(run, self._path)):
            try:
                write_run(run, place)
            except UnwrittenError as error:
                first = first or error
            else:
                self._moved(place, first)
                return
        assert first is not None
        self._failed(first, f"what was measured before is in {self.place}; free some space")

    def _moved(self, place: Path, first: UnwrittenError | None) -> None:
        before, self.place = self.place, place
        if first is None:
            self.failure = None
        else:
            self._failed(first, f"the run is in {place}; free some space, and move it")
        if before not in {place, self._path}:
            before.unlink(missing_ok=True)

    def _failed(self, error: UnwrittenError, remedy: str) -> None:
        new = CannotMeasureError(str(error.args[0]), remedy=remedy)
        if self.failure is None or str(self.failure) != str(new):
            self._note(str(new))
        self.failure = new


def default_run_path(run: Run) -> Path:
    """Return the path of the run file during a measurement, if the user named none.

    Raises:
        StoreError: if the user has no home folder.
    """
    return data_folder() / "runs" / _name(run)


def _other_places(run: Run, path: Path) -> Iterator[Path]:
    """Yield paths to try if the intended file cannot be written: first in its folder, then on other file systems."""
    # Where only the file itself cannot be replaced, as by a quota of another owner.
    yield path.with_name(_name(run))
    with suppress(StoreError):
        yield default_run_path(run)
    yield run_folder() / f"hostcheck-{_name(run)}"


def _name(run: Run) -> str:
    stamp = run.started.replace(":", "").replace("-", "")
    return f"{stamp}-{run.id[:8]}.json"
