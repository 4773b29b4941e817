"""Find the container engine to measure, check that it runs on this host, and connect to it."""

import os
import re
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException

from hostcheck.bench.base import CannotRun, EngineLost, Settings
from hostcheck.bench.engine.address import Address, addresses
from hostcheck.bench.engine.client import EngineClient
from hostcheck.bench.engine.daemon import DaemonOptions, dockerd_options
from hostcheck.bench.engine.heartbeat import Heartbeat
from hostcheck.bench.engine.layers import SNAPSHOTTER, Layers, find_layers
from hostcheck.bench.engine.permission import denied
from hostcheck.bench.engine.processes import Processes, find_processes
from hostcheck.bench.engine.quota import find_quota
from hostcheck.bench.engine.reasons import reason_of
from hostcheck.bench.engine.setup import network_setup, setup_of
from hostcheck.bench.engine.unreachable import Unreachable
from hostcheck.bench.quota import CpuQuota, cpu_controller
from hostcheck.host.mounts import file_system_of

NEWEST_API = "1.44"
"""The newest API version that is requested. Docker 29 refuses older versions; Docker 20.10 supports up to 1.41."""

ANSWER_SECONDS = 10.0
"""Timeout of the first requests in seconds. An engine that does not respond in this time is not used."""

REQUEST_SECONDS = 300.0
"""Timeout of a request in seconds. On a slow disk, one of many containers may take half a minute to start."""

REQUEST_ERRORS = (DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError)
"""The exceptions that a request to the engine may raise."""

_ABSENT = (FileNotFoundError, ConnectionRefusedError)
"""The exceptions that show that no engine listens at a socket."""

_API_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,4}")

_TRUE, _FALSE = frozenset({"1", "t", "true"}), frozenset({"0", "f", "false"})

_START = "start docker, or pass --private-engine as root"

