"""Prove an engine through Docker's API, which Podman serves too."""

import contextlib
import errno
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hostcheck.busybox import Busybox
from hostcheck.jsonvalues import items
from hostcheck.labels import labels
from hostcheck.outlive import removed
from hostcheck.prove import script
from hostcheck.prove.engine_api import EngineApi, RefusedError
from hostcheck.prove.trial import MEMORY_BYTES, PIDS, PORT, Step, Steps

_LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.05
_ANSWER_SECONDS = 3.0
"""Time limit in seconds for the published port to answer once the container listens, and for removed objects to vanish.
"""

_CUTS: tuple[tuple[str, ...], ...] = (
    ("port",),
    ("bridge",),
    ("network",),
    ("port", "bridge", "network"),
    ("pids",),
    ("memory",),
    ("port", "bridge", "network", "pids", "memory"),
)
"""Parts to leave out of a container that does not start, in the order of the attempts: they find the part that prevents
the start."""
_STEP_OF = {"port": "port", "bridge": "gateway", "network": "resolver", "pids": "pids", "memory": "memory"}
_LOOKS = 6
_LOOK_SECONDS = 0.5
"""If the proof was killed, its objects are listed and removed _LOOKS times, with this many seconds between: an engine
continues a request whose client was killed."""

_SHARING_DRIVERS = frozenset({"overlay2", "overlayfs", "overlay", "fuse-overlayfs", "btrfs", "zfs", "stargz", "aufs"})


@dataclass(frozen=True, slots=True)
class _Request:
    """The container to create.

    Attributes:
        name: name of the container, and of the network that the proof creates.
        image: id of the image.
        token: the text that the container's port sends.
        server: IP address of the resolver in the network that the proof creates; empty if there is none.
        marks: labels of the container.
        network: name of the network that the proof created; empty if the engine created none.
        bridge: whether the container is also on the engine's default bridge.
    """

    name: str
    image: str
    token: str
    server: str
    marks: Mapping[str, str]
    network: str
    bridge: bool


@dataclass(frozen=True, slots=True)
class _Container:
    """A container that was started.

    Attributes:
        id: its id in the engine.
        warnings: the engine's warnings about its settings.
        missed: a failed step for each part that was left out to make the container start, with the engine's reason.
    """

    id: str
    warnings: tuple[str, ...]
    missed: Mapping[str, Step]


def prove(socket_path: str, busybox: Busybox, *, default_bridge: bool = True) -> Steps:
    """Prove the engine at a socket.

    Args:
        socket_path: path of the engine's socket.
        busybox: the program of the container.
        default_bridge: whether to put the container also on the engine's default bridge. Docker has one.

    Returns:
        The result of each step, by its name.
    """
    api, run_id, own = EngineApi(socket_path), uuid4().hex, os.getpid()
    steps: Steps = {}
    try:
        with removed(lambda: _remove(api, run_id, looks=1 if os.getpid() == own else _LOOKS)):
            steps = _tried(api, run_id, busybox, default_bridge=default_bridge)
    except OSError as error:
        return {**steps, "removed": Step(ok=False, seen=str(error))}
    return {**steps, "removed": _is_removed(api, run_id)}


def _tried(api: EngineApi, run_id: str, busybox: Busybox, *, default_bridge: bool) -> Steps:
    """Try all steps, and return their results.

    Errors are caught here: if they reached the context that removes the objects, it would wait longer.
    """
    try:
        api.remove_leftovers()
        return _try(api, run_id, busybox, default_bridge=default_bridge)
    except RefusedError as refused:
        return {"start": refused.step}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as odd:
        return {"start": Step(None, f"an answer of the engine does not follow its API: {odd!r}")}


def _remove(api: EngineApi, run_id: str, looks: int) -> None:
    for look in range(looks):
        if look:
            time.sleep(_LOOK_SECONDS)
        api.remove(run_id)


