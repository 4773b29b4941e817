"""One of the hosts that measure each other. It listens, measures the others, and listens until they are done too."""

import json
import socket
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from hostcheck.errors import UsageError
from hostcheck.peers.echo import NotPermittedError, path_to
from hostcheck.peers.knocking import Knock, knock, say_done
from hostcheck.peers.listener import Listener, listening

PATIENCE_SECONDS = 45.0
"""Seconds to wait for a peer that does not listen yet: Ansible starts the hosts one after another."""
LISTENS_SECONDS = 60.0
"""Maximum seconds to listen after this host is done, while a peer has not reported that it is done."""
HANDSHAKES = 10
"""Number of handshakes. The round-trip time is their median."""
_PAUSE_SECONDS = 0.5


def measure_peers(question: str, identity: str) -> dict[str, Any]:
    """Measure the peers of this host.

    Args:
        question: JSON with the run's "key", the "ports", and "hosts": the "name" and "address" of each host, by
            identity.
        identity: the identity of this host.

    Returns:
        A JSON object: the ports "held" and "taken" by the listener, and "peers": the measurement of each peer, by name.

    Raises:
        UsageError: if the question is invalid, or does not contain this host.
    """
    try:
        asked = json.loads(question)
        key, ports, hosts = str(asked["key"]).encode(), list(map(str, asked["ports"])), dict(asked["hosts"])
        own = hosts.pop(identity)
        peers = {str(host["name"]): str(host["address"]) for host in hosts.values()}
        name, address = str(own["name"]), str(own["address"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "the question of hostcheck fleet peers is not valid", remedy="run hostcheck fleet peers, which writes it"
        ) from error
    begun = time.monotonic()
    with listening(_resolved(address) or "", ports, key) as listener:
        found = {peer: _peer(where, ports, key, begun + PATIENCE_SECONDS) for peer, where in peers.items()}
        for peer, where in peers.items():
            _report_done(found[peer]["ports"], where, key, name)
        _wait(listener, peers)
        return {"held": listener.held, "taken": listener.taken, "peers": found}


def _peer(where: str, ports: Sequence[str], key: bytes, until: float) -> dict[str, Any]:
    address = _resolved(where)
    if address is None:
        return {"ports": dict.fromkeys(ports, "unreachable"), "problem": f"the name {where} cannot be resolved there"}
    knocks = {port: knock(address, port, key) for port in ports}
    while time.monotonic() < until and any(each.how != "open" for each in knocks.values()):
        # Once one port answers, the peer listens. Ports that do not answer are then tried once more.
        last = any(each.how == "open" for each in knocks.values())
        time.sleep(_PAUSE_SECONDS)
        knocks |= {port: knock(address, port, key) for port, each in knocks.items() if each.how != "open"}
        if last:
            break
    return {
        "ports": {port: each.how for port, each in knocks.items()},
        "rtt_seconds": _round_trip(address, knocks, key),
        **_path(address),
    }


def _round_trip(address: str, knocks: Mapping[str, Knock], key: bytes) -> float | None:
    """Return the median seconds of handshakes with a TCP port on which the peer's listener answers.

    It is None if there is no such port.
    """
    port = next((port for port, each in knocks.items() if each.seconds is not None and each.how == "open"), None)
    if port is None:
        return None
    taken = [knock(address, port, key).seconds for _ in range(HANDSHAKES)]
    times = [seconds for seconds in taken if seconds is not None]
    return statistics.median(times) if times else None


def _path(address: str) -> dict[str, Any]:
    try:
        path = path_to(address)
    except NotPermittedError:
        return {"path": "echo requests need root there, or a wider net.ipv4.ping_group_range"}
    except OSError as error:
        return {"path": error.strerror or str(error)}
    if path is None:
        return {"path": "no echo request is answered"}
    return {"sent": path.sent, "lost": path.lost, "mtu": path.mtu, "configured_mtu": path.configured}


def _report_done(ports: Mapping[str, str], where: str, key: bytes, name: str) -> None:
    address = _resolved(where)
    for port, how in ports.items():
        if address and how == "open" and say_done(address, port, key, name):
            return


def _wait(listener: Listener, peers: Mapping[str, str]) -> None:
    until = time.monotonic() + LISTENS_SECONDS
    while {*peers} - listener.done and time.monotonic() < until:
        time.sleep(0.1)


def _resolved(address: str) -> str | None:
    with suppress(OSError):
        found = socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)
        # IPv4 is preferred: every host of a cluster has it.
        return str(min(found, key=lambda each: each[0] != socket.AF_INET)[4][0])
    return None
