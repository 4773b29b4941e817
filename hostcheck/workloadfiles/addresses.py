"""Whether a port that is held on some addresses is free for a program that wants one address (Linux, bind(2))."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence

from hostcheck.workloadfiles.needs import HostPort, Need


def collides(wanted: str, held: Sequence[str]) -> bool | None:
    """Return whether bind(2) refuses a port on one address while others hold it on theirs; None if unknown.

    A socket on all addresses excludes those of its family. One on :: excludes those of IPv4 unless it has IPV6_V6ONLY,
    which is unknown (Linux net/ipv6/inet6_connection_sock.c and net/ipv4/inet_connection_sock.c, ipv6(7)).

    Args:
        wanted: the address; "" for all of both families.
        held: the addresses that others hold; "?" for one that is unknown.
    """
    if not wanted:
        return True
    answers = [_one(wanted, each) for each in held]
    return True if True in answers else None if None in answers or not answers else False


def overlap(one: str, other: str) -> bool:
    """Return whether two published ports of one number share an address; "" is all addresses of both families.

    An engine publishes on 0.0.0.0 and on :: by sockets of one family each (moby, cmd/docker-proxy/tcp_proxy_linux.go).
    """
    return not one or not other or one == other or _one(one, other) is True


def clash(one: HostPort, other: HostPort) -> bool:
    """Return whether two single ports conflict: the same number and protocol, on an address that both use.

    An empty address means every address (kubernetes/pkg/scheduler/framework, HostPortInfo.CheckConflict).
    """
    is_same = one.first == other.first and one.protocol == other.protocol
    return is_same and overlap(one.address, other.address)


def wanted_twice(needs: Iterable[Need]) -> Iterator[HostPort]:
    """Yield each single port that clashes with an earlier one of the same container."""
    seen: dict[tuple[str, int], dict[str, HostPort]] = {}
    for need in needs:
        if isinstance(need, HostPort) and need.first == need.last:
            own = seen.setdefault((need.protocol, need.first), {})
            around = ("", need.address, wildcard(need.address))
            # Of many addresses only those that can clash are compared.
            near = own.values() if need.address in {"", around[2]} else filter(None, map(own.get, around))
            if any(clash(need, other) for other in near):
                yield need
            own.setdefault(need.address, need)


def merged(needs: Iterable[Need], *, any_is_ipv4: bool = False) -> Iterator[Need]:
    """Yield the needs without each port that an earlier one publishes to the same port of the container.

    Compose and Podman keep one of such ports. Sources: compose-go (Canonical, then EnforceUnicity);
    podman's pkg/specgen/generate/ports.go (joinTwoPortsToRangePortIfPossible).

    Args:
        needs: the needs of one container.
        any_is_ipv4: whether no address and 0.0.0.0 are the same, as for Compose.
    """
    seen: set[tuple[str, str, int, int, int]] = set()
    for need in needs:
        if isinstance(need, HostPort) and need.inside:
            address = "" if any_is_ipv4 and need.address == "0.0.0.0" else need.address  # noqa: S104
            key = (need.protocol, address, need.first, need.last, need.inside)
            if key in seen:
                continue
            seen.add(key)
        yield need


def wildcard(address: str) -> str:
    """Return the address that stands for all of an address's family; "" for a text that is no address."""
    try:
        return "::" if ipaddress.ip_address(address).version == 6 else "0.0.0.0"  # noqa: S104
    except ValueError:
        return ""


def _one(wanted: str, held: str) -> bool | None:
    try:
        own, other = ipaddress.ip_address(wanted), ipaddress.ip_address(held)
    except ValueError:
        return None
    if own.version == other.version:
        return own == other or own.is_unspecified or other.is_unspecified
    of_ipv6 = own if own.version == 6 else other
    return None if of_ipv6.is_unspecified else False
