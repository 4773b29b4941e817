"""List the addresses at which a container engine may be listening."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hostcheck.home import home

SOCKETS = ("/var/run/docker.sock", "/run/docker.sock")
PODMAN_SOCKET = "/run/podman/podman.sock"


@dataclass(frozen=True, slots=True)
class Address:
    """An address at which an engine may be listening.

    Attributes:
        url: such as "unix:///var/run/docker.sock".
        source: where hostcheck found the address, in words, such as "DOCKER_HOST".
        named: whether the user named the address. Then only this address is tried.
    """

    url: str
    source: str
    named: bool

    @property
    def socket(self) -> Path | None:
        """The path of the Unix socket; None if the address is of another kind."""
        return Path(self.url.removeprefix("unix://")) if self.url.startswith("unix:///") else None


def addresses(given: str | None, environment: Mapping[str, str] = os.environ) -> tuple[Address, ...]:
    """Return the addresses to try: those that the docker command would use, in its order, then Podman's.

    Args:
        given: the address that the user gave on the command line; None if there is none.
        environment: environment variables. DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, XDG_RUNTIME_DIR and HOME are
            read.

    Source: https://docs.docker.com/engine/manage-resources/contexts/ (DOCKER_HOST overrides DOCKER_CONTEXT, which
    overrides the current context).
    """
    if given:
        return (Address(given, "as given", named=True),)
    if host := environment.get("DOCKER_HOST"):
        return (Address(host, "DOCKER_HOST", named=True),)
    if context := _context(environment):
        return (context,)
    own = environment.get("XDG_RUNTIME_DIR", "")
    rootless = (f"{own}/docker.sock", f"{own}/podman/podman.sock") if own.startswith("/") else ()
    paths = (*SOCKETS, *rootless[:1], PODMAN_SOCKET, *rootless[1:])
    return tuple(Address(f"unix://{path}", "a default socket", named=False) for path in paths)


def _context(environment: Mapping[str, str]) -> Address | None:
    """Return the address in the current docker context; None for the default context, or if there is no context."""
    folder = Path(environment.get("DOCKER_CONFIG") or (home(environment) or Path("/nonexistent")) / ".docker")
    name = environment.get("DOCKER_CONTEXT") or _json(folder / "config.json").get("currentContext")
    if not isinstance(name, str) or name in {"", "default"}:
        return None
    digest = hashlib.sha256(name.encode()).hexdigest()
    found = _json(folder / "contexts" / "meta" / digest / "meta.json").get("Endpoints")
    endpoint = found.get("docker") if isinstance(found, Mapping) else None
    host = endpoint.get("Host") if isinstance(endpoint, Mapping) else None
    return Address(host, f"docker context {name}", named=True) if isinstance(host, str) and host else None


def _json(path: Path) -> Mapping[str, object]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, Mapping) else {}
