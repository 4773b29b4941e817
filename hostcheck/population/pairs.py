"""What hosts reach of each other: a way is from one host to another, as the first measured it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hostcheck.jsonvalues import number, text

_CONNECTED = ("served", "mute")
_KEPT_OUT = ("refused", "silent", "unreachable")
"""What a port answered that is not open (``hostcheck.peers.knocking``)."""

_MOST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Way:
    """What one host measured of another.

    Attributes:
        source: the host that asked.
        target: the host that was asked.
        ports: by port ("tcp/2379"), "open"; "blocked"; "intercepted" where something else answered for a listener of
            the target; or "unknown" where the target had none.
        rtt_seconds: median of handshakes; None where none was made.
        sent: echo requests; 0 where none was answered, or none was sent.
        lost: those without an answer.
        mtu: bytes of the largest packet that was answered; None where that is unknown.
        configured_mtu: bytes that the route of the source permits.
        problem: why loss and MTU are unknown; empty where they are known.
    """

    source: str
    target: str
    ports: Mapping[str, str]
    rtt_seconds: float | None = None
    sent: int = 0
    lost: int = 0
    mtu: int | None = None
    configured_mtu: int | None = None
    problem: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether a packet vanishes that the route of the source permits."""
        return self.mtu is not None and self.configured_mtu is not None and self.mtu < self.configured_mtu


@dataclass(frozen=True, slots=True)
class Pairs:
    """What hosts reach of each other.

    Attributes:
        hosts: their names.
        ports: those that were asked for.
        time: when, UTC, ISO 8601 with "Z".
        missing: the hosts without a result, and why.
        ways: from each host with a result to each other one.
    """

    hosts: tuple[str, ...]
    ports: tuple[str, ...]
    time: str
    missing: Mapping[str, str]
    ways: tuple[Way, ...]

    def found(self, *states: str) -> Iterator[tuple[Way, Sequence[str]]]:
        """Yield each way with its ports in these states, where there are any."""
        for way in self.ways:
            if ports := [port for port, state in way.ports.items() if state in states]:
                yield way, ports

    @property
    def open_ways(self) -> int:
        """The number of ways on which every port is open."""
        return sum({*way.ports.values()} <= {"open"} for way in self.ways)

    @property
    def narrow(self) -> Sequence[Way]:
        """The ways on which a packet vanishes that the route of the source permits."""
        return [way for way in self.ways if way.is_narrow]

    @property
    def lossy(self) -> Sequence[Way]:
        """The ways on which packets were lost."""
        return [way for way in self.ways if way.lost]


def pairs_of(hosts: Sequence[str], ports: Sequence[str], time: str, found: Mapping[str, Any]) -> Pairs:
    """Return what hosts reach of each other.

    Args:
        hosts: their names.
        ports: those that were asked for.
        time: when, UTC.
        found: by host what it answered, a stranger's values of JSON; or, as text, why it did not answer.
    """
    answers = {name: found[name] for name in hosts if isinstance(found.get(name), Mapping)}
    missing = {name: str(found.get(name, "it gave no answer")) for name in hosts if name not in answers}
    ways: list[Way] = []
    for source, answer in answers.items():
        peers = answer.get("peers")
        for target in hosts:
            measured = peers.get(target) if isinstance(peers, Mapping) else None
            if target != source and isinstance(measured, Mapping):
                ways.append(_way(source, target, ports, measured, answers.get(target)))
    return Pairs(tuple(hosts), tuple(ports), time, missing, tuple(ways))


def _way(
    source: str, target: str, ports: Sequence[str], measured: Mapping[str, Any], answer: Mapping[str, Any] | None
) -> Way:
    held = answer.get("held") if answer else None
    hows = measured.get("ports")
    states = {
        port: _state(
            hows.get(port) if isinstance(hows, Mapping) else None, holds=isinstance(held, list) and port in held
        )
        for port in ports
    }
    rtt, mtu, configured = (number(measured.get(name)) for name in ("rtt_seconds", "mtu", "configured_mtu"))
    sent, lost = (int(number(measured.get(name)) or 0) for name in ("sent", "lost"))
    return Way(
        source,
        target,
        states,
        rtt,
        sent,
        min(lost, sent),
        None if mtu is None else int(mtu),
        None if configured is None else int(configured),
        text(measured.get("problem") or measured.get("path"), _MOST_TEXT),
    )


def _state(how: object, *, holds: bool) -> str:
    """Return the state of a port by what it answered, and whether the target's listener held it."""
    if how == "open":
        return "open"
    if not holds:
        # It is a program of the host that took a connection.
        return "open" if how in _CONNECTED else "unknown"
    return "intercepted" if how == "served" else "blocked" if how in _KEPT_OUT else "unknown"
