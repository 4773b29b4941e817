"""Kernels that contain what runs on them, or only imitate Linux: OpenVZ, Linux-VServer, gVisor, WSL, LX zones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.host.mounts import Mount
from hostcheck.probes.release import read_release
from hostcheck.probes.virt.hints import kernel_log
from hostcheck.run.model import Evidence, Fact

# A fixed release and build date: gvisor.dev/gvisor/pkg/sentry/kernel, runsc's linux.Version.
_GVISOR_VERSION = "Linux version 4.4.0"
_GVISOR_DATE = "Sun Jan 10 15:06:54 PST 2016"
_MICROSOFT = re.compile(r"microsoft", re.IGNORECASE)
_WSL_FILES = ("/proc/sys/fs/binfmt_misc/WSLInterop", "/proc/sys/fs/binfmt_misc/WSLInterop-late", "/run/WSL")
_WSL1_FILE_SYSTEMS = {"lxfs", "wslfs"}
_BEANCOUNTER_ID = re.compile(r"^[ \t]*(\d+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Personality:
    """What a kernel turned out to be.

    Attributes:
        flavour: the kernel: "openvz", "cloudlinux", "linux-vserver", "gvisor", "wsl1", "wsl2", "illumos-lx".
        evidence: what was read.
        contained: whether what looks is in a container of that kernel; None where this is not told.
    """

    flavour: str
    evidence: Evidence
    contained: bool | None


def personalities(host: Host, root: Mount | None) -> tuple[Personality, ...]:
    """Hear what the kernel says of itself, the most telling first."""
    status = _fields(host.read("/proc/self/status"))
    return (
        *_gvisor(host),
        *_illumos(host),
        *_openvz(host, root, status),
        *_vserver(host, status),
        *_wsl(host, root),
    )


def flavour(host: Host, heard: tuple[Personality, ...]) -> Fact:
    """Name the kernel's flavour: a release number means something only for a "generic" one."""
    if heard:
        return Fact("virt.kernel_flavour", heard[0].flavour, evidence=tuple(one.evidence for one in heard))
    release = read_release(host)
    if release.text is None:
        return Fact.unknown("virt.kernel_flavour", f"{release.reading.source} could not be read")
    return Fact("virt.kernel_flavour", "generic", evidence=(release.reading.evidence("no special kernel's name"),))


def _gvisor(host: Host) -> Iterator[Personality]:
    version = host.read("/proc/version")
    text = version.text or ""
    if host.exists("/proc/gvisor/kernel_is_gvisor") is True:
        yield Personality("gvisor", Evidence("/proc/gvisor/kernel_is_gvisor", "present", "for gvisor"), contained=True)
    elif text.startswith(_GVISOR_VERSION) and _GVISOR_DATE in text:
        yield Personality("gvisor", version.evidence("for gvisor: its fixed version and date"), contained=True)
    elif "Starting gVisor" in kernel_log(host):
        yield Personality("gvisor", Evidence("dmesg", "Starting gVisor", "for gvisor"), contained=True)


def _illumos(host: Host) -> Iterator[Personality]:
    version = host.read("/proc/version")
    if "BrandZ" in (version.text or ""):
        yield Personality("illumos-lx", version.evidence("for illumos-lx"), contained=True)


def _openvz(host: Host, root: Mount | None, status: dict[str, str]) -> Iterator[Personality]:
    """Systemd's and virt-what's rules for /proc/vz and /proc/bc, with the id that the kernel tells each process."""
    release = read_release(host)
    if host.exists("/proc/lve") is True:
        # CloudLinux limits users on one shared kernel. It has /proc/vz, and is neither guest nor node of OpenVZ.
        shown = Evidence("/proc/lve", "present", "for cloudlinux: against openvz")
        yield Personality("cloudlinux", shown, contained=None)
        return
    if ".lve" in (release.text or ""):
        yield Personality("cloudlinux", release.reading.evidence("for cloudlinux: against openvz"), contained=None)
        return
    own_id = status.get("envID")
    control = host.exists("/dev/vzctl") is True
    counters = host.read("/proc/user_beancounters")
    ids = set(_BEANCOUNTER_ID.findall(counters.text or ""))
    is_node = host.exists("/proc/bc") is True
    if own_id is not None and own_id != "0":
        shown = Evidence("/proc/self/status", shorten(f"envID: {own_id}"), "for openvz: a guest's id")
        yield Personality("openvz", shown, contained=True)
    elif own_id == "0" or is_node or control:
        # vzctl(8) talks to the kernel through the device, which guests do not have.
        path = "/proc/bc" if is_node else "/dev/vzctl"
        source = ("/proc/self/status", "envID: 0") if own_id else (path, "present")
        yield Personality("openvz", Evidence(*source, "for an openvz node: against a container"), contained=False)
    elif root is not None and root.fs_type in {"simfs", "vzfs"}:
        shown = Evidence("/proc/self/mountinfo", f"/ is {root.fs_type}", "for openvz")
        yield Personality("openvz", shown, contained=True)
    elif ids:
        # A node sees its own resources, id 0, beside those of its guests.
        guest = "0" not in ids
        says = "for openvz" if guest else "for an openvz node: against a container"
        yield Personality("openvz", counters.evidence(says, f"ids {' '.join(sorted(ids))}"), contained=guest)
    elif host.exists("/proc/vz") is True:
        shown = Evidence("/proc/vz", "present, without /proc/bc", "for openvz")
        yield Personality("openvz", shown, contained=True)
    elif release.is_openvz:
        # Only guests are shown another number than the kernel's own (moby#10826), and a node has /proc/bc.
        shown = release.reading.evidence("for openvz: an OpenVZ kernel, and no sign of a node")
        yield Personality("openvz", shown, contained=True)
        return
    if release.is_openvz:
        shown = release.reading.evidence("for an openvz kernel, whatever its number")
        yield Personality("openvz", shown, contained=None)


def _vserver(host: Host, status: dict[str, str]) -> Iterator[Personality]:
    """Linux-VServer's context id: 0 is the host's."""
    own_id = status.get("VxID") or status.get("s_context")
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


def _wsl(host: Host, root: Mount | None) -> Iterator[Personality]:
    release = read_release(host)
    text = release.text or ""
    version = host.read("/proc/version")
    if root is not None and root.fs_type in _WSL1_FILE_SYSTEMS:
        yield Personality("wsl1", Evidence("/proc/self/mountinfo", f"/ is {root.fs_type}", "for wsl1"), contained=True)
        return
    file = next((path for path in _WSL_FILES if host.exists(path) is True), None)
    named = release.reading if _MICROSOFT.search(text) else version if _MICROSOFT.search(version.text or "") else None
    if named is not None:
        # WSL 1 imitates 4.4 and says "Microsoft"; the kernels of WSL 2 begin at 4.19 and say "microsoft-standard".
        imitated = release.version is not None and release.version < (4, 19) and "standard" not in text.lower()
        name = "wsl1" if imitated else "wsl2"
        yield Personality(name, named.evidence(f"for {name}"), contained=True)
    elif file is not None:
        yield Personality("wsl2", Evidence(file, "present", "for wsl2"), contained=True)


def _fields(status: Reading) -> dict[str, str]:
    pairs = (line.partition(":") for line in (status.text or "").splitlines())
    return {key: value.strip() for key, _, value in pairs}
