"""The engines of this machine that answer, each with its proof."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hostcheck.busybox import Busybox, look_for_busybox
from hostcheck.host.base import Host
from hostcheck.probes.engine.engine import DESKTOP, name_of, socket_paths
from hostcheck.prove import by_api
from hostcheck.prove.trial import Steps, fact_of
from hostcheck.run.model import Fact

_ANSWER_SECONDS = 2.0
_NO_BUSYBOX = "this host has no static busybox to make the image of: install busybox-static"

Found = Mapping[str, Steps | str]
"""By the id of a fact: what came of each step, or why it could not be tried."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield prove.*: a container through each engine that answers. Each is made, watched and removed.

    Args:
        host: this machine: the containers run on it.
    """
    busybox = look_for_busybox()
    for prove in _PROOFS:
        for fact_id, found in prove(host, busybox).items():
            yield Fact.unknown(fact_id, found) if isinstance(found, str) else fact_of(fact_id, found)


def _docker(host: Host, busybox: Busybox | None) -> Found:
    """Prove the Docker of root and the one of an ordinary user, each at the first socket where one answers."""
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
        else:
            found[fact_id] = by_api.prove(path, busybox) if busybox else _NO_BUSYBOX
    silent = "no Docker engine {}answers at its socket: start it, and run as a user who may use it"
    return {"prove.docker": silent.format(""), "prove.docker_rootless": silent.format("without root "), **found}


def _document(host: Host, socket: str, path: str) -> Mapping[str, Any]:
    answer = host.http_get(socket, path, _ANSWER_SECONDS)
    return answer[1] if answer and answer[0] == 200 and isinstance(answer[1], Mapping) else {}


_PROOFS: tuple[Callable[[Host, Busybox | None], Found], ...] = (_docker,)
