"""Count running containers, network interfaces, NAT rules and mounts. The more there are, the longer a launch takes."""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hostcheck.host.mounts import own_mounts
from hostcheck.host.programs import run_program

_INTERFACES = Path("/sys/class/net")
_SECONDS = 5.0
_LEGACY_TABLES = Path("/proc/net/ip_tables_names")
_SYMBOLS = Path("/proc/kallsyms")
_OF_NF_TABLES = "nft_do_chain"
"""A function of nf_tables, by which a kernel with nf_tables is recognised.

/sys/module does not list nf_tables if it is built in.
"""


def surroundings(containers: int) -> Mapping[str, int | None]:
    """Return how many running containers, network interfaces, NAT rules and mounts there are.

    Interfaces, rules and mounts are those of the namespaces of this process. A number that cannot be read is None.

    Args:
        containers: number of containers that run in the engine.
    """
    return {
        "containers": containers,
        "interfaces": _count_interfaces(),
        "nat_rules": count_nat_rules(),
        "mounts": len(own_mounts()),
    }


def count_nat_rules() -> int | None:
    """Return the number of NAT rules of iptables and nftables; None if it cannot be determined.

    A program runs only if the kernel module that it uses is loaded or built in: otherwise it would load the module.
    """
    has_nf_tables = _has_nf_tables()
    try:
        tables = _LEGACY_TABLES.read_text(encoding="ascii").split()
    except FileNotFoundError:
        tables = []
    except OSError:
        return None
    if has_nf_tables is None:
        return None
    listed = [_output("iptables-legacy-save", "-t", "nat")] if "nat" in tables else []
    counts = [None if text is None else count_iptables(text) for text in listed]
    if has_nf_tables:
        by_iptables, own = _output("iptables-nft-save", "-t", "nat"), _output("nft", "-j", "list", "ruleset")
        known = [count_iptables(by_iptables)] if by_iptables is not None else []
        known += [count_nftables(own)] if own is not None else []
        counts.append(sum(known) if known else None)
    return None if None in counts else sum(filter(None, counts))


@cache
def _has_nf_tables() -> bool | None:
    """Return whether the kernel has nf_tables, built in or loaded; None if its symbols cannot be read."""
    try:
        with _SYMBOLS.open(encoding="ascii", errors="replace") as symbols:
            return any(_OF_NF_TABLES in line for line in symbols)
    except OSError:
        return None


def _output(*argv: str) -> str | None:
    return run_program(argv, _SECONDS).text


def count_iptables(text: str) -> int:
    """Return the number of rules in the output of iptables-save(8)."""
    return sum(line.startswith("-A ") for line in text.splitlines())


def count_nftables(text: str) -> int:
    """Return the number of rules in tables with a chain of type nat, in the output of ``nft -j list ruleset``.

    Tables that iptables-nft manages are left out: iptables-nft-save lists them.

    Source: libnftables-json(5).
    """
    try:
        listed = json.loads(text).get("nftables", [])
    except (ValueError, AttributeError):
        return 0
    items = [item for item in listed if isinstance(item, dict)]
    chains = [item["chain"] for item in items if isinstance(item.get("chain"), dict)]
    tables = {(chain.get("family"), chain.get("table")) for chain in chains if chain.get("type") == "nat"}
    tables -= {("ip", "nat"), ("ip6", "nat")}
    rules = [item["rule"] for item in items if isinstance(item.get("rule"), dict)]
    return sum((rule.get("family"), rule.get("table")) in tables for rule in rules)


def _count_interfaces() -> int | None:
    try:
        return len(os.listdir(_INTERFACES))  # noqa: PTH208 - a number of names, not of paths
    except OSError:
        return None
