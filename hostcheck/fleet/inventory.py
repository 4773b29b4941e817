"""Read the hosts of an inventory by Ansible: their groups, and the variables with their failure domains.

A play reports them, so that the user's inventory plugins, patterns and templates apply. It connects to no host.
"""

from typing import Any

from hostcheck.errors import UsageError
from hostcheck.fleet.ansible import Ansible
from hostcheck.fleet.host import Placed

DOMAIN = "hostcheck_failure_domain"
PROVIDER = "hostcheck_provider"
ADDRESS = "hostcheck_peer_address"


def _text(variable: str) -> str:
    """Return a Jinja expression for a variable as text. Its result is empty if the variable is undefined or null."""
    value = f"hostvars[each].{variable} | default('')"
    return f"('' if ({value}) is none else {value} | string)"


_HOSTS = (
    "{% set found = namespace(all=[]) %}"
    "{% for each in ansible_play_hosts_all %}"
    "{% set found.all = found.all + [[each, hostvars[each].group_names, "
    f"{_text(DOMAIN)}, {_text(PROVIDER)}, {_text(ADDRESS)} or {_text('ansible_host')} or each]] %}}"
    "{% endfor %}{{ found.all | to_json | b64encode }}"
)
_PLAY: dict[str, Any] = {
    "name": "hosts of the inventory",
    "hosts": "all",
    "gather_facts": False,
    "tasks": [
        {
            "name": "list them",
            "run_once": True,
            "ansible.builtin.debug": {"var": "hostcheck_hosts"},
            "vars": {"hostcheck_hosts": _HOSTS},
        }
    ],
}


def hosts_of(ansible: Ansible, limit: str | None) -> tuple[Placed, ...]:
    """Return the hosts of the inventory, in its order.

    Args:
        ansible: the runner of plays.
        limit: the user's pattern of hosts; None for all.

    Raises:
        UsageError: if there is no such host.
        CannotMeasureError: if Ansible cannot read the inventory.
    """
    rows = ansible.hosts(_PLAY, limit)
    if not rows:
        raise UsageError(
            "the inventory has no host" if limit is None else f"the inventory has no host that matches {limit}",
            remedy="ansible-inventory --graph shows what it has",
        )
    return tuple(
        Placed(str(name), tuple(sorted({*map(str, groups)} - {"ungrouped"})), str(domain), str(provider), str(address))
        for name, groups, domain, provider, address in rows
    )
