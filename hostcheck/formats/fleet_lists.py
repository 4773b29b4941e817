"""Lists of hosts for Ansible: an inventory of hosts that passed, and a file for ``--limit @FILE`` to retry others."""

import re
from collections.abc import Sequence

from hostcheck.fleet.gating import FleetDecision
from hostcheck.fleet.host import FleetHost
from hostcheck.fleet.standing import Standing
from hostcheck.formats.terminal import Style

_NAME = re.compile(r"(?!(?:all|ungrouped)$)[\w.][\w.-]*|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")
"""A pattern for names that are safe in an INI inventory and in a pattern of Ansible. A host may name itself "a
ansible_host=b", "[all:vars]", "db[1:9]" or "!web", which would mean variables, ranges or other hosts. IPv6 addresses
match too."""


def ready(standing: Standing | FleetDecision, _style: Style | None = None) -> str:
    """Return an inventory in INI with the group ``ready``.

    The inventory contains only names. Use it together with the hosts' own inventory, which has their variables. Hosts
    with unsafe names are left out.
    """
    return f"[ready]\n{_names(standing.passed)}"


def retry(standing: Standing | FleetDecision, _style: Style | None = None) -> str:
    """Return the names of the hosts without a result, one on each line. Hosts with unsafe names are left out."""
    return _names(standing.left)


def _names(hosts: Sequence[FleetHost]) -> str:
    return "".join(f"{host.name}\n" for host in hosts if _NAME.fullmatch(host.name))
