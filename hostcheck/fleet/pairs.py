"""Store the results of hosts that measured each other in the folder of their fleet."""

from collections.abc import Mapping, Sequence
from typing import Any

from hostcheck.fleet.state import Fleet
from hostcheck.population.pairs import Pairs, pairs_of
from hostcheck.run.times import utc_now

_SETTING = "pairs"


def keep_pairs(fleet: Fleet, hosts: Sequence[str], ports: Sequence[str], found: Mapping[str, Any]) -> Pairs:
    """Store the hosts' answers, and return the results.

    Args:
        fleet: the fleet.
        hosts: the names of the hosts.
        ports: the ports that were asked about.
        found: for each host the JSON object that it answered; or a text: why there is no answer.

    Raises:
        FleetError: if the result cannot be written.
    """
    kept = {"hosts": list(hosts), "ports": list(ports), "time": utc_now(), "found": dict(found)}
    fleet.set(_SETTING, kept)
    return _pairs(kept)


def kept_pairs(fleet: Fleet) -> Pairs | None:
    """Return the latest results of hosts of a fleet that measured each other; None if there are none.

    Raises:
        FleetError: if the fleet cannot be read.
    """
    kept = fleet.setting(_SETTING)
    if not isinstance(kept, dict):
        return None
    return _pairs(kept)


def _pairs(kept: Mapping[str, Any]) -> Pairs:
    return pairs_of(kept["hosts"], kept["ports"], kept["time"], kept["found"])
