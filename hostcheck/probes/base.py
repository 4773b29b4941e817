"""The interface of a probe."""

from collections.abc import Iterable
from typing import Protocol

from hostcheck.host.base import Host
from hostcheck.run.model import Fact


class Probe(Protocol):
    """A function that reads one concern of a host and returns its facts.

    It only reads; experiments are made by the ``Host``. It works without root, takes milliseconds, and raises no error:
    if it cannot read something, it returns an unknown fact with the reason. It uses pure ``parse_*`` functions, and
    decides by what they return.
    """

    def __call__(self, host: Host) -> Iterable[Fact]:
        """Return the facts of this concern."""
