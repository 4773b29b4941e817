"""List the addresses at which a container engine may be listening."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.client_config import read_object
from hostcheck.home import home

SOCKETS = ("/var/run/docker.sock", "/run/docker.sock")
PODMAN_SOCKET = "/run/podman/podman.sock"

GIVEN = "as given"
"""The source of an address that was given on the command line."""

_EXAMPLE = "unix:///run/docker.sock"
_KINDS = {
    "unix": "a relative path",
    "tcp": "a TCP address",
    "http": "a TCP address",
    "https": "a TCP address",
    "ssh": "reached over ssh",
    "npipe": "a named pipe of Windows",
    "fd": "a socket of systemd",
}
_HOST_AND_PORT = re.compile(r"[\w.-]*:\d+")
"""A TCP address without "tcp://", which docker accepts too."""
_INSTEAD = f"name the engine's socket, such as {_EXAMPLE}, on the machine where the engine runs"


@dataclass(frozen=True, slots=True)
class Address:
    """An address at which an engine may be listening.

    Attributes:
        url: the address, such as "unix:///var/run/docker.sock".
        source: where hostcheck found the address, in words, such as "DOCKER_HOST".
        named: whether the user named the address. Then only this address is tried.
    """

    url: str
    source: str
    named: bool

    def socket(self) -> Path:
        """Return the path of the Unix socket.

        Raises:
            CannotRun: if the address is not that of a Unix socket with an absolute path.
        """
        if self.url.startswith("unix:///"):
            return Path(self.url.removeprefix("unix://"))
        shown = self.url if self.source == GIVEN else f"{self.url} ({self.source})"
        if self.url.startswith("/"):
            raise CannotRun(f"{shown} is a path, not the address of an engine", f"write unix://{self.url}")
        kind, there, _ = self.url.partition("://")
        if not there and _HOST_AND_PORT.fullmatch(self.url):
            kind = "tcp"
        elif not there or kind not in _KINDS:
            raise CannotRun(f"{shown} is not the address of an engine", f"write a socket's address, such as {_EXAMPLE}")
        raise CannotRun(f"{shown} is {_KINDS[kind]}, but hostcheck measures only through a Unix socket", _INSTEAD)


def addresses(given: str | None, environment: Mapping[str, str] = os.environ) -> tuple[Address, ...]:
    """Return the addresses to try: those that the docker command would use, in its order, then Podman's.

    Args:
        given: the address that the user gave on the command line; None if there is none.
        environment: environment variables. DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, XDG_RUNTIME_DIR and HOME are
            read.

    Raises:
        CannotRun: if the docker context in use does not exist, cannot be read, or has no engine. The docker command
            refuses such a context too.

    Source: https://docs.docker.com/engine/manage-resources/contexts/ (DOCKER_HOST overrides DOCKER_CONTEXT, which
    overrides the current context); docker/cli, cli/command/cli.go (resolveContextName).
    """
    if given:
        return (_named(given, GIVEN),)
    if host := environment.get("DOCKER_HOST"):
        return (_named(host, "DOCKER_HOST"),)
    if context := _context(environment):
        return (context,)
    own = environment.get("XDG_RUNTIME_DIR", "")
    rootless = (f"{own}/docker.sock", f"{own}/podman/podman.sock") if own.startswith("/") else ()
    paths = (*_distinct(SOCKETS), *rootless[:1], PODMAN_SOCKET, *rootless[1:])
    return tuple(Address(f"unix://{path}", "a default socket", named=False) for path in paths)


def _named(url: str, source: str) -> Address:
    """Return an address that the user named, without spaces around it.

    An address without a path is that of the default socket.

    Source: docker/cli, opts/hosts.go (ParseHost).
    """
    url = url.strip()
    return Address(f"unix://{SOCKETS[0]}" if url in {"", "unix://"} else url, source, named=True)


def _distinct(paths: Sequence[str]) -> Iterator[str]:
    """Yield each path unless an earlier one leads to the same file: /var/run is usually a link to /run."""
    seen = set()
    for path in paths:
        if (found := os.path.realpath(path)) not in seen:
            seen.add(found)
            yield path


def _context(environment: Mapping[str, str]) -> Address | None:
    """Return the address in the current docker context; None if the default context or none is selected.

    Raises:
        CannotRun: if the context does not exist, cannot be read, or has no engine.
    """
    folder = Path(environment.get("DOCKER_CONFIG") or (home(environment) or Path("/nonexistent")) / ".docker")
    named = environment.get("DOCKER_CONTEXT")
    name = named or read_object(folder / "config.json").get("currentContext")
    if not isinstance(name, str) or name in {"", "default"}:
        return None
    where = "DOCKER_CONTEXT" if named else f"currentContext in {folder / 'config.json'}"
    other = (
        "unset DOCKER_CONTEXT for the current one"
        if named
        else "docker context use default selects the default context"
    )
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()
    file = folder / "contexts" / "meta" / digest / "meta.json"
    try:
        if there := stat.S_ISREG(file.stat().st_mode):
            file.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        there = False
    except OSError as error:
        raise CannotRun(
            f"the docker context {name} ({where}) cannot be read: {file}: {error.strerror}",
            f"run as the user who made it; {other}",
        ) from error
    if not there:
        raise CannotRun(
            f"the docker context {name} ({where}) does not exist",
            f"docker context ls lists the contexts; {other}",
        )
    found = read_object(file).get("Endpoints")
    endpoint = found.get("docker") if isinstance(found, Mapping) else None
    if not isinstance(endpoint, Mapping):
        raise CannotRun(
            f"the docker context {name} ({where}) has no address of an engine",
            f"docker context inspect {name} shows it; select another one with docker context use",
        )
    # An endpoint without a host is docker's default socket.
    host = endpoint.get("Host") or f"unix://{SOCKETS[0]}"
    return _named(str(host), f"docker context {name}")
