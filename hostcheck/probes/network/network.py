"""What container networks need: bridge, veth, NAT with its two iptables backends, forwarding.

Each backend needs its own options: the legacy tables (IP_NF_*) do not prove that iptables-nft works, and nf_tables does
not prove that iptables-legacy works (k3s#14074). Monolithic kernels list few of their features in /sys/module, so
absence there proves nothing (nomad#10902).
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hostcheck.host.base import Host
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.loaded import PROC_MODULES, uses
from hostcheck.probes.paths import other_folders, resolve
from hostcheck.probes.readings import undetermined, unread_reason
from hostcheck.probes.trials import attempt, judge_trial
from hostcheck.probes.witness import Witness, against, present, settle
from hostcheck.run.model import Evidence, Fact

_FORWARD = "/proc/sys/net/ipv4/ip_forward"
_BRIDGE_CALLS = "/proc/sys/net/bridge/bridge-nf-call-iptables"
_IPTABLES = ("/usr/sbin/iptables", "/sbin/iptables", "/usr/local/sbin/iptables", "/usr/bin/iptables")

# NixOS and Guix have it. Their packages name the paths of the programs that they run, which are in no usual folder.
_OF_STORE = "/run/current-system"

LEGACY = ("NF_NAT", "IP_NF_NAT", "IP_NF_FILTER", "NETFILTER_XT_TARGET_MASQUERADE")
NFT = ("NF_NAT", "NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT", "NETFILTER_XT_TARGET_MASQUERADE")
"""LEGACY and NFT: the options that each backend needs.

iptables-nft also uses MASQUERADE of xtables, through NFT_COMPAT, and NFT_NAT for the chains of its nat table: found by
removing modules from guests with Linux 6.1 and 7.2, with iptables 1.8.9 and 1.8.13. NFT_MASQ and NFT_CT are for rules
of nft(8). Sources: moby contrib/check-config.sh; linux net/netfilter/Kconfig and Makefile (nft_chain_nat).
"""

_MASQUERADES = ("xt_MASQUERADE", "ipt_MASQUERADE")
_CARRIERS = {"legacy": "iptable_nat", "nft": "nft_compat"}
"""The module through which the rules of each backend use the masquerade target."""

_DEVICES = {"bridge": "BRIDGE", "veth": "VETH"}
"""Kinds of devices that connect containers, and the option of each. The kind is also the name of the module."""

MATCHES = ("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK")
"""Matches that Docker's rules use, with either backend."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.bridge, net.veth, net.bridge_netfilter, net.xt_match, net.iptables, net.nat* and net.ip_forward."""
    config = read_config(host)
    made = _links(host, config)
    for kind, option in _DEVICES.items():
        tried = judge_trial(f"creating a {kind} device", made.get(kind), "created in a new network namespace")
        loaded = present(host, f"/sys/module/{kind}", "for: the running kernel has it")
        yield settle(f"net.{kind}", (tried, loaded, config.witness(option)), config.problem)
    yield settle(
        "net.bridge_netfilter",
        (present(host, _BRIDGE_CALLS, "for: the running kernel has it"), config.witness("BRIDGE_NETFILTER")),
        config.problem,
    )
    yield settle("net.xt_match", (_matches(host), config.witness(*MATCHES)), config.problem)
    binary = installed_iptables(host)
    used = uses(host.read(PROC_MODULES).text or "")
    in_use = {backend: _masquerades(used, backend) for backend in _CARRIERS}
    legacy = settle("net.nat.legacy", (_nat_table(host), in_use["legacy"], config.witness(*LEGACY)), config.problem)
    nft = settle("net.nat.nft", (in_use["nft"], config.witness(*NFT)), config.problem)
    yield from (binary, legacy, nft, _nat(_rule(host, config, binary), binary, legacy, nft))
    yield _forward(host)


def backend_of(path: str) -> str | None:
    """Return the backend of an iptables program by the path of the file that it links to; None if that is not known.

    xtables-nft-multi and iptables-nft use nf_tables; xtables-legacy-multi, iptables-legacy and, before 1.8,
    xtables-multi use the legacy tables (iptables(8), xtables-nft(8)).
    """
    name = posixpath.basename(path)
    if "nft" in name:
        return "nft"
    if "legacy" in name or name in {"xtables-multi", "iptables-multi"}:
        return "legacy"
    return None


def iptables_paths(host: Host) -> tuple[str, ...]:
    """Return the paths where iptables may be on this host."""
    return (*_IPTABLES, *(f"{folder}/iptables" for folder in other_folders(host)))


@cached_per_audit
def installed_iptables(host: Host) -> Fact:
    """Return net.iptables without running iptables, which distributions make a link to the program of a backend."""
    paths = iptables_paths(host)
    seen = [host.exists(path) for path in paths]
    for path, there in zip(paths, seen, strict=True):
        if not there:
            continue
        target = resolve(host, path)
        backend = backend_of(target) or _only_backend(host, posixpath.dirname(target))
        shown = Evidence(path, target, f"for {backend}" if backend else "does not name a backend")
        if backend is None:
            return Fact.unknown("net.iptables", f"the name of {target} does not show its backend", (shown,))
        return Fact("net.iptables", backend, evidence=(shown,))
    if host.proves_absence and all(there is False for there in seen):
        if host.exists(_OF_STORE) is not False:
            return Fact.unknown("net.iptables", "on NixOS and Guix an engine may have an iptables of its own")
        return Fact("net.iptables", "none", evidence=(Evidence(", ".join(paths), None, "not installed"),))
    return Fact.unknown("net.iptables", undetermined("iptables"))


