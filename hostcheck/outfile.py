"""Write the user's output files: completely or not at all, and never through a link of another user."""

import os
import stat
from pathlib import Path

from hostcheck.errors import UnwrittenError
from hostcheck.host.own_folder import open_folder
from hostcheck.host.trusted import ExchangeableError, without_links_of_others

_DRAFT = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PIPE = os.O_WRONLY | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC


def write_text(path: Path, text: str, *, mode: int | None = None) -> None:
    """Write a text as UTF-8; see ``write_bytes``."""
    write_bytes(path, text.encode("utf-8"), mode=mode)


def write_bytes(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a temporary file in the same folder and rename it, so that a reader never sees an incomplete file.

    As root, this follows no link that another user owns, neither at the path nor in a parent folder.

    Args:
        path: the path of the file. A device or a pipe is not replaced, but written to.
        data: the content.
        mode: the permissions; None applies the umask.

    Raises:
        UnwrittenError: if the path cannot be written.
    """
    try:
        _write(path, data, mode)
    except ExchangeableError as others:
        raise UnwrittenError(f"writing {path}: {others}", remedy="name the file that it leads to") from others
    except OSError as error:
        raise UnwrittenError(
            f"writing {path}: {error.strerror or error}", remedy="name a file that can be written"
        ) from error


def _write(path: Path, data: bytes, mode: int | None) -> None:
    if path.parent in {Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd")}:
        # These are links of the kernel to open files of this process, which may have no path.
        path.write_bytes(data)
        return
    folder, name = _place(path)
    above = open_folder(str(folder), os.O_PATH)
    try:
        if _is_special(above, name):
            with os.fdopen(os.open(name, _PIPE, dir_fd=above), "wb") as file:
                file.write(data)
        else:
            _replace(above, name, data, mode)
    finally:
        os.close(above)


def _place(path: Path) -> tuple[Path, str]:
    """Return the folder of a file, as a path without links, and the file's name. The folder is created if missing.

    If the path is a link, the target's folder and name are returned. So the link is kept, and the target is replaced.
    """
    path = path.absolute()
    there = next(folder for folder in path.parents if folder.exists())
    missing = path.parent.relative_to(there)
    folder = without_links_of_others(there) / missing
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / path.name
    if place.is_symlink():
        try:
            place = without_links_of_others(place)
        except FileNotFoundError:
            # The target does not exist yet.
            target = without_links_of_others(place.parent) / place.readlink()
            return _place(target)
    return place.parent, place.name


def _is_special(above: int, name: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def _replace(above: int, name: str, data: bytes, mode: int | None) -> None:
    draft = f".{name}.{os.urandom(4).hex()}"
    descriptor = os.open(draft, _DRAFT, 0o600, dir_fd=above)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            # mkstemp-like drafts are private (0600); the finished file gets the mode that open(2) would give it.
            umask = os.umask(0)
            os.umask(umask)
            os.fchmod(descriptor, 0o666 & ~umask if mode is None else mode)
        os.rename(draft, name, src_dir_fd=above, dst_dir_fd=above)
    except BaseException:
        os.unlink(draft, dir_fd=above)
        raise
