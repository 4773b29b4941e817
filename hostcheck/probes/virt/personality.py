"""Kernels that contain what runs on them, or only imitate Linux: OpenVZ, Linux-VServer, gVisor, WSL, LX zones."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.release import Release, is_gvisor, wsl_generation
from hostcheck.probes.virt.flavours import name_release
from hostcheck.probes.virt.hints import kernel_log
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.run.model import Evidence, Fact

_WSL_FILES = ("/proc/sys/fs/binfmt_misc/WSLInterop", "/proc/sys/fs/binfmt_misc/WSLInterop-late", "/run/WSL")
_OPENVZ_FILE_SYSTEMS = {"simfs", "vzfs"}
_WSL1_FILE_SYSTEMS = {"lxfs", "wslfs"}
_WSL1_BUILDER = "(Microsoft@Microsoft.com)"
_BEANCOUNTER_ID = re.compile(r"^[ \t]*(\d+):", re.MULTILINE)


class Personality(NamedTuple):
    """What a kernel turned out to be.

    Attributes:
        flavour: the kernel: "openvz", "cloudlinux", "linux-vserver", "gvisor", "wsl1", "wsl2", "illumos-lx".
        evidence: what was read.
        contained: whether what looks is in a container of that kernel; None where this is not told.
    """

    flavour: str
    evidence: Evidence
    contained: bool | None


def personalities(host: Host, isolation: Isolation, release: Release) -> tuple[Personality, ...]:
    """Hear what the kernel says of itself, the most telling first."""
    status = _fields(host.read("/proc/self/status"))
    version = host.read("/proc/version")
    return (
        *_gvisor(host, release, version),
        *_illumos(version),
        *_openvz(host, isolation, status, release),
        *_vserver(host, status),
        *_wsl(host, isolation, release, version),
    )


def flavour(release: Release, heard: tuple[Personality, ...]) -> Fact:
    """Name the kernel's flavour: what it turned out to be, or whose release it has."""
    if heard:
        return Fact("virt.kernel_flavour", heard[0].flavour, evidence=tuple(one.evidence for one in heard))
    if release.text is None:
        return Fact.unknown("virt.kernel_flavour", f"{release.reading.source} could not be read")
    found = name_release(release.text)
    return Fact("virt.kernel_flavour", found.name, evidence=(release.reading.evidence(found.meaning, release.text),))


def _gvisor(host: Host, release: Release, version: Reading) -> Iterator[Personality]:
    if host.exists("/proc/gvisor/kernel_is_gvisor") is True:
        yield Personality("gvisor", Evidence("/proc/gvisor/kernel_is_gvisor", "present", "for gvisor"), contained=True)
    elif is_gvisor(release.text or "", version.text or ""):
        yield Personality("gvisor", version.evidence("for gvisor: the version that it imitates"), contained=True)
    elif "Starting gVisor" in kernel_log(host):
        yield Personality("gvisor", Evidence("dmesg", "Starting gVisor", "for gvisor"), contained=True)


def _illumos(version: Reading) -> Iterator[Personality]:
    if "BrandZ" in (version.text or ""):
        yield Personality("illumos-lx", version.evidence("for illumos-lx"), contained=True)


def _openvz(host: Host, isolation: Isolation, status: Mapping[str, str], release: Release) -> Iterator[Personality]:
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


def _vserver(host: Host, status: Mapping[str, str]) -> Iterator[Personality]:
    """Linux-VServer's context id: 0 is the host's. Its first kernels called it s_context, and said more after it."""
    own_id = next(iter((status.get("VxID") or status.get("s_context") or "").split()), None)
    if own_id is not None:
        guest = own_id not in {"0", "none"}
        says = "for linux-vserver" if guest else "for a linux-vserver host: against a container"
        yield Personality(
            "linux-vserver", Evidence("/proc/self/status", shorten(f"VxID: {own_id}"), says), contained=guest
        )
    elif host.exists("/proc/virtual") is True:
        yield Personality(
            "linux-vserver", Evidence("/proc/virtual", "present", "for a linux-vserver host"), contained=False
        )


def _wsl(host: Host, isolation: Isolation, release: Release, version: Reading) -> Iterator[Personality]:
    if isolation.root_type in _WSL1_FILE_SYSTEMS:
        yield Personality("wsl1", Evidence(isolation.table, f"/ is {isolation.root_type}", "for wsl1"), contained=True)
        return
    file = next((path for path in _WSL_FILES if host.exists(path) is True), None)
    generation = wsl_generation(release.text or "")
    if generation is not None:
        name = f"wsl{generation}"
        yield Personality(name, release.reading.evidence(f"for {name}", release.text), contained=True)
    elif _WSL1_BUILDER in (version.text or ""):
        yield Personality("wsl1", version.evidence("for wsl1: who built it"), contained=True)
    elif file is not None:
        yield Personality("wsl2", Evidence(file, "present", "for wsl2"), contained=True)


def _fields(status: Reading) -> dict[str, str]:
    pairs = (line.partition(":") for line in (status.text or "").splitlines())
    return {key: value.strip() for key, _, value in pairs}
