"""Kernels of OpenVZ and Virtuozzo, in guests and on nodes; and of CloudLinux, which resembles them."""

import re
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host, shorten
from hostcheck.probes.kernel.release import Release
from hostcheck.probes.virt.indicators import KernelKind
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.run.model import Evidence

_OPENVZ_FILE_SYSTEMS = {"simfs", "vzfs"}
_BEANCOUNTER_ID = r"(?m)^[ \t]*(\d+):"
# wiki.openvz.org/Kernel_versions; Virtuozzo 7 to 9.
_OPENVZ_NUMBERS = (
    ("023stab", "2.6.9"),
    ("028stab", "2.6.18"),
    ("042stab", "2.6.32"),
    (".vz7", "3.10"),
    (".vz8", "4.18"),
    (".vz9", "5.14"),
)

_LATER = r"\.vz[7-9]"
_EARLIER = r"\d{3}(?:stab|test)\d"


def openvz_indicators(
    host: Host, isolation: Isolation, status: Mapping[str, str], release: Release
) -> Iterator[KernelKind]:
    """Yield the kinds of an OpenVZ kernel, or of CloudLinux's, which resembles it.

    They are found by the guest's id, which the kernel shows to each process (envID), then by /proc/vz and /proc/bc.
    Sources: the rules of systemd and virt-what.
    """
    own_id = status.get("envID")
    if own_id is not None and own_id != "0":
        shown = Evidence("/proc/self/status", shorten(f"envID: {own_id}"), "for openvz: the id of a guest")
        yield KernelKind("openvz", shown, contained=True)
    elif (limits := _cloudlinux(host, release)) is not None:
        # CloudLinux has /proc/vz too, but it is neither guest nor node of OpenVZ: it only limits users.
        yield KernelKind("cloudlinux", limits, contained=None)
        return
    else:
        found = next(_openvz_by_files(host, isolation, own_id), None)
        if found is not None:
            yield found
        elif release.is_openvz:
            # Only guests see a changed version of the kernel (moby#10826), and a node has /proc/bc.
            shown = release.reading.evidence("for openvz: its kernel, without the files of a node", release.text)
            yield KernelKind("openvz", shown, contained=True)
            return
    if release.is_openvz:
        shown = release.reading.evidence("for an openvz kernel, by its name", release.text)
        yield KernelKind("openvz", shown, contained=None)


def _cloudlinux(host: Host, release: Release) -> Evidence | None:
    if host.exists("/proc/lve") is True:
        return Evidence("/proc/lve", "present", "for cloudlinux: against openvz")
    if ".lve" in (release.text or ""):
        return release.reading.evidence("for cloudlinux: against openvz", release.text)
    return None


def _openvz_by_files(host: Host, isolation: Isolation, own_id: str | None) -> Iterator[KernelKind]:
    counters = host.read("/proc/user_beancounters")
    ids = set(re.findall(_BEANCOUNTER_ID, counters.text)) if counters.text else set()
    is_node = host.exists("/proc/bc") is True
    if own_id == "0" or is_node or host.exists("/dev/vzctl") is True:
        # vzctl(8) uses this device of the kernel. Guests do not have it.
        path = "/proc/bc" if is_node else "/dev/vzctl"
        source = ("/proc/self/status", "envID: 0") if own_id else (path, "present")
        yield KernelKind("openvz", Evidence(*source, "for an openvz node: against a container"), contained=False)
    elif isolation.root_type in _OPENVZ_FILE_SYSTEMS:
        shown = Evidence(isolation.table, f"/ is {isolation.root_type}", "for openvz")
        yield KernelKind("openvz", shown, contained=True)
    elif ids:
        # On a node the file also lists the node itself, as id 0.
        guest = "0" not in ids
        says = "for openvz" if guest else "for an openvz node: against a container"
        yield KernelKind("openvz", counters.evidence(says, f"ids {' '.join(sorted(ids))}"), contained=guest)
    elif host.exists("/proc/vz") is True:
        shown = Evidence("/proc/vz", "present, without /proc/bc", "for openvz")
        yield KernelKind("openvz", shown, contained=True)


def later_generation(host: Host, release: Release) -> Evidence | None:
    """Return what shows that an OpenVZ kernel is Virtuozzo 7 or later (since Linux 3.10); None for OpenVZ 6 and older.

    Its name decides, if the provider did not change it; else features that 2.6.32 never had: overlay, and user and
    cgroup namespaces.
    """
    text = release.text or ""
    if re.search(_LATER, text):
        return release.reading.evidence("for virtuozzo: its name", text)
    if re.search(_EARLIER, text):
        return None
    file_systems = host.read("/proc/filesystems")
    if "overlay" in (file_systems.text or "").split():
        return file_systems.evidence("for virtuozzo: OpenVZ 6 never had it", "overlay")
    for kind in ("user", "cgroup"):
        path = f"/proc/self/ns/{kind}"
        if host.exists(path):
            return Evidence(path, "present", "for virtuozzo: OpenVZ 6 never had it")
    return None


def faked(release: Release) -> str:
    """Describe the conflict if an OpenVZ kernel shows a version other than its real one; empty if it does not."""
    text = release.text or ""
    own = next((number for name, number in _OPENVZ_NUMBERS if name in text), "")
    if not text or (text.startswith(own) if own else release.is_openvz):
        return ""
    why = f"such kernels are {own}" if own else "no OpenVZ kernel has that name"
    return f"{release.reading.source} says {shorten(text)}, but {why}: the provider chose the version (moby#10826)"
