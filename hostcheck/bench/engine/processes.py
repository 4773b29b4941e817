"""Find the engine's processes, and read the CPU time of them and their children."""

import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

CONTAINERD_SOCKET = Path("/run/containerd/containerd.sock")
CONTAINERD_ROOT = Path("/var/lib/containerd")
"""The default data folder of a containerd that runs as a service ("root" in containerd's config.toml)."""

_DOCKER_PIDFILE = Path("/run/docker.pid")
_CREDENTIALS = struct.Struct("3i")


class EngineWork:
    """The CPU time of an engine. A gauge for ``conditions.Recorder``.

    Attributes:
        shared_containerd: whether the engine uses a containerd that it did not start.
    """

    def __init__(self, socket_path: Path, *, containerd: Path = CONTAINERD_SOCKET) -> None:
        """Find the process that listens at the engine's socket, and its containerd."""
        engine = process_behind(socket_path) or _named_by(_DOCKER_PIDFILE)
        own = _children(engine, "containerd")
        shared = process_behind(containerd) if engine and engine.name() == "dockerd" and not own else None
        self.shared_containerd = shared is not None
        self._processes = tuple(one for one in (engine, *own, shared) if one is not None)

    def read(self) -> Mapping[str, float]:
        """Return "engine_cpu": CPU seconds so far, including those of the engine's children that have ended.

        runc is not included: it is a child of a container's shim, and the shim is not a child of the engine.
        """
        try:
            times = [one.cpu_times() for one in self._processes]
        except psutil.Error:
            return {}
        spent = sum(t.user + t.system + t.children_user + t.children_system for t in times)
        return {"engine_cpu": spent} if times else {}


def process_behind(path: Path) -> psutil.Process | None:
    """Return the process that listens at a Unix socket (SO_PEERCRED in unix(7)); None if the engine is not visible.

    The kernel reports systemd for a socket that systemd opened, and no process for another PID namespace: both give
    None.
    """
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
            credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, _, _ = _CREDENTIALS.unpack(credentials)
        return psutil.Process(pid) if pid > 1 else None
    except (OSError, psutil.Error):
        return None


def _named_by(pidfile: Path) -> psutil.Process | None:
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(pidfile.read_text(encoding="ascii")))
        if process.name() == "dockerd":
            return process
    return None


def _children(process: psutil.Process | None, name: str) -> Sequence[psutil.Process]:
    with suppress(psutil.Error):
        return [child for child in process.children() if child.name() == name] if process else []
    return []
