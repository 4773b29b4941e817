"""The bridge that an engine connects containers to unless told otherwise; one started with --bridge none has none."""

import docker

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import engine_must_answer

_NAMES = frozenset({"bridge", "podman"})
"""What Docker and Podman call theirs; a bridge of another name is somebody's own."""


def has_bridge(client: docker.APIClient) -> bool:
    """Tell whether the engine has one.

    Raises:
        CannotRun: when the engine does not answer.
    """
    with engine_must_answer("listing networks"):
        return any(network["Name"] in _NAMES and network["Driver"] == "bridge" for network in client.networks())


def require_bridge(client: docker.APIClient) -> None:
    """Make sure that containers on the bridge would be on one: without, Docker starts them all the same, unconnected.

    Raises:
        CannotRun: when there is none.
    """
    if not has_bridge(client):
        raise CannotRun(
            "the engine has no bridge to connect containers to, as a private engine never has",
            "use --network none or host, or an engine of this host with --engine",
        )
