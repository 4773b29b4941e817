"""Find the engine's processes, and read the CPU time that they and their ended children have used."""

import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from hostcheck.bench.engine.address import SOCKETS
from hostcheck.bench.engine.daemon import dockerd_options

CONTAINERD_SOCKET = Path("/run/containerd/containerd.sock")

_DOCKER_PIDFILE = Path("/run/docker.pid")
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Processes:
    """The processes of an engine.

    Attributes:
        engine: the engine itself; None if it is not visible.
        containerd: the containerd that it uses; None if the engine uses no containerd, or containerd is not visible.
    """

    engine: psutil.Process | None = None
    containerd: psutil.Process | None = None


def find_processes(socket_path: Path, info: Mapping[str, Any]) -> Processes:
    """Find the process that listens at the engine's socket, and its containerd.

    Args:
        socket_path: the engine's socket.
        info: the engine's answer to GET /info, which names the socket of its containerd from API 1.46 on.
    """
    engine = process_behind(socket_path)
    if engine is None and str(socket_path) in SOCKETS:
        engine = _named_by(_DOCKER_PIDFILE)
    if engine is None or _name(engine) != "dockerd":
        return Processes(engine)
    own = next(iter(_children(engine, "containerd")), None)
    named = info.get("Containerd")
    address = named.get("Address") if isinstance(named, Mapping) else None
    at = Path(str(address or dockerd_options(engine).text("containerd") or CONTAINERD_SOCKET))
    return Processes(engine, own or process_behind(at) or _only("containerd"))


class EngineWork:
    """The CPU time of an engine. A gauge for ``conditions.Recorder``."""

    def __init__(self, processes: Processes) -> None:
        """Create the gauge. Processes that are not visible are left out."""
        self._processes = tuple(one for one in (processes.engine, processes.containerd) if one is not None)

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
    """Return the process that listens at a Unix socket (SO_PEERCRED in unix(7)); None if it is not visible.

    The kernel reports systemd for a socket that systemd opened, and no process for another PID namespace: in both
    cases, the result is None.
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


def _name(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return process.name()
    return ""


def _only(name: str) -> psutil.Process | None:
    """Return the only process of that name; None if there is none, or several.

    Used for containerd, because only root may connect to its socket.
    """
    found = [process for process in psutil.process_iter(["name"]) if process.info["name"] == name]
    return found[0] if len(found) == 1 else None


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
