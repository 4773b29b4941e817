"""Rules of the other iptables backend: the installed program does not show them, but the kernel applies them too.

Sources: iptables, iptables/nft-shared.c (nft_check_xt_legacy: "iptables-legacy tables present"); xtables-nft(8).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.network.network import installed_iptables
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import NONE, Evidence, Fact

_FACT = "net.iptables_other"
_TABLES = ("filter", "mangle", "nat", "raw", "security")
_LEGACY_TABLES = "/proc/net/ip_tables_names"
_COMPAT = "/sys/module/nft_compat/refcnt"
"""The file that shows how many rules, in any network namespace, use a match or target of iptables through nf_tables."""
_SAVE = {
    "nft": ("/usr/sbin/iptables-legacy-save", "/sbin/iptables-legacy-save", "/usr/bin/iptables-legacy-save"),
    "legacy": ("/usr/sbin/iptables-nft-save", "/sbin/iptables-nft-save", "/usr/bin/iptables-nft-save"),
}
"""By the installed backend: paths of the program that prints the rules of the other backend."""
_IN_USE = r"^(?:-A |:\S+ DROP\b)"
_LIMIT_SECONDS = 1.0


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.iptables_other: the tables with rules of the other iptables backend."""
    installed = installed_iptables(host)
    if not installed.known:
        yield Fact.unknown(_FACT, installed.reason, installed.evidence)
    elif installed.value == NONE:
        yield Fact(_FACT, (), evidence=installed.evidence)
    else:
        yield _legacy(host) if installed.value == "nft" else _nft(host)


def parse_saved(text: str) -> tuple[str, ...]:
    """Parse the output of iptables-save(8): the tables that have a rule, or a policy other than ACCEPT."""
    used: set[str] = set()
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
        elif re.match(_IN_USE, line):
            used.add(table)
    return tuple(name for name in _TABLES if name in used)


def _legacy(host: Host) -> Fact:
    reading = host.read(_LEGACY_TABLES)
    if reading.text is None and reading.failure == "absent" and host.proves_absence:
        return Fact(_FACT, (), evidence=(reading.evidence("no module of the legacy tables is loaded"),))
    if reading.text is None:
        reason = unread_reason(reading)
        return Fact.unknown(_FACT, reason, (reading.evidence("not readable"),))
    listed = tuple(name for name in _TABLES if name in reading.text.split())
    shown = reading.evidence("legacy tables beside those of iptables-nft", " ".join(listed) or "none")
    return (_saved(host, "nft", shown) if listed else None) or Fact(_FACT, listed, evidence=(shown,))


def _nft(host: Host) -> Fact:
    reading = host.read(_COMPAT)
    if reading.text is None and not host.proves_absence:
        return Fact.unknown(_FACT, f"{_COMPAT} was not captured: see iptables-nft -S", (reading.evidence("silent"),))
    uses = (reading.text or "0").strip()
    shown = reading.evidence("rules of iptables-nft, in any network namespace", uses)
    if uses == "0":
        return Fact(_FACT, (), evidence=(shown,))
    reason = f"{uses} rules of iptables-nft exist, perhaps in a container: run as root, or see iptables-nft -S"
    return _saved(host, "legacy", shown) or Fact.unknown(_FACT, reason, (shown,))


def _saved(host: Host, installed: str, shown: Evidence) -> Fact | None:
    """Return net.iptables_other from the output of the other backend's program; None if it cannot be run.

    Args:
        host: the host.
        installed: the backend of the installed iptables.
        shown: the evidence so far.
    """
    path = next((path for path in _SAVE[installed] if host.exists(path)), None)
    reading = host.run((path,), _LIMIT_SECONDS) if path else None
    if reading is None or reading.text is None:
        return None
    used = parse_saved(reading.text)
    return Fact(_FACT, used, evidence=(reading.evidence("tables with rules", ", ".join(used) or "none"), shown))
