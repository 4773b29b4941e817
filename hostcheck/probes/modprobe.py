"""What keeps a module of the kernel from being loaded: rules for modprobe, the kernel's parameters, and its switch.

Sources: modprobe.d(5); https://docs.kernel.org/admin-guide/kernel-parameters.html (module_blacklist=, nomodule);
https://docs.kernel.org/admin-guide/sysctl/kernel.html (modules_disabled);
https://docs.kernel.org/admin-guide/module-signing.html; kernel_lockdown(7).

Whoever hardens a host by the CIS Benchmarks writes such rules, for overlay and sctp among others.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from hostcheck.host.base import Host
from hostcheck.run.model import Evidence

MODULES: Mapping[str, str] = MappingProxyType(
    {
        **{name: name.lower() for name in ("BRIDGE", "VETH", "VXLAN", "DUMMY", "IPVLAN", "MACVLAN", "NF_NAT")},
        **{name: name.lower() for name in ("NF_TABLES", "NFT_COMPAT", "NFT_NAT")},
        **{name: name.lower() for name in ("IP_SET", "IP_VS", "IP_VS_RR", "NF_NAT_FTP", "NF_NAT_TFTP")},
        **{name: name.lower() for name in ("XFRM_ALGO", "XFRM_USER", "UNIX_DIAG", "INET_DIAG", "NETLINK_DIAG")},
        **{f"IP_NF_{name}": f"iptable_{name.lower()}" for name in ("FILTER", "MANGLE", "NAT", "RAW")},
        **{f"IP6_NF_{name}": f"ip6table_{name.lower()}" for name in ("FILTER", "MANGLE", "NAT", "RAW")},
        **{
            f"NETFILTER_XT_MATCH_{name}": f"xt_{name.lower()}"
            for name in ("ADDRTYPE", "BPF", "COMMENT", "CONNTRACK", "IPVS", "MULTIPORT", "STATISTIC")
        },
        "AUFS_FS": "aufs",
        "BLK_DEV_DM": "dm_mod",
        "BRIDGE_NETFILTER": "br_netfilter",
        "BTRFS_FS": "btrfs",
        "DM_THIN_PROVISIONING": "dm_thin_pool",
        "INET_ESP": "esp4",
        "IP_NF_TARGET_REJECT": "ipt_REJECT",
        "IP_SCTP": "sctp",
        "NETFILTER_XT_MARK": "xt_mark",
        "NETFILTER_XT_TARGET_MASQUERADE": "xt_MASQUERADE",
        "NETFILTER_XT_TARGET_REDIRECT": "xt_REDIRECT",
        "OVERLAY_FS": "overlay",
        "PACKET_DIAG": "af_packet_diag",
        "VLAN_8021Q": "8021q",
    }
)
"""Options of the kernel that engines ask for, and the module that each builds."""

_KNOWN = frozenset(MODULES.values())
_FOLDERS = ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
_SWITCH = "/proc/sys/kernel/modules_disabled"
_SIGNATURES = {
    "/sys/module/module/parameters/sig_enforce": ("Y",),
    "/sys/kernel/security/lockdown": ("[integrity]", "[confidentiality]"),
}
"""Where the kernel tells that it asks for signatures, and by which words."""
_NOTHING = frozenset({"true", "false", ":"})
"""Commands that load nothing."""

Kind = Literal["install", "blacklist"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What keeps a module out.

    Attributes:
        firm: True where nothing loads it; False where modprobe does that is given its name, but the kernel does not by
            itself; None where the rules could not be read.
        evidence: the rule.
        reason: what to do where it is not firm.
    """

    firm: bool | None
    evidence: Evidence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """All that keeps modules out.

    Attributes:
        every: what keeps out all that are not loaded.
        named: what keeps one out, by its name.
        unread: rules that could not be read: they may keep out any.
    """

    every: Bar | None = None
    named: Mapping[str, Bar] = field(default_factory=dict)
    unread: Bar | None = None

    def of(self, module: str) -> Bar | None:
        """Give what keeps a module out that is not loaded; the firmest."""
        named = self.named.get(module)
        return self.every or (named if named and named.firm else self.unread or named)


