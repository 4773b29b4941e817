"""Change a storm's containers as the user asks, and start the containers that run beside them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import docker
from docker.errors import NotFound

from hostcheck.bench.base import CannotRun, Settings
from hostcheck.bench.engine.bridge import require_bridge
from hostcheck.bench.engine.connection import engine_must_answer
from hostcheck.bench.storm.definition import StormDefinition
from hostcheck.bench.storm.options import OWN_NETWORK, StormOptions
from hostcheck.bench.storm.ready import Readiness
from hostcheck.labels import labels

MODES = frozenset({"none", "host", "bridge"})
"""The network modes of every engine; any other word is the name of a network."""

_FIRST_PORT = 20_000
_OWN_PIDS = 1024
"""Maximum number of processes and threads of an image's own entry point: a Java virtual machine has dozens."""


def asked_of(options: StormOptions) -> Settings:
    """Return the settings of the metrics for those options of the storm that the user changed; empty if none."""
    asked = {"ports": options.ports, "volumes": options.volumes, "beside": options.beside}
    memory = {"memory_bytes": options.memory_bytes} if options.memory_bytes else {}
    density = {"density": str(options.density)} if options.density else {}
    ready = {"ready": str(options.ready)} if options.ready.is_own else {}
    return {**{name: count for name, count in asked.items() if count}, **memory, **ready, **density}


def commanded(request: Mapping[str, Any], definition: StormDefinition, ready: Readiness) -> dict[str, Any]:
    """Return the request of a container that runs the storm's command, or its image's own entry point.

    Args:
        request: the body of POST /containers/create.
        definition: the definition of the storm, with its command.
        ready: what makes the container ready.
    """
    if ready.is_own:
        own = {name: value for name, value in request.items() if name not in {"Cmd", "Entrypoint"}}
        return own | {"HostConfig": dict(request["HostConfig"]) | {"PidsLimit": _OWN_PIDS}}
    # Otherwise the image's own entry point would get the command as arguments.
    return dict(request) | {"Entrypoint": [definition.command[0]], "Cmd": list(definition.command[1:])}


def shaped(request: Mapping[str, Any], options: StormOptions, network: str) -> dict[str, Any]:
    """Return the request of a container with the ports, volumes, memory and network that the user asks for.

    Ports are published at free ports of the loopback address, which the engine chooses. Volumes have no name: the
    engine removes them with their container.

    Args:
        request: the body of POST /containers/create.
        options: the storm's options.
        network: the network mode, or the name of a network.
    """
    ports = [f"{_FIRST_PORT + number}/tcp" for number in range(options.ports)]
    host = dict(request["HostConfig"]) | {"NetworkMode": network}
    if options.memory_bytes:
        host["Memory"] = options.memory_bytes
    shape = dict(request) | {"HostConfig": host}
    if ports:
        shape["ExposedPorts"] = {port: {} for port in ports}
        host["PortBindings"] = {port: [{"HostIp": "127.0.0.1", "HostPort": ""}] for port in ports}
    if options.volumes:
        shape["Volumes"] = {f"/hostcheck/{number}": {} for number in range(options.volumes)}
    return shape


def provide_network(client: docker.APIClient, wanted: str, run_id: str) -> str:
    """Check that the engine has the network, or make one for this run, and return its name.

    Args:
        client: a connected client.
        wanted: a network mode, the name of a network of the engine, or OWN_NETWORK to make one. The new network gets
            the run's labels, so that ``sweep`` removes it.
        run_id: the run's id.

    Raises:
        CannotRun: if the engine does not have the network, or cannot make one.
    """
    if wanted == OWN_NETWORK:
        name = f"hostcheck-{run_id[:12]}"
        with engine_must_answer("making a network for the storm"):
            client.create_network(name, driver="bridge", labels=dict(labels(run_id)))
        return name
    if wanted == "bridge":
        require_bridge(client)
    elif wanted not in MODES:
        with engine_must_answer(f"looking for the network {wanted}"):
            try:
                client.inspect_network(wanted)
            except NotFound as error:
                raise CannotRun(f"the engine has no network {wanted}", f"docker network create {wanted}") from error
    return wanted


def run_beside(
    client: docker.APIClient,
    request: Mapping[str, Any],
    names: str,
    count: int,
    checks: Iterable[Callable[[], None]],
) -> None:
    """Start containers that keep running beside the storm. They have the run's labels, so that ``sweep`` removes them.

    Args:
        client: a connected client.
        request: the body of POST /containers/create.
        names: the prefix of the containers' names.
        count: number of containers to start.
        checks: functions that are called before each start, and raise an error if no more may be started.

    Raises:
        CannotRun: if a container does not start.
    """
    before_each = tuple(checks)
    for number in range(count):
        for check in before_each:
            check()
        with engine_must_answer("starting a container beside the storm"):
            body = dict(request)
            made = client.create_container_from_config(body, f"{names}-{number}")  # type: ignore[no-untyped-call]
            client.start(made["Id"])
