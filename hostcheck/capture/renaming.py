"""Replace private data in any text: names of the host and its users, addresses, ids, keys.

The same original always gets the same replacement, so that a path in one file still matches a path in another file or
in a request of the audit.
"""

import re
from collections.abc import Iterable

from hostcheck.capture.addresses import BEFORE, Addresses

HOST = "host"
DOMAIN = "example.org"
SCRUBBED = "scrubbed"

_WORDS = """
admin alma almalinux alpine amazon arch aws azure bridge btrfs centos cgroup cloud config container containerd core
cpu data debian default dev docker ec2-user engine etc ext4 fedora gcp gentoo home host incus init kernel kubernetes
kvm libpod linux localhost localdomain lxc lxd max memory min name net network nobody node none openvz opensuse
overlay overlay2 overlayfs photon pid podman proc qemu rhel rocky root run server service session slice slim storage
suse sys system systemd test tmpfs ubuntu unknown user users usr vagrant var virt virtual vmware volume wsl xen xfs
zfs
"""
COMMON = frozenset(_WORDS.split())
"""Names that identify no host or user, and words that are in the files of every host."""

SHORTEST = 3
"""Minimum length of a name that is replaced in any text: shorter ones, such as "vm", are also parts of paths."""

_HOST_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_INVALID = re.compile(r"[^\W_]|[^\x00-\x7f]")
"""Characters of an invalid host name that are replaced: letters and digits, and all that is not ASCII."""
_HOME = re.compile(r"(/(?:home|Users|media)/)([^\s/:,\"'\\\0]+)")
_UUID = re.compile(
    r"(?:(?<=pod)|(?<![0-9A-Fa-f]))[0-9A-Fa-f]{8}([-_])[0-9A-Fa-f]{4}(?:\1[0-9A-Fa-f]{4}){2}\1[0-9A-Fa-f]{12}(?![\w])"
)
_LONG_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{32,}(?![0-9A-Za-z])")
_POINTER = re.compile(r"\b0x[0-9a-f]{16}\b")
_URL = re.compile(r"\b([a-z][a-z0-9+.-]{1,15}://)(?:[^\s/@\"']*@)?([^\s/:\"'<>,;\0]+)")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_AT = re.compile(
    r"(?<![\w.+-])(?!Microsoft@Microsoft\.com)[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.+-])[\w.+-]+@[\w.-]+(?=:/)"
)
# Instances of systemd units (systemd.unit(5)). The unit's name is kept: it can show a container manager.
_UNIT = re.compile(
    r"(?<![\w.:\\-])([\w.:\\-]+@)([\w.:\\-]+)"
    r"(\.(?:service|slice|scope|socket|mount|automount|swap|timer|path|target|device))(?![\w.\\-])"
)
_PUBLIC_INSTANCE = re.compile(r"\d+|tty\w*|console")
_LOCAL_NAME = re.compile(
    r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:internal|local|lan|localdomain|corp|intra|intranet|home\.arpa)(?![\w-]|\.\w)"
)
_NO_HOST = ("localhost.localdomain", "events.local", "rc.local")  # files of cgroups and of boot scripts
_SECRET = re.compile(
    r"(?i)\b([\w.-]{0,60}(?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private)_?key|(?:key|certificate)-data)"
    r"[\w.-]{0,100}[\"']?[ \t]*[=:][ \t]*)(?:([\"'])[^\n]*?\2|[^\s\"',;\0]+)"
)
_KEY = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}|\b(?:gh[pousr]|github_pat)_\w{20,}|\bglpat-[\w-]{20,}"
    r"|\bxox[a-z]-[\w-]{10,}|\b[rs]k_(?:live|test)_\w{16,}|\beyJ[\w-]{10,}(?:\.[\w-]+)*"
    # Public keys of OpenSSH (RFC 4253, section 6.6; RFC 5656, section 3.1): a key identifies one person, or one host.
    r"|\bAAAA(?:[BC]3NzaC1|E2VjZHNh|GnNr)[\w+/]{20,}={0,2}"
)
"""Keys that are recognized by their form: of AWS, Google, GitHub, GitLab, Slack, Stripe and SSH; JSON Web Tokens."""
_AUTHORIZED = re.compile(
    r"(?i)\b(authorization[\"']?[ \t]*[=:][ \t]*[\"']?(?:(?:basic|bearer|digest|token)[ \t]+)?)[^\s\"',;\0]+"
)
_WWN = re.compile(r"\b((?:naa|eui)\.)([0-9a-fA-F]{16,32})(?![0-9A-Za-z])")
"""Worldwide names of disks, in the forms of Linux (T10 SPC-5, section 7.7.6)."""
_PEM = re.compile(r"-----BEGIN [^-\n]+-----.*?(?:-----END [^-\n]+-----|\Z)", re.DOTALL)

_PUBLIC_IDS = frozenset(
    {
        # GUIDs of EFI variables (UEFI specification, 32.3): the same on every machine.
        "8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "d719b2cb-3d3a-4596-a3bc-dad00e67656f",
        "605dab50-e046-4300-abb6-3dd810dd8b23",
    }
)


