"""Kernel options for overlay networks between hosts, for network devices, and for packet filter rules.

Source of the options: moby contrib/check-config.sh and k3s contrib/util/check-config.sh. Each is reported separately,
so that a profile requires only those it needs: Swarm needs IPVS, but no engine does (moby#43221).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.loaded import PROC_MODULES
from hostcheck.probes.network.network import installed_iptables
from hostcheck.probes.witness import settle
from hostcheck.run.model import Evidence, Fact

OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "net.ipvs": (
            *("IP_VS", "IP_VS_NFCT", "IP_VS_RR", "IP_VS_PROTO_TCP", "IP_VS_PROTO_UDP"),
            "NETFILTER_XT_MATCH_IPVS",
        ),
        "net.vxlan": ("VXLAN", "BRIDGE_VLAN_FILTERING"),
        "net.vxlan_encrypted": (
            *("CRYPTO", "CRYPTO_AEAD", "CRYPTO_GCM", "CRYPTO_SEQIV"),
            *("XFRM", "XFRM_USER", "XFRM_ALGO", "INET_ESP", "NETFILTER_XT_MATCH_BPF"),
        ),
    }
)
"""Facts that are true if all of their options are set.

The scripts also check CRYPTO_GHASH, which 7.2 no longer has: CRYPTO_GCM has always included its hash.
"""

IPV6_TABLES = "net.ipv6_tables"
_NFT6 = "NF_TABLES NF_TABLES_IPV6 NFT_COMPAT"
_MASQUERADE = "NETFILTER_XT_TARGET_MASQUERADE"

CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "net.xt": {
            "comment": ("NETFILTER_XT_MATCH_COMMENT",),
            "mark": ("NETFILTER_XT_MARK",),
            "multiport": ("NETFILTER_XT_MATCH_MULTIPORT",),
            "redirect": ("NETFILTER_XT_TARGET_REDIRECT",),
            "reject": ("IP_NF_TARGET_REJECT",),
            "statistic": ("NETFILTER_XT_MATCH_STATISTIC",),
        },
        "net.devices": {
            "dummy": ("DUMMY",),
            "ipvlan": ("IPVLAN",),
            "macvlan": ("MACVLAN",),
            "vlan": ("VLAN_8021Q",),
        },
        "net.nat_helpers": {
            "ftp": ("NF_NAT_FTP",),
            "ip_set": ("IP_SET",),
            "sctp": ("IP_SCTP",),
            "tftp": ("NF_NAT_TFTP",),
        },
        IPV6_TABLES: {
            "filter": ("IP6_NF_FILTER", _NFT6),
            "mangle": ("IP6_NF_MANGLE", _NFT6),
            "masquerade": (f"IP6_NF_TARGET_MASQUERADE {_MASQUERADE}", f"{_NFT6} {_MASQUERADE}"),
            "nat": ("IP6_NF_NAT", f"{_NFT6} NFT_NAT"),
            "raw": ("IP6_NF_RAW", _NFT6),
        },
    }
)
"""Facts whose value maps names to answers. A name is true if one of its alternatives is set. An alternative is one
option, or several that are needed together, such as those of nf_tables in place of a legacy table."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield the facts of OPTIONS and CHOICES, and net.tables."""
    config = read_config(host)
    for fact_id, options in OPTIONS.items():
        yield settle(fact_id, (config.witness(*options),), config.problem)
    for fact_id in CHOICES:
        yield choices(config, fact_id)
    yield _tables(config, installed_iptables(host))


def _tables(config: KernelConfig, iptables: Fact) -> Fact:
    """Return net.tables: which tables the installed iptables can use. nf_tables creates any table on demand.

    If its backend is unknown, or iptables is not installed, it is enough that the kernel has either backend.
    """
    legacy = {table: (f"IP_NF_{table.upper()}",) for table in ("filter", "mangle", "raw")}
    fact = _mapping(config, "net.tables", legacy)
    nft = config.witness("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT")
    if iptables.value == "legacy" or not (fact.known or nft.answer):
        return fact
    listed = fact.value if isinstance(fact.value, Mapping) else dict.fromkeys(legacy)
    halves = {table: (nft.answer, there if iptables.value != "nft" else False) for table, there in listed.items()}
    value = {table: True if True in half else None if None in half else False for table, half in halves.items()}
    reason = nft.reason or fact.reason
    return Fact("net.tables", value, reason=reason, evidence=(*iptables.evidence, nft.evidence, *fact.evidence))


def choices(config: KernelConfig, fact_id: str) -> Fact:
    """Return the fact with this id, a key of CHOICES: which of its options the kernel can use."""
    return _mapping(config, fact_id, CHOICES[fact_id])


def _mapping(config: KernelConfig, fact_id: str, named: Mapping[str, tuple[str, ...]]) -> Fact:
    asked = [*dict.fromkeys(name for options in named.values() for each in options for name in each.split())]
    value = {name: config.usable(*options) for name, options in named.items()}
    if config.path is None:
        loaded = " ".join(dict.fromkeys(config.loaded[name] for name in asked if name in config.loaded))
        shown = Evidence(PROC_MODULES, loaded, "loaded") if loaded else config.witness(*asked).evidence
        if not any(value.values()):
            return Fact.unknown(fact_id, config.problem, (shown,))
    else:
        states = " ".join(f"CONFIG_{option}={config.state(option)}" for option in asked)
        shown = Evidence(config.path, states, "options")
    blocks = [config.blocks[option] for option in asked if option in config.blocks]
    reason = next((witness.reason for witness in map(config.witness, asked) if witness.reason), "")
    return Fact(fact_id, value, reason=reason, evidence=(shown, *(block.evidence for block in blocks)))
