"""The interface of a probe."""

from collections.abc import Iterable
from typing import Protocol

from hostcheck.host.base import Host
from hostcheck.run.model import Fact


class Probe(Protocol):
    """A function that reads one concern of a host and returns its facts.

    A probe only reads; the ``Host`` makes experiments. A probe works without root and takes milliseconds. It raises no
    error: if it cannot read something, it returns an unknown fact with the reason. It decides by the results of pure
    ``parse_*`` functions.
    """

    def __call__(self, host: Host) -> Iterable[Fact]:
        """Return the facts of this concern."""
