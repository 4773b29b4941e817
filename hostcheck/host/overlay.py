"""Mount an overlay with two lower layers on a given file system, and use it as an engine would."""

import ctypes
import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.child import call, error_name, in_child
from hostcheck.host.remains import removed

_CLONE_NEWNS = 0x00020000  # linux/sched.h
_MS_REC_PRIVATE = 0x4000 | (1 << 18)  # linux/mount.h
_LAYERS = {"lower1/a": "first", "lower2/b": "second", "lower2/gone": "third"}


class _WrongError(Exception):
    """The overlay was mounted, but does not behave as one."""


def try_overlay(directory: str, seconds: float) -> dict[str, Any]:
    """Try an overlay in a directory of our own within another.

    Args:
        directory: a folder on the file system to try.
        seconds: how long it may take.

    Returns:
        "ok", "error" and "stage": see ``hostcheck.host.experiments``.
    """
    # Named and locked as the benchmarks' directories are: what a killed process left is found as theirs is.
    own = os.path.join(directory, f".hostcheck-overlay-{os.urandom(4).hex()}")
    lock = -1
    # The child is dead by then and its mount namespace with it, so nothing is mounted there any more.
    with removed(lambda: _remove(own)):
        try:
            os.mkdir(own, 0o700)
            lock = os.open(own, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return in_child(lambda: _act(own), seconds) or _result("time", "ETIMEDOUT")
        except OSError as error:
            return _result("directory", error_name(error.errno or 0))
        finally:
            if lock >= 0:
                os.close(lock)


def _act(own: str) -> Iterator[Mapping[str, Any]]:
    """Be the child: yields one result."""
    stage = "namespace"
    try:
        call("unshare", _CLONE_NEWNS)
        call("mount", b"none", b"/", None, ctypes.c_ulong(_MS_REC_PRIVATE), None)
        stage = "directory"
        # From inside, names are relative: a colon or a comma in the directory's path needs no escape.
        os.chdir(own)
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
    """Read from each layer, write, change what is below, and delete what is below."""
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


def _remove(own: str) -> None:
    """Remove the directory and all in it. It is done by hand because importing shutil would cost 5 ms."""
    for folder, folders, files in os.walk(own, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            path = os.path.join(folder, name)
            os.unlink(path) if os.path.islink(path) else os.rmdir(path)
    if os.path.isdir(own):
        os.rmdir(own)
