"""Query the BPF programs that control a cgroup's access to devices, as runc does before it attaches one.

Nothing is loaded or attached. Sources: bpf(2), BPF_PROG_QUERY; runc libcontainer/cgroups/devices/ebpf_linux.go.
"""

import ctypes
import os
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.calls import failure, number_of
from hostcheck.host.experiments.child import error_name, in_child

_PROG_QUERY = 16  # linux/bpf.h
_CGROUP_DEVICE = 6


def try_device_rules(folder: str, seconds: float) -> dict[str, Any]:
    """Try the query; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        folder: the mount point of cgroup v2.
        seconds: the time limit.
    """
    number = number_of("bpf")
    return {} if number is None else in_child(lambda: _ask(number, folder), seconds)


def _ask(number: int, folder: str) -> Iterator[Mapping[str, Any]]:
    try:
        group = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as failed:
        yield {"query": {"ok": False, "error": error_name(failed.errno or 0), "stage": "directory"}}
        return
    # Without room for the programs' ids, the kernel returns only how many there are.
    question = ctypes.create_string_buffer(struct.pack("=IIIIQII", group, _CGROUP_DEVICE, 0, 0, 0, 0, 0))
    error = failure(number, ctypes.c_long(_PROG_QUERY), question, ctypes.c_ulong(32))
    yield {"query": {"ok": not error, "error": error, "stage": "query" if error else ""}}
