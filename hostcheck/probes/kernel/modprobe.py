"""What blocks kernel modules from being loaded: modprobe.d, kernel parameters, sysctls (modules_disabled, modprobe).

Sources: modprobe.d(5), kmod libkmod/libkmod-module.c (an install line has a pattern, the first line that matches is
used, and those for a module's dependencies are run too);
https://docs.kernel.org/admin-guide/kernel-parameters.html (module_blacklist=, nomodule);
https://docs.kernel.org/admin-guide/sysctl/kernel.html (modules_disabled, modprobe);
https://docs.kernel.org/admin-guide/module-signing.html; kernel_lockdown(7).

The CIS Benchmarks recommend such rules, for overlay and sctp among others.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from hostcheck.host.base import Host
from hostcheck.probes.kernel.sharing import in_first_pid_namespace
from hostcheck.probes.paths import resolve
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence

MODULES: Mapping[str, str] = MappingProxyType(
    {
        **{name: name.lower() for name in ("BRIDGE", "VETH", "VXLAN", "DUMMY", "IPVLAN", "MACVLAN", "NF_NAT")},
        **{name: name.lower() for name in ("NF_TABLES", "NFT_COMPAT", "NFT_CT", "NFT_FIB_INET", "NFT_MASQ", "NFT_NAT")},
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
"""Kernel options that engines need, and the module that each builds."""

_KNOWN = frozenset(MODULES.values())
_FOLDERS = ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
_SWITCH = "/proc/sys/kernel/modules_disabled"
_LOADER = "/proc/sys/kernel/modprobe"
_DEFAULT_LOADER = "/sbin/modprobe"
_SIGNATURES = {
    "/sys/module/module/parameters/sig_enforce": ("Y",),
    "/sys/kernel/security/lockdown": ("[integrity]", "[confidentiality]"),
}
"""Files that show whether the kernel requires signed modules, and the words that mean that it does."""
_NOTHING = frozenset({"true", "false", ":", "exit", "echo", "logger", "null"})
"""Programs, and /dev/null, that load no module."""
_LOADS = r"\b(?:modprobe|insmod|kmod)\b"
_PATTERN = frozenset("*?[")

Kind = Literal["install", "blacklist", "loads", "unclear"]
"""What a rule does. "install": a command that loads nothing; "loads": a command that loads the module; "unclear": a
command that may load it; "blacklist": the module is not loaded on demand."""


class ModuleBlock(NamedTuple):
    """A rule that blocks a module.

    Attributes:
        firm: True if the module is never loaded; False if the kernel does not load it on demand, but modprobe does by
            name; None if it is unknown whether the module is blocked.
        evidence: the rule.
        reason: why it is not certain that the module is blocked, and what to do, if ``firm`` is not True.
    """

    firm: bool | None
    evidence: Evidence
    reason: str = ""


class ModuleBlocks(NamedTuple):
    """All rules that block modules.

    Attributes:
        every: a rule that blocks every module which is not loaded yet.
        named: rules by the name of the module, or by the pattern of an install line.
        unread: a block by a file that could not be read, and may block any module: a file of rules, or the setting
            that names the program which loads modules.
    """

    every: ModuleBlock | None = None
    named: Mapping[str, ModuleBlock] = MappingProxyType({})
    unread: ModuleBlock | None = None

    def of(self, module: str) -> ModuleBlock | None:
        """Return the strictest rule that blocks a module; None if none does. A loaded module is not affected by it."""
        named = self._named(module)
        return self.every or (named if named and named.firm else self.unread or named)

    def of_dependency(self, modules: Iterable[str]) -> ModuleBlock | None:
        """Return a rule by which one of these modules is never loaded, and so no module that depends on it; else None.

        A blacklist does not block a dependency, since it is loaded by its name.
        """
        named = (self._named(module) for module in modules) if self.named else ()
        return next((block for block in named if block and block.firm), None)

    def _named(self, module: str) -> ModuleBlock | None:
        patterns = (name for name in self.named if not _PATTERN.isdisjoint(name) and fnmatchcase(module, name))
        return self.named.get(module) or next((self.named[name] for name in patterns), None)


def parse_rules(text: str) -> Mapping[str, tuple[Kind, str]]:
    """Parse a file of modprobe.d: for each module, or pattern of an install line, what its rule does, and the line."""
    rules: dict[str, tuple[Kind, str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        words = line.split()
        if words[:1] == ["blacklist"] and len(words) > 1:
            rules.setdefault(_name(words[1]), ("blacklist", " ".join(words[:2])))
        elif words[:1] == ["install"] and len(words) > 2:
            name = _name(words[1])
            if rules.get(name, ("blacklist",))[0] == "blacklist":
                rules[name] = (_install(words[2:]), " ".join(words))
    return rules


def _install(command: Sequence[str]) -> Kind:
    """Return the kind of an install command. A shell runs it, so it may contain several commands."""
    if re.search(_LOADS, " ".join(command)):
        return "loads"
    return "install" if posixpath.basename(command[0].rstrip(";")) in _NOTHING else "unclear"


_parsed = lru_cache(maxsize=64)(parse_rules)


def read_blocks(host: Host) -> ModuleBlocks:
    """Read all rules that block modules."""
    named: dict[str, ModuleBlock] = {}
    cmdline = host.read("/proc/cmdline")
    every = _switched_off(host) or _no_loader(host)
    for word in (cmdline.text or "").split():
        option, _, value = word.partition("=")
        # kmod accepts "-" for "_" in the value of its parameter.
        if option in {"module_blacklist", "modprobe.blacklist"}:
            firm = option == "module_blacklist"
            for module in _KNOWN.intersection(map(_name, value.split(","))):
                _keep(named, module, _block(firm=firm, module=module, evidence=cmdline.evidence("against", word)))
        elif word == "nomodule":
            every = ModuleBlock(firm=True, evidence=cmdline.evidence("against: no module may be loaded", word))
    unread = _unread_loader(host)
    installs: dict[str, ModuleBlock | None] = {}
    for path in _files(host):
        reading = host.read(path)
        if reading.text is None:
            reason = unread_reason(reading, ", and may block it")
            unread = ModuleBlock(None, reading.evidence("silent: not readable"), reason)
            continue
        rules = _parsed(reading.text)
        for name, (kind, line) in rules.items():
            if kind == "blacklist":
                if name in _KNOWN:
                    _keep(named, name, _block(firm=False, module=name, evidence=reading.evidence("against", line)))
            elif name not in installs:
                installs[name] = _of_install(kind, name, reading.evidence("against", line))
    for name, block in installs.items():
        if block is not None:
            _keep(named, name, block)
    return ModuleBlocks(every, named, unread)


def unsigned_block(host: Host, module: str) -> ModuleBlock | None:
    """Return a block for an out-of-tree module if the kernel loads only modules with a signature that it trusts.

    In-tree modules are always signed if the kernel requires it: it could not boot without them.
    """
    for path, words in _SIGNATURES.items():
        reading = host.read(path)
        if set(words) & set((reading.text or "").split()):
            reason = (
                f"the kernel loads signed modules only, and {module} is out-of-tree: see modinfo -F signer {module}"
            )
            return ModuleBlock(None, reading.evidence("silent: only signed modules are loaded"), reason)
    return None


def _keep(named: dict[str, ModuleBlock], module: str, block: ModuleBlock) -> None:
    if module not in named or (block.firm and not named[module].firm):
        named[module] = block


def _block(*, firm: bool, module: str, evidence: Evidence) -> ModuleBlock:
    if firm:
        return ModuleBlock(firm, Evidence(evidence.source, evidence.value, f"against: {module} is never loaded"))
    says = f"silent: {module} is not loaded on demand, only by name"
    reason = f"{module} is blocked by {evidence.value!r} of {evidence.source} unless it is loaded by name: "
    remedy = f"modprobe {module} and audit again, or remove the line"
    return ModuleBlock(firm, Evidence(evidence.source, evidence.value, says), reason + remedy)


def _of_install(kind: Kind, name: str, evidence: Evidence) -> ModuleBlock | None:
    if kind == "loads":
        return None
    if kind == "install":
        return _block(firm=True, module=name, evidence=evidence)
    says = f"silent: the program that loads {name} may not load it"
    reason = f"{evidence.value!r} of {evidence.source} runs another program to load {name}: modprobe it and audit again"
    return ModuleBlock(None, Evidence(evidence.source, evidence.value, says), reason)


def _switched_off(host: Host) -> ModuleBlock | None:
    reading = host.read(_SWITCH)
    if (reading.text or "").strip() != "1":
        return None
    return ModuleBlock(firm=True, evidence=reading.evidence("against: no module may be loaded until the host restarts"))


def _no_loader(host: Host) -> ModuleBlock | None:
    """Return a block if the program that loads modules on demand for the kernel is unset, a no-op, or missing.

    The kernel looks for it in the initial namespaces, so its absence in a container proves nothing. If a
    capture lacks the setting, the kernel's default is assumed, except on distributions that set another one. Source:
    https://docs.kernel.org/admin-guide/sysctl/kernel.html (modprobe); linux init/Kconfig (MODPROBE_PATH).
    """
    reading = host.read(_LOADER)
    if reading.text is None and (reading.failure == "absent" or _sets_a_loader(host)):
        return None
    path = _DEFAULT_LOADER if reading.text is None else reading.text.strip()
    if not path:
        why = "against: it is empty, so nothing is loaded on demand"
    elif posixpath.basename(path) in _NOTHING:
        why = "against: it loads nothing"
    elif host.proves_absence and host.exists(resolve(host, path)) is False and in_first_pid_namespace(host):
        why = "against: the file does not exist, so nothing is loaded on demand"
    else:
        return None
    return ModuleBlock(firm=True, evidence=reading.evidence(why, path or "(empty)"))


def _sets_a_loader(host: Host) -> bool:
    """Whether this is a distribution that sets another loader than the kernel's default when it boots: NixOS, Guix."""
    return any(host.exists(path) is True for path in ("/run/current-system", "/nix/store", "/gnu/store"))


def _unread_loader(host: Host) -> ModuleBlock | None:
    """Return an uncertain block if the setting that names the loader could not be read or was not captured."""
    reading = host.read(_LOADER)
    if reading.text is not None or reading.failure == "absent":
        return None
    why = reading.error or reading.failure
    reason = f"{_LOADER} could not be read ({why}), and may name no loader: audit the host as root, or capture it again"
    return ModuleBlock(None, reading.evidence("silent: not readable"), reason)


def _files(host: Host) -> Iterator[str]:
    """Yield the files of rules, sorted by name.

    If folders have files with equal names, only the file in the first folder of _FOLDERS is used (modprobe.d(5)).
    """
    found: dict[str, str] = {}
    for folder in _FOLDERS:
        for name in host.listdir(f"{folder}/modprobe.d") or ():
            if name.endswith(".conf"):
                found.setdefault(name, f"{folder}/modprobe.d/{name}")
    return (found[name] for name in sorted(found))


def _name(word: str) -> str:
    """Return the name of a module as the kernel writes it: modprobe accepts "-" for "_"."""
    return word.replace("-", "_")
