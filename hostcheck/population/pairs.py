"""The results of hosts that measured each other. A way goes from the host that measured to another host."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hostcheck.jsonvalues import number, text

_CONNECTED = ("served", "mute")
_KEPT_OUT = ("refused", "silent", "unreachable")
"""Results of ``hostcheck.peers.knocking`` that show that a port was not reached."""

_MOST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Way:
    """The result of one host that measured another.

    Attributes:
        source: the host that measured.
        target: the host that was measured.
        ports: the state of each port ("tcp/2379"): "open"; "blocked"; "intercepted" if something else answered in place
            of the target's listener; or "unknown".
        rtt_seconds: the median round-trip time of handshakes; None without a handshake.
        sent: number of echo requests; 0 if none was sent, or none was answered.
        lost: number of echo requests without an answer.
        mtu: the size in bytes of the largest packet that was answered; None if unknown.
        configured_mtu: the MTU of the source's route in bytes; None if unknown.
        problem: why loss and MTU are unknown; empty if they are known.
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
        """Whether the path drops a packet that the source's route permits."""
        return self.mtu is not None and self.configured_mtu is not None and self.mtu < self.configured_mtu


@dataclass(frozen=True, slots=True)
class Pairs:
    """The results of hosts that measured each other.

    Attributes:
        hosts: the names of the hosts.
        ports: the ports that were asked about.
        time: the time of the measurement, UTC, ISO 8601 with "Z".
        missing: the hosts without a result, each with the reason.
        ways: the ways from each host with a result to each other host.
    """

    hosts: tuple[str, ...]
    ports: tuple[str, ...]
    time: str
    missing: Mapping[str, str]
    ways: tuple[Way, ...]

    def found(self, *states: str) -> Iterator[tuple[Way, Sequence[str]]]:
        """Yield each way that has ports in one of these states, and these ports."""
        for way in self.ways:
            if ports := [port for port, state in way.ports.items() if state in states]:
                yield way, ports

    @property
    def open_ways(self) -> int:
        """The number of ways on which every port is open."""
        return sum({*way.ports.values()} <= {"open"} for way in self.ways)

    @property
    def narrow(self) -> Sequence[Way]:
        """The ways on which the path drops a packet that the source's route permits."""
        return [way for way in self.ways if way.is_narrow]

    @property
    def lossy(self) -> Sequence[Way]:
        """The ways on which packets were lost."""
        return [way for way in self.ways if way.lost]


def pairs_of(hosts: Sequence[str], ports: Sequence[str], time: str, found: Mapping[str, Any]) -> Pairs:
    """Return the results of hosts that measured each other.

    Args:
        hosts: the names of the hosts.
        ports: the ports that were asked about.
        time: the time of the measurement, UTC, ISO 8601 with "Z".
        found: for each host the JSON object that it answered, whose values are not checked yet; or a text: why there is
            no answer.
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
    """Return the state of a port: "open", "blocked", "intercepted" or "unknown".

    Args:
        how: the result of ``hostcheck.peers.knocking``.
        holds: whether a listener of hostcheck held the port on the target; otherwise a program of the target may.
    """
    if how == "open":
        return "open"
    if not holds:
        # A program of the target accepted the connection.
        return "open" if how in _CONNECTED else "unknown"
    return "intercepted" if how == "served" else "blocked" if how in _KEPT_OUT else "unknown"
