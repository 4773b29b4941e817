"""A host of a fleet: its entry in the inventory, its state, and its row in the table of ``state``."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from hostcheck.run.times import parse_time

COLUMNS = "name, groups, domain, provider, state, reason, time, file, ready"
"""The columns of a row, in the order of ``host_of_row``."""


class State(str, Enum):
    """The state of a host. DONE has a run; each of the others except PENDING has a reason.

    REFUSED: it was reached, and did not accept the user's key, password or sudo. UNREACHABLE: no connection. STUCK: the
    work there did not end by its deadline. FAILED: it ended without a result. SKIPPED: it was left out on purpose.
    PENDING: not asked yet.
    """

    DONE = "done"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    STUCK = "stuck"
    FAILED = "failed"
    SKIPPED = "skipped"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Placed:
    """The entry of a host in an inventory.

    Attributes:
        name: the name of the host.
        groups: the groups of the host, without "all" and "ungrouped".
        domain: the failure domain, from the variable ``hostcheck_failure_domain``; empty if unset.
        provider: the provider, from the variable ``hostcheck_provider``; empty if unset.
        address: the address at which peers reach the host; empty if unknown. It is not stored.
    """

    name: str
    groups: tuple[str, ...] = ()
    domain: str = ""
    provider: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class FleetHost:
    """A host of a fleet.

    Attributes:
        placed: the entry in the inventory.
        state: the result of the latest attempt.
        reason: the reason for the state in one line; empty for DONE. It is untrusted text, and is escaped when shown.
        time: the time of the run, or of the failed attempt: UTC, ISO 8601 with "Z"; empty while PENDING.
        file: the name of the latest run file; empty if there is none. If the state is not DONE, it is an earlier run's.
        ready: for each profile of that run, whether the host is ready; None if unknown.
    """

    placed: Placed
    state: State
    reason: str
    time: str
    file: str
    ready: Mapping[str, bool | None]

    @property
    def name(self) -> str:
        """The host's name in the inventory."""
        return self.placed.name


def host_of_row(row: Sequence[str]) -> FleetHost:
    """Return the host in a row of the table, whose columns are ``COLUMNS``.

    Raises:
        ValueError: if the row is damaged.
    """
    name, groups, domain, provider, state, reason, moment, file, ready = row
    if not all(isinstance(each, str) for each in row) or os.sep in file:
        raise ValueError("a row of the table is damaged")
    if moment:
        parse_time(moment)
    found, judged = json.loads(groups), json.loads(ready)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"the groups of {name} are damaged")
    if not isinstance(judged, dict) or not all(each is None or isinstance(each, bool) for each in judged.values()):
        raise ValueError(f"the readiness of {name} is damaged")
    return FleetHost(Placed(name, tuple(found), domain, provider), State(state), reason, moment, file, judged)
