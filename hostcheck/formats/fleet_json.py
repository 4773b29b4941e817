"""The state of a fleet as JSON: schema ``hostcheck.fleet/1``. Fields are only added."""

from typing import Any

from hostcheck.fleet.host import FleetHost
from hostcheck.fleet.standing import Standing
from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps

SCHEMA = "hostcheck.fleet/1"


def render(standing: Standing, _style: Style | None = None) -> str:
    """Return each host with its state, its reason and its run file."""
    return dumps(
        {
            "schema": SCHEMA,
            "fleet": standing.fleet.name,
            "counts": {state.value: number for state, number in standing.counts.items()},
            "hosts": [_host(host) for host in standing.hosts],
        }
    )


def _host(host: FleetHost) -> dict[str, Any]:
    return {
        "name": host.name,
        "groups": list(host.placed.groups),
        "failure_domain": host.placed.domain or None,
        "provider": host.placed.provider or None,
        "state": host.state.value,
        "reason": host.reason,
        "time": host.time or None,
        "ready": dict(host.ready),
        "run": f"hosts/{host.file}" if host.file else None,
    }
