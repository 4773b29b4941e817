"""A hostile folder of another user to work in: programs run from it leave a mark, and opened files are detected."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path

OWNER = 65534
FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
SETTINGS = (
    *("matplotlibrc", "pip.conf", ".netrc", "hostcheck.toml", "pyproject.toml", "setup.cfg", "pyvenv.cfg", ".env"),
    *("config.json", "daemon.json", "containerd.toml", "fio.ini", "python311._pth", "openssl.cnf", "ld.so.preload"),
)
_IN_OPEN, _IN_CREATE, _IN_MOVED_TO, _IN_NONBLOCK = 0x20, 0x100, 0x80, 0x800  # linux/inotify.h
_EVENT = struct.Struct("iIII")


def hostile_folder(folder: Path, mark: Path) -> Path:
    """Make the folder: a module, a program and a file of settings of every name that might be looked for.

    Args:
        folder: where.
        mark: the file that what is run writes its name to.
    """
    folder.mkdir()
    module = f"open({str(mark)!r}, 'a').write(f'module {{__name__}}\\n')\n"
    for name in {*sys.stdlib_module_names, *packages_distributions(), "usercustomize", "sitecustomize"}:
        (folder / f"{name}.py").write_text(module)
    (folder / "hostcheck").mkdir()
    for name in ("__init__", "__main__"):
        (folder / "hostcheck" / f"{name}.py").write_text(module)
    program = folder / "program"
    program.write_text(f'#!/bin/sh\necho "program $0 $*" >>{mark}\n')
    program.chmod(0o755)
    installed = {name for place in FOLDERS if Path(place).is_dir() for name in os.listdir(place)}
    for name in installed | {"fio", "docker", "dockerd", "containerd", "fc-list", "git", "docker-credential-mine"}:
        if not (folder / name).exists():
            os.link(program, folder / name)
    for name in SETTINGS:
        (folder / name).write_text("this is no setting\n")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, OWNER, OWNER)
    return folder


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """Give the names of what is opened or made in a folder, and "." for the folder itself, when the context is left."""
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.inotify_init1(_IN_NONBLOCK)
    assert queue >= 0
    names: list[str] = []
    try:
        for place in (folder, folder / "hostcheck"):
            assert libc.inotify_add_watch(queue, os.fsencode(place), _IN_OPEN | _IN_CREATE | _IN_MOVED_TO) > 0
        yield names
        names += _events(queue)
    finally:
        os.close(queue)


def _events(queue: int) -> Iterator[str]:
    while True:
        try:
            data = os.read(queue, 1 << 20)
        except BlockingIOError:
            return
        while data:
            _, _, _, length = _EVENT.unpack_from(data)
            name = data[_EVENT.size : _EVENT.size + length].rstrip(b"\0")
            yield os.fsdecode(name) or "."
            data = data[_EVENT.size + length :]
