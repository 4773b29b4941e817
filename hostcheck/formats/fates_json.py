"""Whether the disks or CPUs of hosts depend on each other, as JSON: schema ``hostcheck.fates/1``.

Fields are only added.
"""

from dataclasses import asdict

from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.population.fates import Fates

SCHEMA = "hostcheck.fates/1"


def render(fates: Fates, _style: Style | None = None) -> str:
    """Return each pair of hosts with its state, and the effect of each host's load on others, in seconds."""
    return dumps(
        {
            "schema": SCHEMA,
            "hosts": list(fates.hosts),
            "what": fates.what,
            "folder": fates.folder,
            "time": fates.time,
            "missing": dict(fates.missing),
            "pairs": [{"hosts": [one, other], "state": state} for one, other, state in fates.pairs()],
            "effects": [asdict(effect) for effect in fates.effects],
        }
    )