def parse_rules(text: str) -> Mapping[str, tuple[Kind, str]]:
    """Parse a file of modprobe.d: the modules that it keeps out, how, and the line that says so."""
    rules: dict[str, tuple[Kind, str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        words = line.split()
        if words[:1] == ["blacklist"] and len(words) > 1:
            rules.setdefault(_name(words[1]), ("blacklist", " ".join(words[:2])))
        elif words[:1] == ["install"] and len(words) > 2 and posixpath.basename(words[2]) in _NOTHING:
            rules[_name(words[1])] = ("install", " ".join(words))
    return rules


_parsed = lru_cache(maxsize=64)(parse_rules)


def read_bars(host: Host) -> Bars:
    """Find what keeps modules out."""
    named: dict[str, Bar] = {}
    cmdline = host.read("/proc/cmdline")
    every = _switched_off(host)
    for word in (cmdline.text or "").split():
        option, _, value = word.partition("=")
        # kmod takes "-" for "_" in its own parameter's name too.
        if option in {"module_blacklist", "modprobe.blacklist"}:
            firm = option == "module_blacklist"
            for module in _KNOWN.intersection(map(_name, value.split(","))):
                _keep(named, module, _bar(firm=firm, module=module, evidence=cmdline.evidence("against", word)))
        elif word == "nomodule":
            every = Bar(firm=True, evidence=cmdline.evidence("against: no module may be loaded", word))
    unread: Bar | None = None
    for path in _files(host):
        reading = host.read(path)
        if reading.text is None:
            reason = f"{path} could not be read ({reading.error or reading.failure}), and may keep it out: run as root"
            unread = Bar(None, reading.evidence("silent: not readable"), reason)
            continue
        rules = _parsed(reading.text)
        for module in _KNOWN.intersection(rules):
            kind, line = rules[module]
            _keep(
                named, module, _bar(firm=kind == "install", module=module, evidence=reading.evidence("against", line))
            )
    return Bars(every, named, unread)


def unsigned_bar(host: Host, module: str) -> Bar | None:
    """Tell whether a module from outside of the kernel's tree is kept out unless its signature is one the kernel knows.

    Its own modules are signed where it asks for that: it could not start without them.
    """
    for path, words in _SIGNATURES.items():
        reading = host.read(path)
        if set(words) & set((reading.text or "").split()):
            reason = (
                f"the kernel loads signed modules only, and {module} is not of its own: see modinfo -F signer {module}"
            )
            return Bar(None, reading.evidence("silent: only modules that are signed are loaded"), reason)
    return None


def _keep(named: dict[str, Bar], module: str, bar: Bar) -> None:
    if module not in named or (bar.firm and not named[module].firm):
        named[module] = bar


def _bar(*, firm: bool, module: str, evidence: Evidence) -> Bar:
    if firm:
        return Bar(firm, Evidence(evidence.source, evidence.value, f"against: {module} is blocked, and never loaded"))
    says = f"silent: {module} is not loaded by itself, only by name"
    reason = f"{module} is blocked by {evidence.value!r} of {evidence.source} unless it is loaded by name: "
    remedy = f"modprobe {module} and audit again, or remove the line"
    return Bar(firm, Evidence(evidence.source, evidence.value, says), reason + remedy)


def _switched_off(host: Host) -> Bar | None:
    reading = host.read(_SWITCH)
    if (reading.text or "").strip() != "1":
        return None
    return Bar(firm=True, evidence=reading.evidence("against: no module may be loaded until the host restarts"))


def _files(host: Host) -> Iterator[str]:
    """Give the files of rules; of two with one name the first folder's counts (modprobe.d(5))."""
    seen: set[str] = set()
    for folder in _FOLDERS:
        for name in host.listdir(f"{folder}/modprobe.d") or ():
            if name.endswith(".conf") and name not in seen:
                seen.add(name)
                yield f"{folder}/modprobe.d/{name}"


def _name(word: str) -> str:
    """Give a module's name as the kernel does: modprobe takes "-" for "_"."""
    return word.replace("-", "_")
