"""The interface of a probe."""

from collections.abc import Iterable
from typing import Protocol

from hostcheck.host.base import Host
from hostcheck.run.model import Fact


class Probe(Protocol):
    """Read one concern of a host and return its facts.

    A probe only reads; experiments are made by the ``Host``. It works without root, takes milliseconds, and raises no
    error: what it cannot read is an unknown fact with the reason. A probe consists of pure ``parse_*`` functions and a
    small function that decides.
    """

    def __call__(self, host: Host) -> Iterable[Fact]:
        """Return the facts of this concern."""