def _only_backend(host: Host, folder: str) -> str | None:
    """Return the backend whose program is in the folder, if the other's is known not to be there; else None."""
    there = {name: host.exists(f"{folder}/xtables-{name}-multi") for name in ("nft", "legacy")}
    only = [name for name, answer in there.items() if answer]
    return only[0] if len(only) == 1 and False in there.values() else None


def _nat_table(host: Host) -> Witness:
    """Return a witness that the legacy nat table is in use. If it is not listed, that proves nothing."""
    reading = host.read("/proc/net/ip_tables_names")
    there = reading.text is not None and "nat" in reading.text.split()
    says = "for: the legacy nat table is in use" if there else "silent: a table is listed once it is used"
    return Witness(True if there else None, reading.evidence(says))


def _masquerades(used: Mapping[str, int], backend: str) -> Witness:
    """Return a witness that a rule of a backend masquerades now.

    It answers True if the module of the target is used, and only this backend can be the user. Source: linux
    net/netfilter/xt_MASQUERADE.c (only the table nat takes it), x_tables.c and nft_compat.c (a rule holds the module of
    its target).

    Args:
        used: how many users each loaded module has.
        backend: "legacy" or "nft".
    """
    target = next((name for name in _MASQUERADES if used.get(name)), None)
    carriers = [name for name, module in _CARRIERS.items() if used.get(module)]
    proven = target is not None and carriers == [backend]
    shown = ", ".join(f"{name} {used[name]}" for name in (target, _CARRIERS[backend]) if name and used.get(name))
    says = "for: a rule that masquerades is in use" if proven else "silent: no rule is known to masquerade"
    return Witness(True if proven else None, Evidence(PROC_MODULES, shown or None, says))


def _matches(host: Host) -> Witness:
    reading = host.read("/proc/net/ip_tables_matches")
    there = reading.text is not None and {"addrtype", "conntrack"} <= set(reading.text.split())
    says = "for: registered" if there else "silent: a match is listed once its module is loaded"
    return Witness(True if there else None, reading.evidence(says, "addrtype conntrack" if there else None))


def _links(host: Host, config: KernelConfig) -> Mapping[str, Any]:
    """Create the devices as an experiment, if that loads no module: an audit must not change the host."""
    there = all(config.state(option) == "y" or host.exists(f"/sys/module/{kind}") for kind, option in _DEVICES.items())
    return attempt(host, "links", harmless=there) or {}


def _rule(host: Host, config: KernelConfig, binary: Fact) -> Witness:
    """Add a masquerading rule with the installed program as an experiment, if that loads no module."""
    needed = {"nft": NFT, "legacy": LEGACY}.get(str(binary.value) if binary.known else "", ())
    there = bool(needed) and all(config.state(option) == "y" for option in needed)
    path = next((path for path in iptables_paths(host) if host.exists(path)), "")
    result = attempt(host, "nat", harmless=there and path != "", program=path)
    return judge_trial("adding a NAT rule", result, "iptables added it in a new network namespace")


def _nat(tried: Witness, binary: Fact, legacy: Fact, nft: Fact) -> Fact:
    """Return net.nat by the backend of the installed program; if that is unknown, either backend is enough.

    The result of the experiment, if it was made, outranks both.
    """
    halves = {"legacy": (legacy,), "nft": (nft,)}.get(str(binary.value) if binary.known else "", (legacy, nft))
    evidence = tuple(
        Evidence(
            half.id,
            {True: "yes", False: "no"}.get(half.value is True) if half.known else None,
            "what the kernel has for it",
        )
        for half in halves
    )
    evidence = (tried.evidence, *binary.evidence, *evidence)
    if tried.answer is not None:
        return _proved(answer=tried.answer, halves=halves, evidence=evidence)
    if any(half.known and half.value for half in halves):
        return Fact("net.nat", value=True, evidence=evidence)
    unknown = next((half for half in halves if not half.known), None)
    if unknown is not None:
        return Fact.unknown("net.nat", unknown.reason, evidence)
    return Fact("net.nat", value=False, evidence=(*evidence, *(piece for half in halves for piece in against(half))))


def _proved(*, answer: bool, halves: Sequence[Fact], evidence: tuple[Evidence, ...]) -> Fact:
    """Return net.nat as the experiment showed it, with a conflict for each backend's fact that contradicts it."""
    others = [half for half in halves if half.known and bool(half.value) is not answer]
    conflicts = tuple(f"{half.id} says otherwise, but the experiment is stronger evidence" for half in others)
    return Fact("net.nat", answer, evidence=evidence, conflicts=conflicts)


def _forward(host: Host) -> Fact:
    reading = host.read(_FORWARD)
    if reading.text is None or reading.text.strip() not in {"0", "1"}:
        return Fact.unknown("net.ip_forward", unread_reason(reading))
    on = reading.text.strip() == "1"
    return Fact("net.ip_forward", on, evidence=(reading.evidence("for" if on else "against"),))
