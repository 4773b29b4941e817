"""An engine's default bridge network. An engine started with --bridge none has none."""

import docker

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import engine_must_answer

_NAMES = frozenset({"bridge", "podman"})
"""The default bridge's names in Docker and Podman. A bridge with another name was made by a user."""


def has_bridge(client: docker.APIClient) -> bool:
    """Return whether the engine has a default bridge.

    Raises:
        CannotRun: when the engine does not respond.
    """
    with engine_must_answer("listing networks"):
        return any(network["Name"] in _NAMES and network["Driver"] == "bridge" for network in client.networks())


def require_bridge(client: docker.APIClient) -> None:
    """Check that the engine has a bridge: without one Docker starts such containers unconnected, without an error.

    Raises:
        CannotRun: when it has none.
    """
    if not has_bridge(client):
        raise CannotRun(
            "the engine has no bridge to connect containers to, as a private engine never has",
            "use --network none or host, or an engine of this host with --engine",
        )
