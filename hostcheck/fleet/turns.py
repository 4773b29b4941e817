"""When each host is measured: never two of a failure domain at once, since those would measure each other."""

import random
from collections.abc import Iterable, Sequence

from hostcheck.fleet.state import Placed


class Turns:
    """The hosts that are to be measured, in random order.

    In the inventory's order, one rack would be measured in the morning and the next in the evening. Hosts without a
    failure domain may share one, so they count as one domain.
    """

    def __init__(self, hosts: Iterable[Placed], most: int, over: float) -> None:
        """Take the hosts, how many measure at the same time at the most, and over how many seconds they are spread."""
        self._waiting = list(hosts)
        random.SystemRandom().shuffle(self._waiting)
        self._most = most
        self._period = over / len(self._waiting) if self._waiting else 0.0
        self._begun = 0
        self._measuring: dict[str, str] = {}

    @property
    def waiting(self) -> bool:
        """Whether hosts have not begun."""
        return bool(self._waiting)

    def begins(self, host: Placed) -> None:
        """Take a host that measures already, since an earlier command."""
        self._measuring[host.name] = host.domain

    def due(self, seconds: float) -> Sequence[str]:
        """Return the hosts that begin now, so many seconds after the first; they count as measuring.

        Those of a busy domain wait, and hold back no other.
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
        """Take a host that measures no more."""
        self._measuring.pop(name, None)
