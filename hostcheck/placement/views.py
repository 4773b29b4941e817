"""A host as placement uses it: its facts, its ports, and its attributes."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hostcheck.host.base import Host
from hostcheck.run.model import Fact, FactValue, Run
from hostcheck.run.origins import SCRUBBED_NOTE, is_loopback
from hostcheck.workloadfiles.addresses import collides

_HOLDER = re.compile(r"(tcp|udp|sctp)/(\d{1,5}) (.+)")
_OWNER = re.compile(r"((?:tcp|udp|sctp)/\d{1,5}) (?:program (?:not shown|(.+) (\d+))|container (\S+)(?: (\S+))?)")
_OF_EVERY_HOST = frozenset({"/", "/dev", "/proc", "/sys"})
"""Folders without which no engine runs, so that a run file need not name them."""
_PROXIES = frozenset({"docker-proxy", "rootlesskit", "rootlessport", "conmon", "slirp4netns", "pasta"})
"""Programs that hold a port on behalf of a container."""


class Owner(NamedTuple):
    """The program or container that uses a port.

    Attributes:
        said: the owner in words: "nginx (PID 812)", "the container web".
        mark: for a container, the label of its workload ("shop/web"); empty if it has none.
        is_proxy: whether it is a program that holds ports on behalf of containers.
        is_hidden: whether it is a program that the audit could not see, as it did not run as root.
    """

    said: str
    mark: str = ""
    is_proxy: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class HostView:
    """A host of a placement.

    Attributes:
        name: the name of the host.
        run: the audit of the host.
        host: the source for paths and devices; None if there is only a run file.
        attributes: the attributes of the host in the scheduler: labels of a node, metadata of a machine.
        holders: what uses each port ("tcp/80"), in words.
        owners: the programs or containers that use each port, if known.
        running: the labels of the running containers that have one ("shop/web"); None if unknown.
        addresses: the addresses on which each port ("tcp/80") is in use; "?" for an unknown one.
    """

    name: str
    run: Run
    host: Host | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owners: Mapping[str, tuple[Owner, ...]] = field(default_factory=dict)
    running: tuple[str, ...] | None = None
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fact(self, fact_id: str) -> Fact:
        """Return a fact; an unknown one if the audit does not have it."""
        found = self.run.facts.get(fact_id)
        return found or Fact.unknown(fact_id, f"the audit of this host has no fact {fact_id}: audit the host again")

    def value(self, fact_id: str) -> FactValue:
        """Return the value of a fact; None if it is unknown."""
        fact = self.fact(fact_id)
        return fact.value if fact.known else None

    def attribute(self, name: str) -> str | None:
        """Return an attribute of the host in the scheduler; None if it was not given."""
        return self.name if name == "hostname" else self.attributes.get(name)

    def busy(self) -> frozenset[str] | None:
        """Return the ports in use ("tcp/80"); None if unknown."""
        found = self.value("net.ports.busy")
        return frozenset((*map(str, found), *self.holders)) if isinstance(found, tuple) else None

    def is_held(self, port: str, address: str) -> bool | None:
        """Return whether a port ("tcp/80") is in use for a program that wants this address; None if unknown.

        Args:
            port: the port.
            address: the address; "" for all addresses.
        """
        busy = self.busy()
        if busy is None:
            return None
        return port in busy and collides(address, self.addresses.get(port, ()))

    def held_by(self, port: str) -> str:
        """Return the program or container that uses a port, in words."""
        owners = self.owners.get(port, ())
        named = [each.said for each in owners if not each.is_proxy and not each.is_hidden]
        return ", ".join(named or self.holders.get(port, ())) or "another program"

    def is_held_for(self, port: str, marks: Container[str]) -> bool | None:
        """Return whether only containers with one of these labels hold a port; None if not all holders are known.

        A socket of an unknown program may belong to the engine, or to a program that listens on another address.
        """
        owners = self.owners.get(port, ())
        own = [each for each in owners if not each.is_proxy and not each.is_hidden]
        if not own or not all(each.mark and each.mark in marks for each in own):
            return False
        listens = not _SOCKETS.isdisjoint(self.holders.get(port, ()))
        is_whole = not any(each.is_hidden for each in owners) and (any(each.is_proxy for each in owners) or not listens)
        return True if is_whole else None

    def exists(self, path: str) -> bool | None:
        """Return whether a path exists; None if unknown."""
        if path in _OF_EVERY_HOST:
            return True
        return None if self.host is None else self.host.exists(path)

    def is_folder(self, path: str) -> bool | None:
        """Return whether a path is a folder; None if unknown."""
        if path in _OF_EVERY_HOST:
            return True
        if self.host is None:
            return None
        if self.host.listdir(path) is not None:
            return True
        # A folder that cannot be listed is indistinguishable from a file.
        return False if self.host.exists(path) is False else None


def view_of(
    run: Run, host: Host | None = None, attributes: Mapping[str, str] | None = None, ports: Iterable[str] = ()
) -> HostView:
    """Return the view of a host.

    Args:
        run: the audit of the host, with the facts net.ports.busy and net.ports.holders.
        host: the audited host, if it can still be read.
        attributes: the attributes of the host in the scheduler.
        ports: the wanted ports ("tcp/80"). If the host can be read, those that seem free are bound as a check, and
            closed at once.
    """
    holders: dict[str, tuple[str, ...]] = {}
    found = run.facts.get("net.ports.holders")
    if found is not None and found.known and isinstance(found.value, tuple):
        for each in found.value:
            matched = _HOLDER.fullmatch(str(each))
            if matched:
                port = f"{matched[1]}/{matched[2]}"
                holders[port] = (*holders.get(port, ()), _WORDS.get(matched[3], matched[3]))
    free = sorted({*ports} - holders.keys())
    tried = host.experiment("ports", ports=" ".join(free)) if host is not None and free else None
    bound = {port: (_WORDS["bound"],) for port, result in (tried or {}).items() if result.get("error") == "EADDRINUSE"}
    addresses = _addresses(run)
    return HostView(run.host.name, run, host, attributes or {}, holders | bound, _owners(run), _running(run), addresses)


def _addresses(run: Run) -> Mapping[str, tuple[str, ...]]:
    """Return the addresses on which each port is in use. Those of a scrubbed run are replacements, so unknown."""
    found: dict[str, tuple[str, ...]] = {}
    for each in _set_of(run, "net.ports.addresses"):
        port, _, address = each.partition(" ")
        is_replaced = SCRUBBED_NOTE in run.notes and not (is_loopback(address) or address in {"0.0.0.0", "::"})  # noqa: S104
        found[port] = (*found.get(port, ()), "?" if is_replaced else address)
    return found


def _set_of(run: Run, fact_id: str) -> tuple[str, ...]:
    fact = run.facts.get(fact_id)
    return tuple(map(str, fact.value)) if fact and fact.known and isinstance(fact.value, tuple) else ()


def _owners(run: Run) -> Mapping[str, tuple[Owner, ...]]:
    found: dict[str, tuple[Owner, ...]] = {}
    for each in _set_of(run, "net.port_owners"):
        if matched := _OWNER.fullmatch(each):
            port, program, pid, container, mark = matched.groups()
            if program:
                owner = Owner(f"{program} (PID {pid})", is_proxy=program in _PROXIES)
            elif container:
                owner = Owner(f"the container {container}", mark or "")
            else:
                owner = Owner("a program that is not shown", is_hidden=True)
            found[port] = (*found.get(port, ()), owner)
    return found


def _running(run: Run) -> tuple[str, ...] | None:
    fact = run.facts.get("engine.running")
    if fact is None or not fact.known:
        return None
    pairs = (each.partition(" ") for each in _set_of(run, "engine.running"))
    return tuple(mark for _, _, mark in pairs if mark)


CONTAINER = "a container of the engine"

_WORDS = {
    "socket": "a program that listens",
    "bound": "a program that has bound it",
    "nat": "a rule of the packet filter",
    "container": CONTAINER,
}
_SOCKETS = frozenset({_WORDS["socket"], _WORDS["bound"]})
