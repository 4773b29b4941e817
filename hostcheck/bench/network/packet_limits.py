"""Limits that rules of netfilter set on packets, as tc sets them on an interface.

A rule with a limit uses a kernel module, an extension of netfilter. The kernel counts the uses of each module
(proc_modules(5)). If such a module is in use, the rules are read, because most limits concern log messages, new
connections or pings, and do not slow a transfer. Sources: iptables-extensions(8), nft(8), kernel/module
(modules.builtin).
"""

import os
import platform
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from hostcheck.bench.child import run_program
from hostcheck.host.lookup import find_program
from hostcheck.probes.kernel.loaded import uses

_LOADED, _INSTALLED = Path("/proc/modules"), Path("/lib/modules")
_SECONDS = 5.0
ELSEWHERE = "elsewhere"
"""Behind the name of a kind: it is in use, but not all rules that use it were read."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of limit: the kernel's modules for it, and patterns of its rules as iptables-save and nft print them."""

    modules: tuple[str, ...]
    saved: str
    listed: str


_KINDS: Mapping[str, _Kind] = {
    "limit": _Kind(("xt_limit", "nft_limit"), r" -m limit ", r"\blimit (?:rate|name)\b"),
    "hashlimit": _Kind(("xt_hashlimit",), r" -m hashlimit ", r"\bhashlimit\b"),
    "quota": _Kind(("xt_quota", "nft_quota"), r" -m quota ", r"\bquota (?:over|until|name|\d)"),
    "statistic": _Kind(("xt_statistic", "nft_numgen"), r" -m statistic ", r"\bnumgen\b"),
    "queue": _Kind(("xt_NFQUEUE", "nft_queue"), r" -j NFQUEUE\b", r"\bqueue\b"),
}
_PROGRAMS = (
    *(("nft", "list", "ruleset"), ("iptables-save",), ("ip6tables-save",)),
    *(("iptables-legacy-save",), ("ip6tables-legacy-save",)),
)
_LEGACY = ("/proc/net/ip_tables_names", "/proc/net/ip6_tables_names")
"""Tables of the legacy programs. Without one, the programs would only load modules."""
_FIRST_PACKETS = re.compile(
    r" -p (?:icmp|ipv6-icmp|icmpv6) | --(?:ct)?state (?:(?:NEW|INVALID|UNTRACKED|RELATED),?)+ "
    r"| --syn | --tcp-flags (?:FIN,SYN,RST,ACK|SYN,ACK|SYN,RST,ACK) SYN "
)
"""In a rule of iptables: packets that a transfer has at most a few of."""
_FIRST_PACKETS_LISTED = re.compile(
    r"\bicmp(?:v6|x)?\b|\bipv6-icmp\b|\btcp flags (?:syn /|& \([^)]*\) == syn\b)"
    r"|\bct state (?:\{ )?(?:new|invalid|untracked|related)(?:, ?(?:new|invalid|untracked|related))*(?![,\w])"
)
_NEGATED = re.compile(r" ! (?:-p|--(?:ct)?state|--syn|--tcp-flags) | -p ! |!= ")
_REJECTION = re.compile(r"\breject with .*")
"""How a rule of nft answers, which may name ICMP."""
_TARGET = re.compile(r" -[jg] (\S+)")
_VERDICT = re.compile(r"\b(accept|drop|reject|queue|return|continue|(?:jump|goto) \S+|[sd]nat|masquerade|redirect)\b")
_LOGGING = frozenset({"LOG", "NFLOG", "ULOG", "RETURN", "return", "continue"})


@dataclass(slots=True)
class _Rules:
    """The rules that one program printed.

    Attributes:
        chains: by the chain's name, the targets of its rules: "DROP", "jump x", or "" for none.
        rules: each rule with its target, and whether it is for packets of which a transfer has few.
        listed: whether nft printed them.
    """

    listed: bool
    chains: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rules: list[tuple[str, str, bool]] = field(default_factory=list)

    def only_logs(self, target: str) -> bool:
        """Return whether a target, or a chain of targets, only logs packets: each goes on to the next rule."""
        if target in {"", "LOG", "NFLOG", "ULOG"}:
            return True
        inside = self.chains.get(target.rpartition(" ")[2])
        return inside is not None and all(each in _LOGGING or not each for each in inside)


def limits_of_packets(loaded_in: Path = _LOADED, installed: Path = _INSTALLED) -> tuple[str, ...] | None:
    """Return the kinds of rules that may slow a transfer; None if unknown.

    "hashlimit" is a rule of this network namespace, and "hashlimit elsewhere" one that could not be read here.

    Args:
        loaded_in: the kernel's list of loaded modules.
        installed: the folder of the kernels' modules.
    """
    try:
        loaded = uses(loaded_in.read_text("ascii", "replace"))
    except FileNotFoundError:
        # This kernel has no modules (CONFIG_MODULES): what it has is built in.
        loaded = {}
    except OSError:
        return None
    built_in = _built_in(installed / platform.release() / "modules.builtin")
    may_be = {
        name: sum(loaded.get(module, 0) for module in kind.modules)
        for name, kind in _KINDS.items()
        if any(loaded.get(module) or built_in is None or module in built_in for module in kind.modules)
    }
    if not may_be:
        return ()
    uncounted = {
        module for kind in _KINDS.values() for module in kind.modules if built_in is None or module in built_in
    }
    return tuple(_slowing(may_be, list(_printed()), uncounted - loaded.keys()))