class Renamer:
    """A renamer of private data, which remembers the replacement of each name."""

    def __init__(
        self, hosts: Iterable[str] = (), users: Iterable[str] = (), release: str = "", plain: Iterable[str] = ()
    ) -> None:
        """Take the names to replace, as whole words, in every text.

        Args:
            hosts: names of this host and of its domain.
            users: names of its users.
            release: the kernel's release, which is kept even if it looks like an address.
            plain: names that are also ordinary words: they are replaced only in places that always hold a name.
        """
        self.addresses = Addresses(release)
        self._users: dict[str, str] = {}
        self._ids: dict[str, int] = {}
        self._plain = COMMON.union(plain)
        self._hosts = _host_names({name.lower() for name in hosts})
        self._names = {name.lower(): self.user(name) for name in users} | self._hosts
        self._names = {name: renamed for name, renamed in self._names.items() if self._identifies(name)}
        words = "|".join(re.escape(name) for name in sorted(self._names, key=lambda name: (-len(name), name)))
        self._words = re.compile(rf"{BEFORE}(?:{words})(?!\w)", re.IGNORECASE) if words else None

    def text(self, text: str) -> str:
        """Replace private data in a text, whose parts may be separated by NUL bytes."""
        text = _PEM.sub(SCRUBBED, text)
        text = _SECRET.sub(lambda found: f"{found[1]}{found[2] or ''}{SCRUBBED}{found[2] or ''}", text)
        text = _KEY.sub(SCRUBBED, text)
        text = _AUTHORIZED.sub(rf"\1{SCRUBBED}", text)
        text = _WWN.sub(lambda found: f"{found[1]}{self._id(found[2].lower()):0{len(found[2])}x}", text)
        text = _URL.sub(self._url, text)
        text = _UNIT.sub(self._unit, text)
        text = _AT.sub(lambda found: found[0] if _UNIT.fullmatch(found[0]) else f"user@{DOMAIN}", text)
        text = _HOME.sub(lambda found: found[1] + self.user(found[2]), text)
        if self._words is not None:
            text = self._words.sub(lambda found: self._names[found[0].lower()], text)
        text = _LOCAL_NAME.sub(lambda found: found[0] if found[0].endswith(_NO_HOST) else DOMAIN, text)
        text = _UUID.sub(self._uuid, text)
        text = _LONG_HEX.sub(self._hex, text)
        text = _POINTER.sub("0x" + "0" * 16, text)
        return self.addresses.rename(text)

    def data(self, data: bytes) -> bytes:
        """Replace private data in bytes that are mostly text; other bytes are kept."""
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def user(self, name: str) -> str:
        """Return the replacement of a user's name; the name itself if it is very short or an ordinary word."""
        return self._users.setdefault(name, f"user{len(self._users) + 1}") if self._identifies(name) else name

    def host(self, name: str) -> str:
        """Return the replacement of a host's name: "host" for this host, "host" with a number for another.

        An invalid name stays invalid.
        """
        return self.called(name) if _HOST_NAME.fullmatch(name) else _INVALID.sub(_letter, name)

    def called(self, name: str) -> str:
        """Return the replacement of a host's name as ``host`` does, but a valid name in place of an invalid one."""
        return self._hosts.get(name.lower()) or f"host{self._id(name)}"

    def _identifies(self, name: str) -> bool:
        return len(name) >= SHORTEST and name.lower() not in self._plain

    def _url(self, found: re.Match[str]) -> str:
        scheme, host = found[1], found[2]
        if scheme in {"unix://", "file://"} or host in {"localhost", DOMAIN} or host.startswith("127."):
            return found[0] if "@" not in found[0] else scheme + host
        # Addresses are renamed later, like all others, so that each has one replacement.
        return scheme + (host if _IPV4.fullmatch(host) else DOMAIN)

    def _unit(self, found: re.Match[str]) -> str:
        public = _PUBLIC_INSTANCE.fullmatch(found[2])
        return found[0] if public else f"{found[1]}instance{self._id(found[2])}{found[3]}"

    def _uuid(self, found: re.Match[str]) -> str:
        if found[0].lower() in _PUBLIC_IDS or not set(found[0]) - set("0-_"):
            return found[0]
        digits = f"{self._id(found[0].lower().replace(found[1], '-')):032x}"
        return found[1].join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def _hex(self, found: re.Match[str]) -> str:
        return found[0] if set(found[0].lower()) in ({"0"}, {"f"}) else f"{self._id(found[0]):0{len(found[0])}x}"

    def _id(self, original: str) -> int:
        return self._ids.setdefault(original, len(self._ids) + 1)


def _letter(found: re.Match[str]) -> str:
    return "ø" if not found[0].isascii() else "X" if found[0].isupper() else "x"


def _host_names(names: set[str]) -> dict[str, str]:
    """Return a replacement for each name of this host: /etc/hostname may have another name than the kernel."""
    short = sorted(name for name in names if "." not in name)
    renamed = {name: HOST if number == 1 else f"{HOST}-{number}" for number, name in enumerate(short, 1)}
    for name in sorted(names.difference(short)):
        first = renamed.get(name.partition(".")[0])
        renamed[name] = DOMAIN if first is None else f"{first}.{DOMAIN}"
    return renamed
