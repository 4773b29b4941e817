"""The kernel's release, and how far its number can be trusted."""

import re
from dataclasses import dataclass

from hostcheck.host.base import Host, Reading

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?")
# Providers show guests of OpenVZ whatever number they like: 3.13.0-042stab104.1 is a 2.6.32 (moby#10826).
_OPENVZ = re.compile(r"stab\d|\.vz\d|openvz", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Release:
    """What the kernel calls itself.

    Attributes:
        reading: where it was read.
        text: as uname -r prints it; None when it could not be read.
        version: its numbers, such as (6, 1, 0); None when there are none, or they are not to be trusted.
        is_openvz: whether the name is that of an OpenVZ or Virtuozzo kernel.
    """

    reading: Reading
    text: str | None
    version: tuple[int, ...] | None
    is_openvz: bool


def parse_version(release: str) -> tuple[int, ...] | None:
    """Parse the numbers a release begins with: "6.1.0-13-amd64" is (6, 1, 0)."""
    found = _VERSION.match(release)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


def is_openvz(release: str) -> bool:
    """Whether the release is an OpenVZ or Virtuozzo kernel's, whatever its number."""
    return _OPENVZ.search(release) is not None


def read_release(host: Host) -> Release:
    """Read the host's own release, never that of the machine hostcheck runs on."""
    reading = host.read("/proc/sys/kernel/osrelease")
    text = (reading.text or "").strip() or None
    if text is None:
        # Captures often hold only /proc/version, which begins "Linux version 6.1.0-13-amd64 (".
        banner = host.read("/proc/version")
        words = (banner.text or "").split()
        if words[:2] == ["Linux", "version"] and len(words) > 2:
            reading, text = banner, words[2]
    openvz = text is not None and is_openvz(text)
    return Release(reading, text, parse_version(text) if text and not openvz else None, openvz)
