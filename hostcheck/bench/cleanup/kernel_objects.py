"""Remove objects that a crashed engine may leave: processes, mounts and cgroups.

The engine's folders identify its processes and mounts. Its cgroup has the name of its state folder, without the leading
dot.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from hostcheck.host.mounts import own_mounts

END_SECONDS = 5.0
CGROUPS = Path("/sys/fs/cgroup")
SHIM_SOCKETS = Path("/run/containerd/s")
_MNT_DETACH = 2


def kill_members(cgroup: str) -> None:
    """Kill the processes in the cgroup of this name and in the cgroups below it."""
    _kill(list(_members(cgroup)))


def kill_strays(folders: Sequence[Path]) -> None:
    """Kill the processes that work in one of the folders or name it in an argument, and remove their shim sockets."""
    strays = [process for process in psutil.process_iter() if _names(process, folders) or _is_in(process, folders)]
    # With every configuration of containerd, a shim's socket is in SHIM_SOCKETS, and nothing else removes it.
    sockets = [socket for process in strays for socket in _sockets(process)]
    _kill(strays)
    for socket in sockets:
        with contextlib.suppress(OSError):
            socket.unlink()


def unmount_below(folders: Sequence[Path]) -> None:
    """Unmount all mounts in the folders, the deepest first."""
    libc = ctypes.CDLL(None, use_errno=True)
    points = [mount.mount_point for mount in own_mounts()]
    for point in reversed(points):
        if any(point == str(folder) or point.startswith(f"{folder}/") for folder in folders):
            libc.umount2(os.fsencode(point), _MNT_DETACH)


def remove_cgroups(name: str) -> None:
    """Remove the cgroup of this name and the cgroups below it from each hierarchy. A cgroup in use is kept."""
    for top in _places(name):
        for folder, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()


def _names(process: psutil.Process, folders: Sequence[Path]) -> bool:
    if process.pid == os.getpid():
        return False
    with contextlib.suppress(psutil.Error):
        return any(str(folder) in word for word in process.cmdline() for folder in folders)
    return False


def _is_in(process: psutil.Process, folders: Sequence[Path]) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return any(Path(process.cwd()).is_relative_to(folder) for folder in folders) and process.pid != os.getpid()
    return False


def _sockets(process: psutil.Process) -> Iterator[Path]:
    with contextlib.suppress(psutil.Error):
        for connection in process.net_connections(kind="unix"):
            path = Path(str(connection.laddr))
            if path.parent == SHIM_SOCKETS:
                yield path


def _members(cgroup: str) -> Iterator[psutil.Process]:
    for top in _places(cgroup):
        for folder, _, _ in os.walk(top):
            with contextlib.suppress(OSError):
                for pid in (Path(folder) / "cgroup.procs").read_text(encoding="ascii").split():
                    with contextlib.suppress(psutil.Error):
                        yield psutil.Process(int(pid))


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, END_SECONDS)


def _places(name: str) -> Iterator[Path]:
    """Yield the folder of the cgroup in the v2 hierarchy, or in each v1 hierarchy (cgroups(7))."""
    for top in (CGROUPS, *CGROUPS.glob("*")):
        if (top / name / "cgroup.procs").exists():
            yield top / name
