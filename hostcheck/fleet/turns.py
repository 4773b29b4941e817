"""The order in which hosts are measured: never two of a failure domain at once, since they would disturb each other."""

import random
from collections.abc import Iterable, Sequence

from hostcheck.fleet.host import Placed


class Turns:
    """The hosts that are still to be measured, in random order.

    In the inventory's order, one rack would be measured in the morning and the next in the evening. Hosts without a
    failure domain may share one, so they are treated as one domain.
    """

    def __init__(self, hosts: Iterable[Placed], most: int, over: float) -> None:
        """Shuffle the hosts.

        Args:
            hosts: the hosts.
            most: maximum number of hosts that measure at the same time.
            over: seconds over which the starts are spread; 0 to start each as soon as possible.
        """
        self._waiting = list(hosts)
        random.SystemRandom().shuffle(self._waiting)
        self._most = most
        self._period = over / len(self._waiting) if self._waiting else 0.0
        self._begun = 0
        self._measuring: dict[str, str] = {}

    @property
    def waiting(self) -> bool:
        """Whether a host has not begun."""
        return bool(self._waiting)

    def begins(self, host: Placed) -> None:
        """Add a host that an earlier command has started, and that still measures."""
        self._measuring[host.name] = host.domain

    def due(self, seconds: float) -> Sequence[str]:
        """Return the hosts that begin now, and mark them as measuring.

        A host whose domain is busy waits, and does not delay hosts of other domains.

        Args:
            seconds: the time since the first host began.
        """
        found: list[str] = []
        busy = {*self._measuring.values()}
        for host in list(self._waiting):
            if len(self._measuring) >= self._most or self._begun * self._period > seconds:
                break
            if host.domain not in busy:
                busy.add(host.domain)
                self._waiting.remove(host)
                self._measuring[host.name] = host.domain
                self._begun += 1
                found.append(host.name)
        return found

    def ended(self, name: str) -> None:
        """Mark a host as no longer measuring."""
        self._measuring.pop(name, None)