_ELSEWHERE = "name a socket of this host with --engine, or pass --private-engine as root"


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine of this host.

    Attributes:
        url: the address of its socket, "unix:///…".
        name: "docker" or "podman".
        version: its version, such as "20.10.24".
        api_version: the API version to use.
        storage_driver: its storage driver, such as "overlay2".
        image_store: what stores its images: "containerd", or "engine" for the engine itself, as in all older releases.
        data_root: its data folder, or the nearest folder above it that this user can see.
        layers: the folder with the layers of its images and containers. It may belong to containerd.
        rootless: whether it runs as an ordinary user.
        builder: what builds its images: "classic" (Docker's old builder), "buildkit" or "buildah" (Podman).
        heartbeat: monitors whether the engine responds, as long as clients are connected.
        setup: how it runs each container: its runtime, user namespace, confinement and control groups.
        networking: how it connects containers to a bridge; empty for an engine that is not Docker.
        processes: the processes of the engine and of its containerd.
        quota: the CPU quota on the engine or on its containers.
        passed_over: one reason for each existing socket that was tried before this one and did not answer.
    """

    url: str
    name: str
    version: str
    api_version: str
    storage_driver: str
    image_store: str
    data_root: Path
    layers: Layers
    rootless: bool
    builder: str
    heartbeat: Heartbeat = field(compare=False, repr=False)
    setup: Settings = field(default_factory=dict)
    networking: Settings = field(default_factory=dict)
    processes: Processes = field(default_factory=Processes, compare=False, repr=False)
    quota: CpuQuota = field(default_factory=CpuQuota)
    passed_over: tuple[str, ...] = ()

    @property
    def settings(self) -> Settings:
        """Values that must be equal on two hosts' engines for their metrics to be comparable."""
        return {
            "engine": self.name,
            "engine_major": self.version.partition(".")[0],
            "storage_driver": self.storage_driver,
            "image_store": self.image_store,
            "file_system": file_system_of(self.layers.folder),
            "rootless": self.rootless,
            "cpu_quota": self.quota.setting,
            **self.setup,
        }

    @property
    def title(self) -> str:
        """The engine's name, version and socket, as shown to users."""
        return f"{self.name.capitalize()} {self.version} at {self.url.removeprefix('unix://')}"

    @property
    def keeps_cache(self) -> bool:
        """Whether the engine's builds leave records in a build cache, in addition to images."""
        return self.builder == "buildkit"

    def connect(self) -> docker.APIClient:
        """Return a new, connected client. Each thread needs its own client: the SDK's clients are not thread-safe."""
        client = EngineClient(self.url, self.api_version, int(REQUEST_SECONDS), self.heartbeat)
        try:
            client.ping()
        except BaseException:
            client.close()
            raise
        return client


def find_engine(given: str | None, stop: threading.Event | None = None, own_log: Path | None = None) -> Engine:
    """Find the engine that the user named (``given``, DOCKER_HOST, docker context), or the first that responds.

    Args:
        given: the engine's address; None to search for an engine.
        stop: set when the user stops the run. Requests to the engine then have a short timeout.
        own_log: the log file of hostcheck's private engine; None for any other engine.

    Raises:
        CannotRun: if no engine responds, or the named engine is not on this host.
        EngineLost: if the ``given`` engine does not respond, or an engine hangs.
    """
    silent: list[tuple[Path, str]] = []
    remedies = []
    kind = CannotRun if given is None else EngineLost
    for address in addresses(given):
        path = address.socket()
        try:
            if not address.named and not path.exists():
                continue
            engine = _ask(address, path, Heartbeat(path, stop or threading.Event(), own_log))
        except PermissionError as error:
            reason, remedy = denied(path)
            silent.append((path, f"{reason} ({error_text(error)})"))
            remedies.append(remedy)
        except REQUEST_ERRORS as error:
            silent.append((path, f"{path}: {error_text(error)}"))
            remedies.append(_START)
            if not isinstance(error, _ABSENT):
                kind = EngineLost
        else:
            return replace(engine, passed_over=tuple(said for at, said in silent if os.access(at, os.F_OK)))
    tried = f" ({'; '.join(said for _, said in silent)})" if silent else ""
    raise kind(f"no container engine responds{tried}", "; ".join(dict.fromkeys(remedies or (_START,))))


def negotiate(newest: str, oldest: str) -> str:
    """Return the API version to use with an engine that supports the versions from ``oldest`` to ``newest``."""
    return max(min(newest, NEWEST_API, key=_numbers), oldest, key=_numbers)


def error_text(error: BaseException) -> str:
    """Return an engine's error message, or the reason why the engine did not respond, in one line."""
    if isinstance(error, APIError) and error.explanation:
        text = str(error.explanation)
    elif isinstance(error, OSError) and error.strerror:
        text = error.strerror
    else:
        text = str(error) or type(error).__name__
    return reason_of(text)


@contextmanager
def engine_must_answer(doing: str) -> Iterator[None]:
    """Convert an engine's error response into CannotRun, and a missing response into EngineLost.

    Args:
        doing: what is being done, as the start of the message, such as "listing the images".
    """
    try:
        yield
    except Unreachable as error:
        raise EngineLost(f"{doing} failed: {error_text(error)}", error.remedy) from error
    except REQUEST_ERRORS as error:
        raise CannotRun(f"{doing} failed: {error_text(error)}", "check the engine's log") from error


def describe(
    url: str,
    version: Mapping[str, Any],
    info: Mapping[str, Any],
    preferred_builder: str = "",
    heartbeat: Heartbeat | None = None,
) -> Engine:
    """Describe an engine from its responses to GET /version and GET /info, and the Builder-Version of GET /_ping.

    Source: https://docs.docker.com/reference/api/engine/. Podman has the same API, and lists itself as a component.

    Raises:
        CannotRun: if the engine is not on this host.
    """
    parts = _listed(version.get("Components"))
    podman = any("podman" in str(part.get("Name", "")).lower() for part in parts if isinstance(part, Mapping))
    data_root = Path(str(info.get("DockerRootDir") or ""))
    host = str(info.get("Name") or "")
    if host != os.uname().nodename:
        raise CannotRun(f"the engine at {url} runs on {host or 'a host without a name'}, not on this host", _ELSEWHERE)
    data_root = _seen(data_root, url)
    store = image_store(info)
    processes = find_processes(Path(url.removeprefix("unix://")), info)
    options = DaemonOptions({}, seen=False) if podman else dockerd_options(processes.engine)
    newest = _api_version(version.get("ApiVersion"), NEWEST_API)
    return Engine(
        url=url,
        name="podman" if podman else "docker",
        version=str(version.get("Version") or "unknown"),
        api_version=negotiate(newest, _api_version(version.get("MinAPIVersion"), newest)),
        storage_driver=str(info.get("Driver") or "unknown"),
        image_store=store,
        data_root=data_root,
        layers=find_layers(info, store, data_root, processes),
        # Docker reports this in the security options; Podman's GET /info has the field Rootless.
        rootless=bool(info.get("Rootless")) or "name=rootless" in _listed(info.get("SecurityOptions")),
        builder="buildah" if podman else pick_builder(preferred_builder),
        heartbeat=heartbeat or Heartbeat(Path(url.removeprefix("unix://")), threading.Event()),
        setup=setup_of(info, version),
        networking={} if podman else network_setup(info, options),
        processes=processes,
        quota=find_quota(options, str(info.get("CgroupDriver") or ""), processes, cpu_controller()),
    )


def _seen(data_root: Path, url: str) -> Path:
    """Return an engine's data folder, or the nearest folder above it that this user may see.

    Raises:
        CannotRun: if the folder is not on this host.
    """
    # With userns-remap, /var/lib/docker/UID.GID is closed to all users but root and the remapped one.
    for folder in (data_root, *data_root.parents) if data_root.is_absolute() else ():
        try:
            folder.stat()
        except PermissionError:
            continue
        except OSError:
            break
        return folder
    raise CannotRun(f"the engine at {url} keeps its data in {data_root}, which is not on this host", _ELSEWHERE)


def image_store(info: Mapping[str, Any]) -> str:
    """Return what stores an engine's images, from its GET /info: "containerd" or "engine".

    The two stores write layers differently, so measurements with them are not comparable. Docker 29 uses containerd by
    default.

    Source: https://docs.docker.com/engine/storage/containerd/ (driver-type in DriverStatus).
    """
    status = [tuple(row) for row in _listed(info.get("DriverStatus")) if isinstance(row, list)]
    return "containerd" if ("driver-type", SNAPSHOTTER) in status else "engine"


def pick_builder(preferred: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return which builder ``docker build`` would use on this host: "classic" or "buildkit".

    Args:
        preferred: the header Builder-Version of GET /_ping: "2" since Docker 23. Older releases do not send it.
        environment: environment variables. If DOCKER_BUILDKIT is set, it decides.

    Source: https://docs.docker.com/build/buildkit/#getting-started.

    Raises:
        CannotRun: if DOCKER_BUILDKIT is neither true nor false.
    """
    chosen = environment.get("DOCKER_BUILDKIT", "")
    if chosen and chosen.lower() not in _TRUE | _FALSE:
        raise CannotRun(
            f"DOCKER_BUILDKIT is {chosen!r}, which is neither true nor false", "set it to 1 or 0, or unset it"
        )
    wanted = chosen.lower() in _TRUE if chosen else preferred == "2"
    return "buildkit" if wanted else "classic"


def _ask(address: Address, path: Path, heartbeat: Heartbeat) -> Engine:
    # The SDK wraps a connection error in three layers of text: only the kernel's short message is shown.
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(ANSWER_SECONDS)
        probe.connect(str(path))
    client = EngineClient(address.url, NEWEST_API, int(ANSWER_SECONDS), heartbeat)
    try:
        preferred = client.get(f"{client.base_url}/_ping", timeout=ANSWER_SECONDS).headers.get("Builder-Version", "")
        version, info = (_object(client, path) for path in ("/version", "/info"))
        return describe(address.url, version, info, preferred, heartbeat)
    finally:
        client.close()


def _object(client: EngineClient, path: str) -> Mapping[str, Any]:
    """Request a path without an API version, because none is negotiated yet, and return the JSON object of the answer.

    Raises:
        requests.RequestException: if the engine does not answer, or its answer is not a JSON object.
    """
    answer = client.get(f"{client.base_url}{path}", timeout=ANSWER_SECONDS)
    found = client._result(answer, json=True)  # noqa: SLF001  what the SDK's own requests end with
    if not isinstance(found, Mapping):
        raise requests.exceptions.InvalidJSONError(f"the answer to GET {path} is not a JSON object")
    return found


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _api_version(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) and _API_VERSION.fullmatch(value) else otherwise


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
