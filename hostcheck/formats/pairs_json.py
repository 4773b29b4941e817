"""Which hosts reach each other, as JSON: schema ``hostcheck.pairs/1``. Fields are only added."""

from dataclasses import asdict

from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.population.pairs import Pairs

SCHEMA = "hostcheck.pairs/1"


def render(pairs: Pairs, _style: Style | None = None) -> str:
    """Return each pair and direction with its ports, round trip in seconds, loss, and MTU in bytes."""
    return dumps(
        {
            "schema": SCHEMA,
            "hosts": list(pairs.hosts),
            "ports": list(pairs.ports),
            "time": pairs.time,
            "missing": dict(pairs.missing),
            "ways": [asdict(way) for way in pairs.ways],
        }
    )
