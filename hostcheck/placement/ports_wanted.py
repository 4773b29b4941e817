"""The wanted ports of all files, with the programs that use them on the hosts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hostcheck.placement.placing import Fit
from hostcheck.placement.suggestion import next_free
from hostcheck.placement.views import HostView
from hostcheck.workloadfiles.addresses import clash
from hostcheck.workloadfiles.needs import HostPort
from hostcheck.workloadfiles.place import Place


@dataclass(frozen=True, slots=True)
class Wish:
    """A workload that wants a port.

    Attributes:
        workload: the name of the workload.
        place: the file and the line of the port.
    """

    workload: str
    place: Place


@dataclass(frozen=True, slots=True)
class PortRow:
    """A port or a range, with the workloads that want it and the programs that use it.

    Attributes:
        label: the port, such as "127.0.0.1:80/tcp".
        wishes: the workloads that want it.
        single: whether it is one port, so that each workload that wants it needs another host.
        rivals: the names of other workloads that want the same port on an overlapping address.
        held: the name of each host on which the port is in use, and the program that uses it.
        unknown: the names of the hosts whose ports are unknown.
        next_free: the next port that is free on all hosts and that no workload wants; None for a range, if there is
            none, or if the ports of a host are unknown.
    """

    label: str
    wishes: tuple[Wish, ...]
    single: bool
    rivals: tuple[str, ...]
    held: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    next_free: int | None


def ports_wanted(fit: Fit) -> tuple[PortRow, ...]:
    """Return a row for each host port that a workload wants, in numerical order."""
    wanted: dict[HostPort, list[Wish]] = {}
    for placed in fit.placed:
        for need in placed.workload.needs:
            if isinstance(need, HostPort):
                wanted.setdefault(_same(need), []).append(Wish(placed.workload.name, need.place))
    order = sorted(wanted, key=lambda port: (port.first, port.last, port.protocol, port.address))
    return tuple(_row(port, wanted, fit.hosts) for port in order)


def others_held(host: HostView, rows: Sequence[PortRow]) -> Iterator[tuple[str, str]]:
    """Yield the ports in use on a host that no workload wants, and the program that uses each."""
    labels = {row.label.rpartition(":")[2] for row in rows}
    for port in sorted(host.busy() or (), key=lambda port: (int(port.partition("/")[2]), port)):
        protocol, _, number = port.partition("/")
        if f"{number}/{protocol}" not in labels:
            yield f"{number}/{protocol}", host.held_by(port)


_NOWHERE = Place("", 0)


def _same(need: HostPort) -> HostPort:
    """Return a key that is equal for equal ports in different places of the files."""
    return HostPort(_NOWHERE, "", need.protocol, need.first, need.last, need.address)


def _row(port: HostPort, wanted: dict[HostPort, list[Wish]], hosts: Sequence[HostView]) -> PortRow:
    rivals = {
        wish.workload
        for other, wishes in wanted.items()
        if other != port and clash(port, other) and port.first == port.last and other.first == other.last
        for wish in wishes
    }
    names = [f"{port.protocol}/{number}" for number in range(port.first, port.last + 1)]
    held = tuple(
        (host.name, host.held_by(f"{port.protocol}/{port.first}"))
        for host in hosts
        if host.busy() is not None and all(host.is_held(name, port.address) is not False for name in names)
    )
    unknown = tuple(host.name for host in hosts if host.busy() is None)
    everywhere = frozenset(each for host in hosts for each in host.busy() or ())
    single = port.first == port.last
    free = next_free(port, everywhere, tuple(wanted)) if single and not unknown else None
    return PortRow(port.label, tuple(wanted[port]), single, tuple(sorted(rivals)), held, unknown, free)
