"""The engine's own processes, and the CPU time that they and their children took."""

import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

CONTAINERD_SOCKET = Path("/run/containerd/containerd.sock")
CONTAINERD_ROOT = Path("/var/lib/containerd")
"""Where a containerd that is nobody's child keeps its data by default (containerd's config.toml: root)."""

_DOCKER_PIDFILE = Path("/run/docker.pid")
_CREDENTIALS = struct.Struct("3i")


class EngineWork:
    """CPU time of an engine. A gauge for ``conditions.Recorder``.

    Attributes:
        shared_containerd: whether its containers are kept by a containerd that the engine did not start.
    """

    def __init__(self, socket_path: Path, *, containerd: Path = CONTAINERD_SOCKET) -> None:
        """Find the process behind a socket, and its containerd."""
        engine = process_behind(socket_path) or _named_by(_DOCKER_PIDFILE)
        own = _children(engine, "containerd")
        shared = process_behind(containerd) if engine and engine.name() == "dockerd" and not own else None
        self.shared_containerd = shared is not None
        self._processes = tuple(one for one in (engine, *own, shared) if one is not None)

    def read(self) -> Mapping[str, float]:
        """Return engine_cpu: seconds so far, with those of the engine's children that have ended.

        runc's are not among them: it is a child of the containers' shims, which are nobody's.
        """
        try:
            times = [one.cpu_times() for one in self._processes]
        except psutil.Error:
            return {}
        spent = sum(t.user + t.system + t.children_user + t.children_system for t in times)
        return {"engine_cpu": spent} if times else {}


def process_behind(path: Path) -> psutil.Process | None:
    """Return the process that listens at a Unix socket (SO_PEERCRED in unix(7)); None where the kernel names none.

    A socket that systemd opened names systemd, and one of another PID namespace nobody: neither is the engine.
    """
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
            told = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, _, _ = _CREDENTIALS.unpack(told)
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
