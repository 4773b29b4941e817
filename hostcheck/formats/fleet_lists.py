"""Hosts of a fleet for Ansible: an inventory of those that passed, and the file of ``--limit @FILE`` for a retry."""

import re
from collections.abc import Sequence

from hostcheck.fleet.gating import FleetDecision
from hostcheck.fleet.standing import Standing
from hostcheck.fleet.state import FleetHost
from hostcheck.formats.terminal import Style

_NAME = re.compile(r"(?!(?:all|ungrouped)$)[\w.][\w.-]*|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")
"""A name that is one in an inventory in INI and in a pattern: a host can call itself "a ansible_host=b", "[all:vars]",
"db[1:9]" or "!web", which would be variables, ranges or other hosts there. Else an IPv6 address."""


def ready(standing: Standing | FleetDecision, _style: Style | None = None) -> str:
    """Return an inventory in INI with the group ``ready``.

    It names hosts only: read beside the inventory that they are of, which has their variables. A host whose name would
    be read as something else is not in it.
    """
    return f"[ready]\n{_names(standing.passed)}"


def retry(standing: Standing | FleetDecision, _style: Style | None = None) -> str:
    """Return the names of the hosts without a result, one a line; not those whose name would be read as a pattern."""
    return _names(standing.left)


def _names(hosts: Sequence[FleetHost]) -> str:
    return "".join(f"{host.name}\n" for host in hosts if _NAME.fullmatch(host.name))
