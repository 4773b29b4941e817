"""Hosts of a fleet for Ansible: an inventory of those that passed, and the file of ``--limit @FILE`` for a retry."""

from collections.abc import Sequence

from hostcheck.fleet.gating import FleetDecision
from hostcheck.fleet.standing import Standing
from hostcheck.fleet.state import FleetHost
from hostcheck.formats.terminal import Style


def ready(standing: Standing | FleetDecision, _style: Style | None = None) -> str:
    """Return an inventory in INI with the group ``ready``.

    It names hosts only: read beside the inventory that they are of, which has their variables.
    """
    return f"[ready]\n{_names(standing.passed)}"


def retry(standing: Standing | FleetDecision, _style: Style | None = None) -> str:
    """Return the names of the hosts without a result, one a line."""
    return _names(standing.left)


def _names(hosts: Sequence[FleetHost]) -> str:
    return "".join(f"{host.name}\n" for host in hosts if "\n" not in host.name)
