"""Check for an engine's default bridge network. An engine that was started with ``--bridge none`` has no bridge."""

import docker

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import engine_must_answer
from hostcheck.bench.engine.objects import networks

_NAMES = frozenset({"bridge", "podman"})
"""The names of the default bridge in Docker and Podman. A bridge with another name was made by a user."""


def has_bridge(client: docker.APIClient) -> bool:
    """Return whether the engine has a default bridge.

    Raises:
        CannotRun: if the engine does not respond.
    """
    with engine_must_answer("listing networks"):
        return any(name in _NAMES and driver == "bridge" for name, driver in networks(client))


def require_bridge(client: docker.APIClient) -> None:
    """Check that the engine has a bridge. Without it, Docker starts containers without a network and reports no error.

    Raises:
        CannotRun: if the engine has no bridge.
    """
    if not has_bridge(client):
        raise CannotRun(
            "the engine has no bridge network for the containers; a private engine never has one",
            "use --network none or host, or name another engine of this host with --engine",
        )
