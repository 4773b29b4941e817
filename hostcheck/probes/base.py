"""What a probe is."""

from collections.abc import Iterable
from typing import Protocol

from hostcheck.host.base import Host
from hostcheck.run.model import Fact


class Probe(Protocol):
    """Reads one concern of a host and says what is true of it.

    A probe only reads (experiments are the host's own), needs no root, spends milliseconds, and never fails: what
    it cannot see is an unknown fact with the reason. It consists of pure ``parse_*`` functions and a small
    function that decides.
    """

    def __call__(self, host: Host) -> Iterable[Fact]:
        """Give the facts of this concern."""
