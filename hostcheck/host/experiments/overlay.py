"""Mount an overlay with two lower layers on a given file system, and use it as an engine would."""

import ctypes
import errno
import os
import stat
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import call, error_name, in_child
from hostcheck.host.own_folder import make_own, open_own, remove_held
from hostcheck.outlive import removed

_CLONE_NEWNS = 0x00020000  # linux/sched.h
_MS_REC_PRIVATE = 0x4000 | (1 << 18)  # linux/mount.h
_LAYERS = {"lower1/a": "first", "lower2/b": "second", "lower2/gone": "third"}


class _WrongError(Exception):
    """The overlay was mounted, but does not work correctly."""


def try_overlay(directory: str, seconds: float) -> dict[str, Any]:
    """Try an overlay in a new directory, which is removed afterwards.

    Args:
        directory: the folder in which the new directory is made; it is on the file system to try.
        seconds: the time limit.

    Returns:
        A dict with the keys "ok", "error" and "stage": see ``hostcheck.host.experiments.perform``.
    """
    # Named and locked like the directories of benchmarks, so that what a killed process left is found in the same way.
    name = f".hostcheck-overlay-{os.urandom(4).hex()}"
    try:
        above = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        return _result("directory", error_name(error.errno or 0))
    own = -1
    try:
        # At the removal the child has ended, and with it its mount namespace: nothing is mounted there any more.
        with removed(lambda: _remove(above, name, own)):
            own = make_own(above, name)
            if own < 0:
                return _result("directory", "replaced by another process meanwhile")
            return in_child(lambda: _act(own), seconds) or _result("time", "ETIMEDOUT")
    except OSError as error:
        return _result("directory", error_name(error.errno or 0))
    finally:
        for descriptor in (own, above):
            if descriptor >= 0:
                os.close(descriptor)


def _act(own: int) -> Iterator[Mapping[str, Any]]:
    """Mount and use the overlay, in the child; yield one result."""
    stage = "namespace"
    try:
        # Names are relative to the directory, so that no colon or comma in its path needs an escape and no other
        # process can replace it. fchdir comes before unshare: the descriptor belongs to the mounts before the copy.
        os.fchdir(own)
        call("unshare", _CLONE_NEWNS)
        call("mount", b"none", b"/", None, ctypes.c_ulong(_MS_REC_PRIVATE), None)
        stage = "directory"
        _lay_out()
        stage = "mount"
        options = b"lowerdir=lower1:lower2,upperdir=upper,workdir=work"
        call("mount", b"overlay", b"merged", b"overlay", ctypes.c_ulong(0), options)
        stage = "check"
        _use()
        call("umount2", b"merged", 0)
    except OSError as error:
        yield _result(stage, error_name(error.errno or 0))
    except _WrongError as error:
        yield _result(stage, str(error))
    else:
        yield {"ok": True, "error": "", "stage": ""}


def _lay_out() -> None:
    for name in ("lower1", "lower2", "upper", "work", "merged"):
        os.mkdir(name, 0o755)
    for path, text in _LAYERS.items():
        _write(path, text)


def _use() -> None:
    """Read from each layer, write a new file, and change and delete files of lower layers."""
    if _read("merged/a") != "first" or _read("merged/b") != "second":
        raise _WrongError("a file of a lower layer is not seen")
    _write("merged/new", "new")
    _write("merged/a", "changed")
    if _read("upper/new") != "new" or _read("upper/a") != "changed" or _read("lower1/a") != "first":
        raise _WrongError("a write does not go to the upper layer")
    os.unlink("merged/gone")
    # Without d_type, deleted names stay listed (moby#10294).
    if sorted(os.listdir("merged")) != ["a", "b", "new"]:
        raise _WrongError("a deleted file is still listed: the file system does not support d_type")
    mark = os.lstat("upper/gone")
    if not stat.S_ISCHR(mark.st_mode) or mark.st_rdev != 0:
        raise _WrongError("a deletion leaves no whiteout")


def _result(stage: str, error: str) -> dict[str, Any]:
    return {"ok": False, "error": error, "stage": stage}


def _read(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read(64)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _remove(above: int, name: str, own: int) -> None:
    """Remove the directory and its content.

    If its creator was killed (``own`` is below 0), the directory is opened by name.
    """
    folder = own if own >= 0 else open_own(above, name)
    if folder >= 0:
        remove_held(folder, above, name)
    elif name in os.listdir(above):
        # The child may still hold the lock while it ends.
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
