"""The command line of iperf3 for one turn, and the values in its JSON output."""

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostcheck.bench.base import CannotRun
from hostcheck.bench.network.options import Peer
from hostcheck.host.lookup import own_folders, programs
from hostcheck.host.versions import version_of
from hostcheck.run.fields import NetworkFields

INSTALL = "install it: apt-get install iperf3, dnf install iperf3 or apk add iperf3"

CONNECT_MS = 5000
"""How long iperf3 waits for the peer to accept its connection, in milliseconds."""

LIKELY_BYTES_A_SECOND = 1e14
"""A rate of this many bytes per second or more is rejected: no network is that fast."""


@dataclass(frozen=True, slots=True)
class Iperf:
    """iperf3 on this machine.

    Attributes:
        path: path of the program.
        name: its name and version.
    """

    path: Path
    name: str

    def command(
        self, peer: Peer, seconds: int, *, receive: bool, streams: int = 1, datagrams_a_second: int = 0
    ) -> tuple[str | Path, ...]:
        """Return the command line of one turn.

        Args:
            peer: the host that runs iperf3 -s.
            seconds: whole seconds of the turn.
            receive: whether the peer sends and this machine receives.
            streams: number of simultaneous TCP connections.
            datagrams_a_second: rate of UDP datagrams, in bits per second; 0 for TCP at full speed.
        """
        of_tcp = ("--parallel", str(streams))
        of_udp = ("--udp", "--bitrate", str(datagrams_a_second))
        return (
            self.path,
            *("--client", peer.host, "--port", str(peer.port), "--json", "--time", str(seconds)),
            *("--connect-timeout", str(CONNECT_MS)),
            *(("--reverse",) if receive else ()),
            *(of_udp if datagrams_a_second else of_tcp),
        )


def find_iperf(search: str | None = None) -> Iperf:
    """Find iperf3.

    Args:
        search: the folders to search, separated as in $PATH; None for those of $PATH.

    Raises:
        CannotRun: if iperf3 is not installed.
        CannotMeasureError: if a program does not print its version.
    """
    others: list[str] = []
    for path in programs("iperf3", own_folders() if search is None else search.split(os.pathsep), others):
        if found := re.match(r"iperf (3\.\d[\w.+-]*)", version_of(path)):
            return Iperf(path, f"iperf3 {found[1]}")
        others.append(f"{path} is a different program with the same name")
    raise CannotRun("; ".join(["iperf3 is not installed", *others]), INSTALL)


def problem_of(output: str) -> str:
    """Return the error message in iperf3's JSON; empty if there is none."""
    said = _object(_parsed(output)).get("error")
    return said if isinstance(said, str) else ""


def received(output: str) -> float | None:
    """Return the rate at which the data of all streams arrived, in MB/s; None if it is missing or implausible."""
    bits = _number(_object(_end(output).get("sum_received")).get("bits_per_second"))
    return bits / 8e6 if bits and bits / 8 < LIKELY_BYTES_A_SECOND else None


def lost_percent(output: str) -> float | None:
    """Return the percentage of the datagrams that did not arrive; None if it is missing or implausible."""
    lost = _number(_object(_end(output).get("sum")).get("lost_percent"))
    return lost if lost is not None and lost <= 100 else None


def details(output: str, streams: int) -> NetworkFields:
    """Return the details of a turn in addition to its rate: streams, retransmits, segment_bytes, rtt_ms, own_address.

    A value that the JSON does not have is left out.
    """
    end, start = _end(output), _object(_object(_parsed(output)).get("start"))
    fields: NetworkFields = {"streams": streams}
    if (again := _number(_object(end.get("sum_sent")).get("retransmits"))) is not None:
        fields["retransmits"] = round(again)
    if (segment := _number(start.get("tcp_mss_default"))) is not None:
        fields["segment_bytes"] = round(segment)
    senders = [_object(_object(one).get("sender")) for one in _list(end.get("streams"))]
    trips = [trip for trip in (_number(one.get("mean_rtt")) for one in senders) if trip]
    if trips:
        # iperf3 reports microseconds.
        fields["rtt_ms"] = round(sum(trips) / len(trips) / 1e3, 3)
    ends = [(one.get("local_host"), one.get("remote_host")) for one in map(_object, _list(start.get("connected")))]
    if any(isinstance(local, str) and local == remote for local, remote in ends):
        fields["own_address"] = True
    return fields


def address_of_peer(output: str) -> str:
    """Return the address that iperf3 connected to; empty if the JSON does not have it."""
    connected = _list(_object(_object(_parsed(output)).get("start")).get("connected"))
    found = next((_object(one).get("remote_host") for one in connected), None)
    return found if isinstance(found, str) else ""


def _end(output: str) -> Mapping[str, Any]:
    return _object(_object(_parsed(output)).get("end"))


def _parsed(output: str) -> object:
    try:
        return json.loads(output)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or value < 0:
        return None
    return float(value)
