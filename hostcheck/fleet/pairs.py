"""What hosts of a fleet found of each other, as its folder keeps it."""

from collections.abc import Mapping, Sequence
from typing import Any

from hostcheck.fleet.state import Fleet
from hostcheck.population.pairs import Pairs, pairs_of
from hostcheck.run.times import utc_now

_SETTING = "pairs"


def keep_pairs(fleet: Fleet, hosts: Sequence[str], ports: Sequence[str], found: Mapping[str, Any]) -> Pairs:
    """Keep what hosts answered, or as text why they did not, and return what it says.

    Raises:
        FleetError: when it cannot be written.
    """
    kept = {"hosts": list(hosts), "ports": list(ports), "time": utc_now(), "found": dict(found)}
    fleet.set(_SETTING, kept)
    return _pairs(kept)


def kept_pairs(fleet: Fleet) -> Pairs | None:
    """Return what hosts of a fleet found of each other the last time; None where they were not asked.

    Raises:
        FleetError: when the fleet cannot be read.
    """
    kept = fleet.setting(_SETTING)
    if not isinstance(kept, dict):
        return None
    return _pairs(kept)


def _pairs(kept: Mapping[str, Any]) -> Pairs:
    return pairs_of(kept["hosts"], kept["ports"], kept["time"], kept["found"])
