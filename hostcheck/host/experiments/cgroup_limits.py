"""Create a control group, set a limit, read it back and remove the group, as an engine with the cgroupfs driver does.

Sources: Documentation/admin-guide/cgroup-v1/memory.rst and pids.rst, Documentation/admin-guide/cgroup-v2.rst.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import error_name, in_child
from hostcheck.outlive import removed

LIMITS: dict[str, tuple[str, str]] = {
    "v1 memory": ("memory.limit_in_bytes", "67108864"),
    "v1 pids": ("pids.max", "64"),
    "v1 cpu": ("cpu.cfs_quota_us", "50000"),
    "v2 memory": ("memory.max", "67108864"),
    "v2 pids": ("pids.max", "64"),
    "v2 cpu": ("cpu.max", "50000 100000"),
}
"""The file of each limit, and the value to set: 64 MiB of memory, 64 processes, half a CPU."""


def try_limits(places: Mapping[str, str], seconds: float) -> dict[str, Any]:
    """Try a limit in each hierarchy; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        places: the limits to try: keys of ``LIMITS``, each with the mount point of its hierarchy.
        seconds: the time limit.
    """
    name = f"hostcheck-{os.urandom(6).hex()}"
    groups = [os.path.join(top, name) for top in dict.fromkeys(places.values())]
    with removed(lambda: _remove(groups)):
        return in_child(lambda: _act(places, name), seconds)


def _remove(groups: Iterable[str]) -> None:
    """Remove the groups that the child left behind. No process was ever in them."""
    for group in filter(os.path.isdir, groups):
        os.rmdir(group)


def _act(places: Mapping[str, str], name: str) -> Iterator[Mapping[str, Any]]:
    for key, top in places.items():
        group = os.path.join(top, name)
        stage = "group"
        try:
            os.mkdir(group, 0o755)
            try:
                stage = "limit"
                file, limit = LIMITS[key]
                held = _set(os.path.join(group, file), limit)
            finally:
                os.rmdir(group)
        except OSError as error:
            yield {key: {"ok": False, "error": error_name(error.errno or 0), "stage": stage}}
        else:
            yield {key: {"ok": held == limit, "error": "" if held == limit else f"read back as {held}", "stage": stage}}


def _set(path: str, limit: str) -> str:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.write(descriptor, limit.encode())
        return os.pread(descriptor, 64, 0).decode().strip()
    finally:
        os.close(descriptor)
