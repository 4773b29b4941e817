"""The modules that the running kernel has loaded. They prove kernel options, also in a container on that kernel."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from hostcheck.host.base import Host
from hostcheck.host.numbers import is_whole
from hostcheck.probes.kernel.modprobe import MODULES

PROC_MODULES = "/proc/modules"
_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "NETFILTER_XT_TARGET_MASQUERADE": ("ipt_MASQUERADE",),
        "NFT_NAT": ("nft_chain_nat", "nft_chain_nat_ipv4"),
        "NF_TABLES_INET": ("nft_fib_inet", "nft_reject_inet"),
        "NF_TABLES_IPV4": ("nft_chain_nat", "nft_chain_nat_ipv4", "nf_tables_ipv4"),
    }
)
"""Further modules that prove an option, in addition to the one that the option builds.

nft_chain_nat is loaded for the first nat table of a family that is built in. Source: linux net/netfilter/Makefile and
nft_chain_nat.c.
"""


def parse_modules(text: str) -> frozenset[str]:
    """Parse /proc/modules (proc_modules(5)): the modules that are loaded, without those that are being (un)loaded."""
    rows = (line.split() for line in text.splitlines())
    return frozenset(row[0] for row in rows if len(row) > 4 and row[4] == "Live")


def uses(text: str) -> Mapping[str, int]:
    """Parse /proc/modules: how many users, such as rules, each loaded module has (third field, proc_modules(5))."""
    rows = (line.split() for line in text.splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 4 and row[4] == "Live" and is_whole(row[2])}


def loaded_options(host: Host) -> Mapping[str, str]:
    """Return the options that a loaded or built-in module proves: option to module. /sys/module lists both."""
    listed = _parse(host.read(PROC_MODULES).text or "")
    found: dict[str, str] = {}
    for option in (*MODULES, *_ALSO):
        proof = next(
            (name for name in _modules_of(option) if name in listed or host.exists(f"/sys/module/{name}")), None
        )
        if proof is not None:
            found[option] = proof
    return MappingProxyType(found)


def state_without_configuration(host: Host, option: str) -> Literal["loaded", "builtin"] | None:
    """Return how the running kernel has an option: as a loaded module, or built in.

    /sys/module lists both. A module that is only in /sys/module is built in. If the kernel has no /proc/modules, all
    are built in, because such a kernel cannot load modules (CONFIG_MODULES).

    Returns:
        "loaded" or "builtin"; None if nothing shows the option, or /proc/modules cannot be read.
    """
    names = _modules_of(option)
    listing = host.read(PROC_MODULES)
    if _parse(listing.text or "") & set(names):
        return "loaded"
    is_complete = listing.text is not None or (listing.failure == "absent" and host.proves_absence)
    return "builtin" if is_complete and any(host.exists(f"/sys/module/{name}") for name in names) else None


def _modules_of(option: str) -> tuple[str, ...]:
    return (*((MODULES[option],) if option in MODULES else ()), *_ALSO.get(option, ()))


_parse = lru_cache(maxsize=2)(parse_modules)
