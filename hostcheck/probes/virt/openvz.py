"""OpenVZ and Virtuozzo: their guests, their nodes, and CloudLinux, which is neither."""

import re
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host, shorten
from hostcheck.probes.release import Release
from hostcheck.probes.virt.claims import Personality
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.run.model import Evidence

_OPENVZ_FILE_SYSTEMS = {"simfs", "vzfs"}
_BEANCOUNTER_ID = re.compile(r"^[ \t]*(\d+):", re.MULTILINE)
# wiki.openvz.org/Kernel_versions; Virtuozzo 7 to 9.
_OPENVZ_NUMBERS = (
    ("023stab", "2.6.9"),
    ("028stab", "2.6.18"),
    ("042stab", "2.6.32"),
    (".vz7", "3.10"),
    (".vz8", "4.18"),
    (".vz9", "5.14"),
)


def openvz_claims(
    host: Host, isolation: Isolation, status: Mapping[str, str], release: Release
) -> Iterator[Personality]:
    """Systemd's and virt-what's rules for /proc/vz and /proc/bc, with the id that the kernel tells each process."""
    own_id = status.get("envID")
    if own_id is not None and own_id != "0":
        shown = Evidence("/proc/self/status", shorten(f"envID: {own_id}"), "for openvz: a guest's id")
        yield Personality("openvz", shown, contained=True)
    elif (limits := _cloudlinux(host, release)) is not None:
        # CloudLinux limits users on one shared kernel. It has /proc/vz, and is neither guest nor node of OpenVZ.
        yield Personality("cloudlinux", limits, contained=None)
        return
    else:
        told = next(_openvz_by_files(host, isolation, own_id), None)
        if told is not None:
            yield told
        elif release.is_openvz:
            # Only guests are shown another number than the kernel's own (moby#10826), and a node has /proc/bc.
            shown = release.reading.evidence("for openvz: its kernel, and no sign of a node", release.text)
            yield Personality("openvz", shown, contained=True)
            return
    if release.is_openvz:
        shown = release.reading.evidence("for an openvz kernel, whatever its number", release.text)
        yield Personality("openvz", shown, contained=None)


def _cloudlinux(host: Host, release: Release) -> Evidence | None:
    if host.exists("/proc/lve") is True:
        return Evidence("/proc/lve", "present", "for cloudlinux: against openvz")
    if ".lve" in (release.text or ""):
        return release.reading.evidence("for cloudlinux: against openvz", release.text)
    return None


def _openvz_by_files(host: Host, isolation: Isolation, own_id: str | None) -> Iterator[Personality]:
    counters = host.read("/proc/user_beancounters")
    ids = set(_BEANCOUNTER_ID.findall(counters.text or ""))
    is_node = host.exists("/proc/bc") is True
    if own_id == "0" or is_node or host.exists("/dev/vzctl") is True:
        # vzctl(8) talks to the kernel through the device, which guests do not have.
        path = "/proc/bc" if is_node else "/dev/vzctl"
        source = ("/proc/self/status", "envID: 0") if own_id else (path, "present")
        yield Personality("openvz", Evidence(*source, "for an openvz node: against a container"), contained=False)
    elif isolation.root_type in _OPENVZ_FILE_SYSTEMS:
        shown = Evidence(isolation.table, f"/ is {isolation.root_type}", "for openvz")
        yield Personality("openvz", shown, contained=True)
    elif ids:
        # A node sees its own resources, id 0, beside those of its guests.
        guest = "0" not in ids
        says = "for openvz" if guest else "for an openvz node: against a container"
        yield Personality("openvz", counters.evidence(says, f"ids {' '.join(sorted(ids))}"), contained=guest)
    elif host.exists("/proc/vz") is True:
        shown = Evidence("/proc/vz", "present, without /proc/bc", "for openvz")
        yield Personality("openvz", shown, contained=True)


def faked(release: Release) -> str:
    """Say that an OpenVZ kernel shows another number than its own; nothing when it shows its own."""
    text = release.text or ""
    own = next((number for name, number in _OPENVZ_NUMBERS if name in text), "")
    if not text or (text.startswith(own) if own else release.is_openvz):
        return ""
    why = f"such kernels are {own}" if own else "that is no OpenVZ kernel's name"
    return f"{release.reading.source} says {shorten(text)}, but {why}: the provider chose what it shows (moby#10826)"
