"""Replace network addresses: the same address always gets the same replacement, of the same class.

Probes use the class of an address (loopback, private, link-local…) and its network, so both are kept. IPv4 addresses
are renamed by their first 24 bits, so that addresses of one network stay in one network.
"""

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address

BEFORE = r"(?:(?<!\w)|(?<=\\[nrt]))"
"""Start of a pattern whose match must not follow a letter or digit. It may follow the letter of an escaped line break
or tab, which JSON that cannot be parsed still contains."""

_IPV4 = re.compile(rf"{BEFORE}(?<![.-])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\w-]|\.\d)")
_IPV6 = re.compile(
    rf"{BEFORE}(?<![:.])(?:[0-9A-Fa-f]{{1,4}}|:)(?::[0-9A-Fa-f]{{0,4}}){{2,8}}(?:\.\d{{1,3}}){{0,3}}(?![\w:])"
)
_MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4,18}(?![\w:])")
_MAC_IN_NAME = re.compile(r"(?<=\benx)[0-9a-f]{12}(?![0-9a-f])")

_METADATA = IPv4Address("169.254.169.254")  # the same in every cloud
_LINK_LOCAL6 = ipaddress.IPv6Network("fe80::/10")
_UNIQUE_LOCAL6 = ipaddress.IPv6Network("fc00::/7")


class Addresses:
    """A renamer of addresses, which remembers the replacement of each."""

    def __init__(self, release: str = "") -> None:
        """Take the kernel's release, which is not an address even when it is four numbers with dots."""
        self._release = release
        self._nets: dict[str, str] = {}
        self._taken: set[str] = set()
        self._others: dict[str, int] = {}

    def rename(self, text: str) -> str:
        """Rename every address in a text."""
        text = _MAC.sub(self._mac, text)
        text = _MAC_IN_NAME.sub(lambda found: f"{self._number(found[0]):012x}", text)
        text = _IPV6.sub(self._ipv6, text)
        return _IPV4.sub(lambda found: self.ipv4(found[0]), text)

    def ipv4(self, written: str) -> str:
        """Rename one IPv4 address.

        A text that is not an address is kept, and so is an address that identifies no host: loopback, multicast, a
        mask, a large network, the metadata server of clouds.
        """
        try:
            address = IPv4Address(written)
        except ValueError:
            return written
        if written == self._release:
            return written
        if address.is_loopback or address.is_multicast or address == _METADATA or written.startswith(("0.", "255.")):
            return written
        if written.endswith(".0.0.0"):
            # A network of 8 bits, or a mask: too large to identify a host.
            return written
        net, _, last = written.rpartition(".")
        if address.is_private and net.endswith(".0") and last == "0":
            # A network as large as 172.17.0.0/16 identifies no host. Docker's address pools are such networks.
            return written
        if net not in self._nets:
            free = (other for other in _candidates(address) if other != net and other not in self._taken)
            found = next(free, "198.19.255")
            self._nets[net] = found
            self._taken.add(found)
        return f"{self._nets[net]}.{last}"

    def ipv6(self, address: IPv6Address) -> IPv6Address:
        """Rename one IPv6 address; loopback, unspecified and multicast addresses are kept."""
        if address.is_loopback or address.is_unspecified or address.is_multicast:
            return address
        if address in _LINK_LOCAL6:
            prefix = "fe80::ffff:0:0"
        else:
            prefix = "fd00:0:0:ffff::" if address in _UNIQUE_LOCAL6 else "2001:db8:0:ffff::"
        return IPv6Address(int(IPv6Address(prefix)) + self._number(str(address)))

    def _ipv6(self, found: re.Match[str]) -> str:
        try:
            address = IPv6Address(found[0])
        except ValueError:
            return found[0]
        renamed = self.ipv6(address)
        return found[0] if renamed == address else str(renamed)

    def _mac(self, found: re.Match[str]) -> str:
        digits = found[0].replace(found[1], "").lower()
        if set(digits) in ({"0"}, {"f"}):
            return found[0]
        renamed = f"02{self._number(digits):0{len(digits) - 2}x}"
        return found[1].join(renamed[i : i + 2] for i in range(0, len(renamed), 2))

    def _number(self, original: str) -> int:
        return self._others.setdefault(original.lower(), len(self._others) + 1)


def _candidates(address: IPv4Address) -> list[str]:
    """Return the networks, such as "10.1.255", that can replace an address's network: those of the address's class."""
    first, second, third, _ = address.packed
    # Address pools are /16 networks in 10 and 172 (Docker's, Flannel's 10.244, k3s's 10.42), and Docker's in 192.168
    # are /20 networks (libnetwork/ipamutils). The replacement stays in the same pool, so conflicts do not change.
    if first == 10:
        return [f"10.{second}.{i}" for i in range(255, -1, -1)]
    if first == 172 and 16 <= second < 32:
        return [f"172.{second}.{i}" for i in range(255, -1, -1)]
    if first == 192 and second == 168:
        return [f"192.168.{third & 0xF0 | i}" for i in range(15, -1, -1)] + [f"192.168.{i}" for i in range(256)]
    if address.is_link_local:
        return [f"169.254.{i}" for i in range(255, -1, -1)]
    # The block of RFC 2544 for benchmarks: large enough, and not routed.
    return [f"198.{18 + i // 256}.{i % 256}" for i in range(512)]
