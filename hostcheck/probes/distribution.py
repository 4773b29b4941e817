"""The distribution: the family, which decides the package manager, and the release. Source: os-release(5)."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.probes.readings import unparsed_reason
from hostcheck.run.model import NONE, Evidence, Fact

_FILES = ("/etc/os-release", "/usr/lib/os-release")
_LINE = re.compile(r"^(ID|ID_LIKE|VERSION_ID)=[\"']?([^\"'\n]*)", re.MULTILINE)
_FAMILIES: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("debian", "ubuntu", "rhel", "fedora", "suse", "arch", "alpine", "nixos")}
    | {"centos": "rhel", "sles": "suse", "opensuse": "suse", "ol": "rhel", "raspbian": "debian", "archlinux": "arch"}
    # These distributions have no ID_LIKE.
    | {"deepin": "debian", "kali": "debian", "uos": "debian"}
)
"""The family of each known ID of a distribution. For other IDs, it is the family of the first known word in ID_LIKE,
which lists the closest relative first."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield os.family and os.release."""
    readings = [host.read(path) for path in _FILES]
    for path, reading in zip(_FILES, readings, strict=True):
        fields = parse_os_release(reading.text or "")
        if "ID" in fields:
            name, release = fields["ID"], fields.get("VERSION_ID", "")
            likes = (name, *fields.get("ID_LIKE", "").split())
            family = next((_FAMILIES[like] for like in likes if like in _FAMILIES), "other")
            shown = Evidence(path, " ".join(filter(None, (*likes, release))), "ID, ID_LIKE and VERSION_ID")
            yield Fact("os.family", family, evidence=(shown,))
            yield Fact("os.release", release or NONE, evidence=(shown,))
            return
    readable = next((each for each in readings if each.text is not None), readings[0])
    reason = unparsed_reason(readable, "a line ID=")
    for fact_id in ("os.family", "os.release"):
        yield Fact.unknown(fact_id, reason)


def parse_os_release(text: str) -> Mapping[str, str]:
    """Parse os-release(5): return those of ID, ID_LIKE and VERSION_ID that are set."""
    return {name: value.strip() for name, value in _LINE.findall(text) if value.strip()}