def _is_removed(api: EngineApi, run_id: str) -> Step:
    """List and remove the proof's objects until none is left: a container that removes itself may need a moment."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        try:
            if api.remove(run_id) == 0:
                return Step(ok=True, seen="nothing of it is left")
        except OSError as error:
            return Step(ok=False, seen=str(error))
        time.sleep(_POLL_SECONDS)
    return Step(ok=False, seen=f"the engine still lists something with the label {run_id}")


def _try(api: EngineApi, run_id: str, busybox: Busybox, *, default_bridge: bool) -> Steps:
    marks, name = labels(run_id), f"hostcheck-prove-{run_id[:12]}"
    info = api.get("/info")
    driver, root = str(info.get("Driver")), info.get("DockerRootDir")
    try:
        image = api.load(busybox.image(f"{name}:proof", marks, str(api.get("/version")["Arch"])), run_id)
    except RefusedError as refused:
        return {"layer": Step(refused.step.ok, f"{driver} in {root} did not take the image: {refused}")}
    missed: Steps = {}
    network, server = name, ""
    try:
        server = _make_network(api, name, marks)
    except RefusedError as refused:
        network = ""
        missed["resolver"] = Step(refused.step.ok, f"the engine made no network: {refused}")
    if default_bridge:
        try:
            api.get("/networks/bridge")
        except RefusedError as refused:
            missed["gateway"] = Step(refused.step.ok, f"the engine has no default bridge: {refused}")
    request = _Request(name, image, run_id, server, marks, network, bridge=default_bridge and "gateway" not in missed)
    try:
        container = _start(api, request)
    except RefusedError as refused:
        return {**missed, "start": refused.step}
    steps = _watch(api, container, run_id)
    if steps["layer"].ok:
        steps["layer"] = Step(ok=True, seen=f"{steps['layer'].seen}, {driver} in {root}")
    if driver in _SHARING_DRIVERS or driver == "vfs":
        steps["cow"] = Step(driver != "vfs", f"the driver is {driver}")
    return {**steps, **container.missed, **missed}


def _make_network(api: EngineApi, name: str, marks: Mapping[str, str]) -> str:
    """Create a network with a bridge, which has the engine's resolver; the default bridge has none.

    Returns:
        The address of its gateway, where Podman's resolver listens.
    """
    api.post("/networks/create", {"Name": name, "Driver": "bridge", "Labels": dict(marks)})
    settings = (api.get(f"/networks/{name}").get("IPAM") or {}).get("Config") or [{}]
    return str(settings[0].get("Gateway", ""))


def _start(api: EngineApi, request: _Request) -> _Container:
    """Start the container. If it does not start, find the part that prevents it, and start it without that part.

    Raises:
        RefusedError: if it does not start even without one of these parts. The message is the engine's first reason.
    """
    try:
        return _launch(api, request, frozenset(), {})
    except RefusedError as refused:
        first = refused
    if not first.proves:
        raise first
    for cut in _CUTS:
        missed = {_STEP_OF[part]: Step(ok=False, seen=str(first)) for part in cut}
        with contextlib.suppress(RefusedError):
            return _launch(api, request, frozenset(cut), missed)
    raise first


def _launch(api: EngineApi, request: _Request, cut: frozenset[str], missed: Steps) -> _Container:
    networks = ["bridge"] if request.bridge and "bridge" not in cut else []
    networks += [request.network] if request.network and "network" not in cut else []
    limits: dict[str, Any] = {"LogConfig": {"Type": "json-file"}, "NetworkMode": networks[0] if networks else "none"}
    if "memory" not in cut:
        limits |= {"Memory": MEMORY_BYTES, "MemorySwap": MEMORY_BYTES}
    if "pids" not in cut:
        limits |= {"PidsLimit": PIDS}
    port = PORT if networks and "port" not in cut else None
    if port:
        limits |= {"PortBindings": {f"{PORT}/tcp": [{"HostIp": _LOOPBACK, "HostPort": ""}]}}
    settings = {
        "Image": request.image,
        "Cmd": script.command(request.token, request.name, request.server, port),
        "Labels": dict(request.marks),
        "ExposedPorts": {f"{PORT}/tcp": {}},
        # Podman 5 stops a container that is removed by force, and waits ten seconds for one that ignores SIGTERM.
        "StopSignal": "SIGKILL",
        "HostConfig": limits,
    }
    made = api.post(f"/containers/create?name={request.name}", settings)
    try:
        for network in networks[1:]:
            api.post(f"/networks/{network}/connect", {"Container": made["Id"]})
        api.post(f"/containers/{made['Id']}/start")
    except RefusedError:
        # The next attempt uses the same name.
        api.remove_container(made["Id"])
        raise
    return _Container(made["Id"], tuple(map(str, items(made.get("Warnings")))), missed)


def _watch(api: EngineApi, container: _Container, token: str) -> Steps:
    """Read the container's output and query its port, until all steps were tried or the container ended; judge them."""
    lines: dict[str, list[str]] = {}
    port: Steps = {}
    state: Mapping[str, Any] = {"Running": True}
    problem = "it was not done in time"
    try:
        while api.left:
            lines = script.lines_of(api.output(container.id))
            if "serves" in lines and not port and "port" not in container.missed:
                port = {"port": _ask(api, container, token)}
            state = api.get(f"/containers/{container.id}/json").get("State") or {}
            if script.is_over(lines) or not state.get("Running"):
                break
            time.sleep(_POLL_SECONDS)
    except RefusedError as refused:
        problem = str(refused)
    steps = script.judge(lines, networked=True) | port
    if "memory" not in lines and state.get("OOMKilled"):
        steps["memory"] = Step(ok=True, seen="the whole container was killed at its limit (OOMKilled)")
    if "start" not in lines:
        ended = state.get("Error") or f"it ended with {state.get('ExitCode')} before it printed anything"
        steps["start"] = Step(None, problem) if state.get("Running") else Step(ok=False, seen=str(ended))
    return steps | {name: _explained(steps[name], name, container.warnings) for name in ("memory", "pids")}


def _explained(step: Step, name: str, warnings: tuple[str, ...]) -> Step:
    """Add the engine's warning about a limit to the step, if the step shows that the limit has no effect."""
    said = next((warning for warning in warnings if name in warning.lower()), "")
    return Step(step.ok, f"{step.seen}; the engine warned: {said}") if step.ok is False and said else step


def _ask(api: EngineApi, container: _Container, token: str) -> Step:
    """Read the token from the published port.

    It is tried repeatedly, since the engine's proxy may accept connections before the container listens.
    """
    bound = api.get(f"/containers/{container.id}/json")["NetworkSettings"]["Ports"].get(f"{PORT}/tcp")
    if not bound:
        return Step(ok=False, seen="the engine published no port")
    number = int(bound[0]["HostPort"])
    deadline = time.monotonic() + _ANSWER_SECONDS
    problem = "it answered something else"
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((_LOOPBACK, number), timeout=1) as connection:
                if connection.makefile("rb").readline(100).decode(errors="replace").strip() == token:
                    return Step(ok=True, seen=f"{_LOOPBACK}:{number} answers")
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                return Step(None, "this host has no port left to connect from")
            problem = error.strerror or str(error)
        time.sleep(_POLL_SECONDS)
    return Step(ok=False, seen=f"{_LOOPBACK}:{number} did not answer: {problem}")
