"""The options of the network workload, and their defaults for each effort."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.bench.base import Effort
from hostcheck.errors import UsageError

PORT = 5201
"""The port on which iperf3 -s listens (iperf3(1))."""

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.%\w]+)\]|(?P<name>[A-Za-z0-9_.-]+))(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Peer:
    """A host that runs ``iperf3 -s``.

    Attributes:
        host: its name or address.
        port: the TCP and UDP port.
    """

    host: str
    port: int = PORT

    def __str__(self) -> str:
        """Return the peer in the form of the command line."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_peer(text: str) -> Peer:
    """Parse ``--peer``: HOST, HOST:PORT or [ADDRESS]:PORT.

    Raises:
        UsageError: if the text is none of these.
    """
    found = _HOST.fullmatch(f"[{text}]" if text.count(":") > 1 and "[" not in text else text)
    port = int(found["port"] or PORT) if found else 0
    if found is None or not 0 < port < 1 << 16 or text.startswith("-"):
        raise UsageError(f"--peer {text}: expected HOST or HOST:PORT", remedy="name the host where iperf3 -s runs")
    return Peer(found["six"] or found["name"], port)


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """The options of the network workload.

    Attributes:
        rounds: number of rounds. Each round measures each direction, in one connection and in several.
        seconds: length of one turn, in whole seconds.
        peer: the host to measure with. If it is None, nothing is measured: hostcheck chooses no host for the user.
    """

    rounds: int
    seconds: int
    peer: Peer | None = None

    @classmethod
    def preset(cls, effort: Effort) -> "NetworkOptions":
        """Return the default options for this effort."""
        return PRESETS[effort]


PRESETS: Mapping[Effort, NetworkOptions] = MappingProxyType(
    {"quick": NetworkOptions(3, 2), "standard": NetworkOptions(5, 3), "thorough": NetworkOptions(10, 5)}
)
