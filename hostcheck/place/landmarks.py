"""Read a file of landmarks: machines whose place is known, and with which a handshake may be made.

Nothing else is contacted. An address that belongs to another machine in each network, or that each cloud answers
itself, proves no place, so it is refused. A private address is accepted if the file pins the key of the machine.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostcheck.filekinds import recognising
from hostcheck.tomltext import Table, read_document, read_table_text, shown

MOST = 100
"""Maximum number of landmarks in a file: more than any question needs."""
DEFAULT_ACCURACY_KM = 25.0
"""How far a landmark may be from its coordinates, in km, if the file does not say: often they are those of its city."""

_KEYS = ("name", "address", "port", "latitude", "longitude", "known", "accuracy_km", "tls_pin")
_PIN = "sha256/"
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_EVERYWHERE = {
    "168.63.129.16": "Azure answers it in each of its regions",
    "100.100.100.200": "Alibaba Cloud answers it in each of its regions",
    "169.254.169.254": "each cloud answers it by itself",
    "fd00:ec2::254": "AWS answers it in each of its regions",
    "fd20:ce::254": "Google Cloud answers it in each of its regions",
}
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
            *("192.0.0.0/24", "198.18.0.0/15", "fc00::/7", "fec0::/10"),
        ),
    )
)
"""Ranges whose addresses belong to other machines in each network (RFC 1918, 6598, 6890, 2544, 4193 and 3879)."""
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses whose last 32 bits are the IPv4 address that a translator contacts (RFC 6052)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Landmark:
    """A machine whose place is known.

    Attributes:
        name: the name for messages.
        address: an IP address, or a name that DNS resolves.
        port: the TCP port.
        latitude, longitude: the coordinates in degrees.
        known: how the place is known.
        accuracy_km: how far from the coordinates the machine may be, in km.
        pin: the SHA-256 of the public key (SubjectPublicKeyInfo) that the machine must prove in TLS; empty for plain
            TCP.
        place: the path of the file and the line, for messages.
    """

    name: str
    address: str
    port: int
    latitude: float
    longitude: float
    known: str
    accuracy_km: float = DEFAULT_ACCURACY_KM
    pin: bytes = b""
    place: str = ""

    @property
    def literal(self) -> Address | None:
        """The parsed IP address; None for a name."""
        return literal(self.address)

    @property
    def endpoint(self) -> str:
        """The address and the port: "192.0.2.1:443", "[2001:db8::1]:443"."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def literal(text: str) -> Address | None:
    """Parse an IP address; None if the text is not an IP address."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def why_unusable(address: Address, *, pinned: bool) -> str:
    """Return why an address cannot prove a place, in words; empty if it can.

    Args:
        address: the address that would be contacted.
        pinned: whether the machine must prove a pinned key.
    """
    address = _of_ipv4(address) or address
    if str(address) in _EVERYWHERE:
        return _EVERYWHERE[str(address)]
    if address.is_loopback or address.is_unspecified or (address.version == 4 and address in _THIS_NETWORK):
        return "this host answers it by itself"
    if address.is_multicast or str(address) == "255.255.255.255":
        return "it belongs to no single machine"
    if address.is_link_local:
        return "whatever is on the same link answers it"
    if not pinned and any(address in network for network in _PRIVATE if network.version == address.version):
        return "it is private, so each network has another machine there, unless tls_pin says whose key answers"
    return ""


def _of_ipv4(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in a mapped (::ffff:0:0/96), translated (NAT64) or 6to4 address; None for any other."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def read_landmarks(path: Path) -> tuple[Landmark, ...]:
    """Read the landmarks of a file.

    Raises:
        UsageError: if there is no such file, or a value is not valid. The message has the line.
    """
    with recognising("landmarks", "landmarks", path):
        return parse_landmarks(read_table_text("landmarks", path), path)


def parse_landmarks(text: str, path: Path) -> tuple[Landmark, ...]:
    """Parse the text of a file of landmarks.

    Args:
        text: the text.
        path: the file, for messages.

    Raises:
        UsageError: if a value is not valid. The message has the line.
    """
    document = read_document("landmarks", text, path)
    top = Table("landmarks", text, path)
    top.refuse_unknown(document, ("landmark",))
    rows = document.get("landmark")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        top.refuse_mistakes()
        top.fail("landmark", "the file has no landmarks", "write each as [[landmark]]")
    if len(rows) > MOST:
        top.fail("landmark", f"the file has {len(rows)} landmarks", f"name at most {MOST}")
    found: list[Landmark] = []
    for number, row in enumerate(rows):
        table = top.inner(("landmark",), number)
        with table.collecting():
            found.append(_landmark(table, row, found))
    top.refuse_mistakes()
    return tuple(found)


def _landmark(table: Table, row: Mapping[str, Any], others: list[Landmark]) -> Landmark:
    table.refuse_unknown(row, _KEYS)
    name = _text(table, row, "name")
    if any(other.name == name for other in others):
        table.fail("name", f"there are two landmarks {name!r}", "give each its own name")
    pin = _pin(table, row)
    address = _address(table, row, pinned=bool(pin))
    accuracy = row.get("accuracy_km", DEFAULT_ACCURACY_KM)
    landmark = Landmark(
        name=name,
        address=address,
        port=_port(table, row),
        latitude=_degrees(table, row, "latitude", 90),
        longitude=_degrees(table, row, "longitude", 180),
        known=_text(table, row, "known", "write how its place is known: who says so, and when"),
        accuracy_km=_number(table, "accuracy_km", accuracy, 0, 1000, unit="km"),
        pin=pin,
        place=table.place("name"),
    )
    same = next((other for other in others if _machine(other) == _machine(landmark)), None)
    if same is not None:
        table.fail(
            "address",
            f"{address} is the address of the landmark {same.name!r} too",
            "leave one of them out: a machine is in one place",
        )
    return landmark


def _machine(landmark: Landmark) -> str:
    """Return a text that is equal for all spellings of an address.

    IPv4 within IPv6 is written as IPv4, and a name in lower case without the last dot.
    """
    address = landmark.literal
    return str(_of_ipv4(address) or address) if address else landmark.address.rstrip(".").lower()


def _text(table: Table, row: Mapping[str, Any], key: str, remedy: str = "") -> str:
    text = table.text_of(row, key)
    if text is None:
        table.fail(None, f"a landmark has no {key}", remedy)
    if not text.isprintable() or len(text) > 200:
        table.fail(key, f"{key} is not a short line of text", "write at most 200 characters on one line")
    return text


def _address(table: Table, row: Mapping[str, Any], *, pinned: bool) -> str:
    text = _text(table, row, "address", "write an address, or a name that DNS is asked for").strip()
    address = literal(text)
    if address is None:
        labels = text.rstrip(".").split(".")
        is_name = len(text) <= 253 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
        if not is_name or text.rstrip(".").lower() == "localhost":
            table.fail("address", f"{text!r} is not another machine's address", "write an address or a name of DNS")
        return text
    if getattr(address, "scope_id", None):
        table.fail("address", f"{text} is a link-local address", "write a global address")
    if why := why_unusable(address, pinned=pinned):
        table.fail("address", f"{text} does not identify a place: {why}", "name a machine whose place is known")
    return str(address)


def _port(table: Table, row: Mapping[str, Any]) -> int:
    if "port" not in row:
        table.fail(None, "a landmark has no port", "write the number of a TCP port that answers, such as 443")
    port = row["port"]
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        table.fail("port", f"port is {shown(port)}", "write a number from 1 to 65535")
    return port


def _degrees(table: Table, row: Mapping[str, Any], key: str, most: int) -> float:
    if key not in row:
        table.fail(None, f"a landmark has no {key}", f"write it in degrees, from -{most} to {most}")
    return _number(table, key, row[key], -most, most, unit="degrees")


def _number(table: Table, key: str, value: object, least: float, most: float, *, unit: str) -> float:
    # Every comparison with nan is false, so it is refused too.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        table.fail(key, f"{key} is {shown(value)}", f"write {unit} as a number from {least:g} to {most:g}")
    return float(value)


def _pin(table: Table, row: Mapping[str, Any]) -> bytes:
    text = table.text_of(row, "tls_pin")
    if text is None:
        return b""
    try:
        pin = base64.b64decode(text.removeprefix(_PIN), validate=True)
    except (binascii.Error, ValueError):
        pin = b""
    if not text.startswith(_PIN) or len(pin) != 32:
        remedy = "write sha256/ and the SHA-256 of its public key in base64 (RFC 7469, section 2.4)"
        table.fail("tls_pin", f"tls_pin is {shown(text)}", remedy)
    return pin
