"""Find and remove the files that hostcheck keeps in this user's folders."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import CannotMeasureError, UnwrittenError
from hostcheck.home import cache_folder
from hostcheck.store.audits import FOLDER
from hostcheck.store.folder import StoreError, data_folder
from hostcheck.store.store import default_path


@dataclass(frozen=True, slots=True)
class Left:
    """A file or a folder that can be removed.

    Attributes:
        path: the path.
        what: description of the content.
    """

    path: Path
    what: str


def leftovers(environment: Mapping[str, str] = os.environ, *, history: bool) -> tuple[Left, ...]:
    """Return the files and folders that exist and can be removed.

    Args:
        environment: the user's environment variables.
        history: whether to include measurements: the history, and the runs that are not in it.

    Raises:
        CannotMeasureError: if the existence of a path is unknown, for example in another user's folder.
    """
    found = []
    if history:
        with suppress(StoreError):
            found.append(Left(data_folder(environment) / "runs", "run files that are not in the history"))
            found.append(Left(data_folder(environment) / FOLDER, "the facts of earlier audits"))
            found.append(Left(data_folder(environment) / "endurance", "the measurements of an endurance run"))
            store = default_path(environment)
            found += [Left(store.with_name(store.name + end), "the history of runs") for end in ("", "-wal", "-shm")]
    caches = cache_folder(environment)
    if caches is not None:
        found.append(Left(caches, "the report's lists of fonts"))
    return tuple(each for each in found if _is_there(each.path))


def _is_there(path: Path) -> bool:
    """Return whether a path is a file, a folder or a link.

    Raises:
        CannotMeasureError: if the existence of the path is unknown.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise CannotMeasureError(
            f"looking for {path}: {error.strerror}", remedy="run it as the user of that folder, or set HOME to your own"
        ) from error
    return True


def remove(left: Left) -> None:
    """Remove a file, a folder or a link (not its target), and then hostcheck's folder above it if that is empty.

    Raises:
        UnwrittenError: if the file or folder cannot be removed.
    """
    try:
        if left.path.is_dir() and not left.path.is_symlink():
            shutil.rmtree(left.path)
        else:
            left.path.unlink()
    except OSError as error:
        raise UnwrittenError(f"removing {left.path}: {error.strerror or error}", remedy="remove it by hand") from error
    if left.path.parent.name == "hostcheck":
        with suppress(OSError):
            left.path.parent.rmdir()
