"""Find the engines of this machine that answer, and prove each of them; if none does, prove a bare runtime."""

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hostcheck.busybox import Busybox, look_for_busybox
from hostcheck.host.base import Host
from hostcheck.host.lookup import find_program
from hostcheck.probes.engine.engine import DESKTOP, is_mounted_in, name_of, socket_paths
from hostcheck.probes.storage.dataroot import find_data_root
from hostcheck.prove import by_api, containerd, podman, runtime
from hostcheck.prove.engine_api import RefusedError
from hostcheck.prove.trial import Steps, fact_of
from hostcheck.run.model import Fact

_ANSWER_SECONDS = 2.0
_PODMAN = frozenset({"prove.podman", "prove.podman_rootless"})
_NO_BUSYBOX = "this host has no static busybox to make the image of: install busybox-static"

_SILENT_DOCKER = "no Docker engine answers at its socket: start it, and run as a user who may use it"
_SILENT_CONTAINERD = (
    "ctr, which talks to containerd, is not installed",
    "no containerd answers at its socket: start it, and run as root",
)
_NOTHING = (
    "there is no engine or runtime to prove with: none answers, and neither runc nor crun is installed; install and "
    "start the engine (Docker, Podman or containerd), or install runc, and prove again"
)

Found = Mapping[str, Steps | str]
"""For the id of each fact, the results of its steps; or a text, which says why no proof could be made."""


def probe(host: Host, asked: Collection[str] = ()) -> Iterator[Fact]:
    """Yield prove.*: run a container through each engine that answers, and remove it.

    Args:
        host: this machine: the containers run on it.
        asked: ids of the facts that a profile asks about. Podman is proved only if they include one of its facts or it
            was used before: it is not a service, and its first run creates folders that stay.
    """
    busybox = look_for_busybox()
    found: dict[str, Steps | str] = {}
    for prove in (_docker, _containerd):
        found |= prove(host, busybox)
    found |= _podman(host, busybox, asked=not _PODMAN.isdisjoint(asked))
    engines = [fact_id for fact_id, steps in found.items() if not isinstance(steps, str)]
    if engines:
        found["prove.runtime"] = f"{', '.join(engines)} answered"
    elif name := next((name for name in ("runc", "crun") if _is_installed(name)), None):
        found["prove.runtime"] = _runtime(host, name, busybox)
    else:
        silent = [fact_id for fact_id, why in found.items() if why in {_SILENT_DOCKER, *_SILENT_CONTAINERD}]
        found |= dict.fromkeys((*silent, "prove.runtime"), _NOTHING)
    for fact_id, steps in found.items():
        yield Fact.unknown(fact_id, steps) if isinstance(steps, str) else fact_of(fact_id, steps)


def _docker(host: Host, busybox: Busybox | None) -> Found:
    """Prove Docker with and without root, each at the first socket where one answers."""
    found: dict[str, Steps | str] = {}
    for path in dict.fromkeys(os.path.realpath(path) for path in socket_paths(host) if host.exists(path)):
        info, version = (_document(host, path, of) for of in ("/info", "/version"))
        if not info or not version or name_of(version) != "docker":
            continue
        rootless = "name=rootless" in info.get("SecurityOptions", ())
        fact_id = "prove.docker_rootless" if rootless else "prove.docker"
        if fact_id in found:
            continue
        if info.get("OperatingSystem") == DESKTOP or info.get("KernelVersion") != os.uname().release:
            found[fact_id] = f"the engine at {path} runs on another kernel: audit the machine that it runs on"
        elif is_mounted_in(host, path):
            found[fact_id] = f"the engine at {path} runs around this container: audit the machine that it runs on"
        else:
            found[fact_id] = by_api.prove(path, busybox) if busybox else _NO_BUSYBOX
    silent = "no Docker engine without root answers at its socket: start it, and run as a user who may use it"
    return {"prove.docker": _SILENT_DOCKER, "prove.docker_rootless": silent, **found}


def _podman(host: Host, busybox: Busybox | None, *, asked: bool) -> Found:
    """Prove this user's Podman, through an API service that is started for the proof."""
    data = f"{host.environ('HOME')}/.local/share" if os.geteuid() else "/var/lib"
    if not asked and not host.exists(f"{data}/containers/storage"):
        return dict.fromkeys(sorted(_PODMAN), "Podman was not used here yet: name it with --profile to prove it")
    own, other = ("prove.podman", "prove.podman_rootless")[:: 1 if os.geteuid() == 0 else -1]
    found: dict[str, Steps | str] = {other: "Podman was proved for the user who runs hostcheck alone"}
    if busybox is None:
        return {own: _NO_BUSYBOX, **found}
    try:
        with podman.service() as path:
            return {own: by_api.prove(path, busybox, default_bridge=False), **found}
    except FileNotFoundError:
        return {own: "podman is not installed", other: "podman is not installed"}
    except RefusedError as refused:
        return {own: {"start": refused.step}, **found}
    except OSError as error:
        return {own: f"podman could not be run: {error.strerror or error}", **found}


def _containerd(host: Host, busybox: Busybox | None) -> Found:
    """Prove the first containerd that answers."""
    try:
        socket = next((path for path in containerd.SOCKETS if host.exists(path) and containerd.answers(path)), None)
    except FileNotFoundError:
        return {"prove.containerd": _SILENT_CONTAINERD[0]}
    if socket is None:
        return {"prove.containerd": _SILENT_CONTAINERD[1]}
    return {"prove.containerd": containerd.prove(socket, busybox) if busybox else _NO_BUSYBOX}


def _runtime(host: Host, name: str, busybox: Busybox | None) -> Steps | str:
    """Prove runc or crun without an engine."""
    if os.geteuid() != 0:
        return "a bare runtime is proved by root alone: run as root"
    if busybox is None:
        return _NO_BUSYBOX
    return runtime.prove(name, find_data_root(host).folder, busybox)


def _is_installed(name: str) -> bool:
    try:
        find_program(name)
    except OSError:
        return False
    return True


def _document(host: Host, socket: str, path: str) -> Mapping[str, Any]:
    answer = host.http_get(socket, path, _ANSWER_SECONDS)
    return answer[1] if answer and answer[0] == 200 and isinstance(answer[1], Mapping) else {}
