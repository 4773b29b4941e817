"""Facts that change on a machine from one moment to the next, whoever looks."""

from collections.abc import Mapping
from typing import TypeVar

MOVING = (
    "cgroup.delegated",
    "hw.cpu_mhz",
    "hw.memory_available_bytes",
    "hw.steal_percent",
    "net.conntrack.used_percent",
    "net.ports.busy",
    "net.ports.holders",
    "net.ports.addresses",
    "net.route_conflict",
    "net.rtt_ms",
)
FREE = (".free_bytes", ".free_inodes_percent")
"""How the facts about the free room of a file system end."""

Given = TypeVar("Given")


def moves(fact: str) -> bool:
    """Whether two audits of one machine may differ in this fact."""
    return fact in MOVING or fact.endswith(FREE)


def settled(facts: Mapping[str, Given]) -> dict[str, Given]:
    """Leave out the facts in which two audits of one machine may differ."""
    return {name: fact for name, fact in facts.items() if not moves(name)}
