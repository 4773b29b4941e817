"""Files that a user has written: whole or not at all, and never through what another user put in their place."""

import os
import secrets
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
    """Write a file beside its place and rename it there, so that no reader ever sees half of it.

    Root follows no link that another user made, neither in place of the file nor of a folder above it.

    Args:
        path: its place. A device or a pipe is written to, and stays what it is.
        data: what it holds.
        mode: its permissions; None leaves them to the umask.

    Raises:
        UnwrittenError: when the place cannot be written.
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
        # Root's own links, to what this process has open: no path has that.
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
    """Return the folder of a file, made where it is missing and without links in its path, and the file's name there.

    Not the link in place of a file is replaced, but what it leads to.
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
            # It leads to a file that is to be made.
            target = without_links_of_others(place.parent) / place.readlink()
            return _place(target)
    return place.parent, place.name


def _is_special(above: int, name: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def _replace(above: int, name: str, data: bytes, mode: int | None) -> None:
    draft = f".{name}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, _DRAFT, 0o600, dir_fd=above)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            # What is written for others to read has the usual mode.
            umask = os.umask(0)
            os.umask(umask)
            os.fchmod(descriptor, 0o666 & ~umask if mode is None else mode)
        os.rename(draft, name, src_dir_fd=above, dst_dir_fd=above)
    except BaseException:
        os.unlink(draft, dir_fd=above)
        raise