def _built_in(listing: Path) -> frozenset[str] | None:
    try:
        text = listing.read_text("utf-8", "replace")
    except OSError:
        return None
    return frozenset(Path(line).name.partition(".")[0] for line in text.split())


def _printed() -> Iterator[tuple[str, str]]:
    """Yield the name of each program that lists rules, and what it printed. Only root may list them."""
    for name, *arguments in _PROGRAMS:
        if os.geteuid() or ("legacy" in name and not any(map(_has_text, _LEGACY))):
            continue
        try:
            ran = run_program((find_program(name), *arguments), seconds=_SECONDS, stop=threading.Event())
        except OSError:
            continue
        if not ran.problem:
            yield name, ran.output


def _has_text(path: str) -> bool:
    try:
        return bool(Path(path).read_text("ascii", "replace").strip())
    except OSError:
        return False


def _slowing(
    may_be: Mapping[str, int], printed: Iterable[tuple[str, str]], uncounted: AbstractSet[str] = frozenset()
) -> Iterator[str]:
    """Yield the kinds that may slow a transfer.

    Args:
        may_be: the kinds that this kernel may use, each with the number of users that its modules have.
        printed: the name of each program that listed the rules, and what it printed.
        uncounted: modules that may be built in, so that nothing counts their users. Only nft lists all of its rules.
    """
    read = [(name, _listed(text) if name == "nft" else _saved(text)) for name, text in printed]
    for kind, users in may_be.items():
        numbers: dict[str, int] = defaultdict(int)
        slows = False
        for name, rules in read:
            pattern = _KINDS[kind].listed if rules.listed else _KINDS[kind].saved
            found = [(target, few) for text, target, few in rules.rules if re.search(pattern, text)]
            slows |= any(not few and not rules.only_logs(target) for target, few in found)
            # The legacy programs may list the same rules again.
            family = name.replace("-legacy", "")
            numbers[family] = max(numbers[family], len(found))
        if slows:
            yield kind
            continue
        unread = any(module in uncounted and module.startswith("nft_") for module in _KINDS[kind].modules)
        known = max(numbers.get("nft", 0), numbers["iptables-save"] + numbers["ip6tables-save"])
        if users > known or not read or (unread and "nft" not in numbers):
            yield f"{kind} {ELSEWHERE}"


def _chooses(rule: str) -> bool:
    """Return whether a rule of nft chooses one of several targets by chance, as a proxy does for a new connection."""
    words = {*re.findall(r"\w+", rule)}
    return "numgen" in words and bool(words & {"map", "vmap"}) and not words & {"drop", "reject"}


def _unquoted(line: str) -> str:
    """Return a line without the texts in quotes, which may have any words."""
    kept: list[str] = []
    inside = escaped = False
    for character in line:
        if escaped or character == "\\":
            escaped = not escaped
        elif character == '"':
            inside = not inside
            continue
        if not inside:
            kept.append(character)
    return "".join(kept)


def _saved(text: str) -> _Rules:
    """Parse the output of iptables-save. Rules of the table nat are asked for the first packet of a connection only."""
    rules, table = _Rules(listed=False), ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith("-A "):
            bare = f"{_unquoted(line)} "
            found = _TARGET.search(bare)
            target = found[1] if found else ""
            rules.chains[bare.split()[1]].append(target)
            rules.rules.append((bare, target, table == "nat" or _has(_FIRST_PACKETS, bare)))
    return rules


def _has(packets: re.Pattern[str], rule: str) -> bool:
    """Return whether a rule is for such packets alone. A rule with a negation is for all others."""
    return packets.search(rule) is not None and _NEGATED.search(rule) is None


def _listed(text: str) -> _Rules:
    """Parse the output of nft list ruleset."""
    rules, chain = _Rules(listed=True), ""
    for line in text.splitlines():
        bare = _unquoted(line).strip()
        if found := re.fullmatch(r"chain (\S+) \{", bare):
            chain = found[1]
        elif bare == "}":
            chain = ""
        elif chain and not bare.startswith(("type ", "policy ")):
            target = verdict[1] if (verdict := _VERDICT.search(bare)) else ""
            rules.chains[chain].append(target)
            few = _has(_FIRST_PACKETS_LISTED, _REJECTION.sub("", bare)) or _chooses(bare)
            rules.rules.append((bare, target, few))
    return rules
