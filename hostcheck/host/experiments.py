"""What is found out by doing: each experiment is made in a child process and leaves nothing behind.

Names, and what ``perform`` gives for each:

- "unshare": makes one namespace of each kind (unshare(2)). Gives, for each of the kinds "mnt", "pid", "net", "ipc",
  "uts", "cgroup", "time" and "user", {"ok": bool, "error": str}. The error is empty or an error's name, such as "EPERM"
  (no privilege: this says nothing of the kernel), "EINVAL" (the kernel has none) or "ENOSPC" (a limit is reached).
  A kind is missing when the child died before it came to it.
- "overlay", of the folder ``directory``: mounts an overlay with two lower layers there, reads through it, writes,
  changes and deletes (Documentation/filesystems/overlayfs.rst). Gives {"ok": bool, "error": str, "stage": str}; the
  stage is what failed: "directory", "namespace" (both say nothing of the kernel), "mount" or "check"; or "time".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hostcheck.host.child import call, error_name, in_child
from hostcheck.host.overlay import try_overlay

LIMIT_SECONDS = 3.0

CLONE_FLAGS = {
    "mnt": 0x00020000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "net": 0x40000000,
    "cgroup": 0x02000000,
    "time": 0x00000080,
    "pid": 0x20000000,
    # Last, because the privileges in all others are those held before it.
    "user": 0x10000000,
}
"""Flag of each kind of namespace (linux/sched.h), in the order tried."""


def perform(name: str, **arguments: str) -> Mapping[str, Any] | None:
    """Make an experiment; see the module for names and results. None for a name that is none.

    Raises:
        TypeError: for arguments that the experiment does not take.
    """
    experiment = _EXPERIMENTS.get(name)
    return None if experiment is None else experiment(**arguments)


def _unshare() -> Mapping[str, Any]:
    return in_child(_unshare_each, LIMIT_SECONDS)


def _unshare_each() -> Iterator[Mapping[str, Any]]:
    for kind, flag in CLONE_FLAGS.items():
        try:
            call("unshare", flag)
        except OSError as error:
            yield {kind: {"ok": False, "error": error_name(error.errno or 0)}}
        else:
            yield {kind: {"ok": True, "error": ""}}


def _overlay(directory: str) -> Mapping[str, Any]:
    return try_overlay(directory, LIMIT_SECONDS)


_EXPERIMENTS: dict[str, Callable[..., Mapping[str, Any]]] = {"unshare": _unshare, "overlay": _overlay}
