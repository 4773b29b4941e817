"""Detect kernels with their own containers (OpenVZ, Linux-VServer), and imitations of Linux (gVisor, WSL, LX zones)."""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.kernel.release import Release, is_gvisor, wsl_generation
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.virt.devices import kernel_log
from hostcheck.probes.virt.flavours import name_release
from hostcheck.probes.virt.indicators import KernelKind, read_first
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.probes.virt.openvz import faked, later_generation, openvz_indicators
from hostcheck.run.model import Evidence, Fact

_WSL_FILES = ("/proc/sys/fs/binfmt_misc/WSLInterop", "/proc/sys/fs/binfmt_misc/WSLInterop-late", "/run/WSL")
_WSL1_BUILDER = "(Microsoft@Microsoft.com)"


def kernel_kinds(host: Host, isolation: Isolation, release: Release) -> tuple[KernelKind, ...]:
    """Return the kinds of the kernel, strongest evidence first; empty for an ordinary Linux kernel."""
    status = _fields(read_first(host, "/proc/self/status", "/proc/1/status"))
    version = host.read("/proc/version")
    return (
        *_gvisor(host, release, version),
        *_illumos(version),
        *openvz_indicators(host, isolation, status, release),
        *_vserver(host, status),
        *_wsl(host, isolation, release, version),
    )


def flavour(host: Host, release: Release, kernels: tuple[KernelKind, ...]) -> Fact:
    """Return virt.kernel_flavour: the kind of the kernel, else the vendor that its release names."""
    if kernels:
        name, evidence = kernels[0].flavour, tuple(one.evidence for one in kernels)
        conflict = faked(release) if name == "openvz" else ""
        later = later_generation(host, release) if name == "openvz" else None
        if later is not None:
            name, evidence = "virtuozzo", (*evidence, later)
        return Fact("virt.kernel_flavour", name, evidence=evidence, conflicts=(conflict,) if conflict else ())
    if release.text is None:
        return Fact.unknown("virt.kernel_flavour", unread_reason(release.reading))
    found = name_release(release.text)
    return Fact("virt.kernel_flavour", found.name, evidence=(release.reading.evidence(found.meaning, release.text),))


def _gvisor(host: Host, release: Release, version: Reading) -> Iterator[KernelKind]:
    if host.exists("/proc/gvisor/kernel_is_gvisor") is True:
        yield KernelKind("gvisor", Evidence("/proc/gvisor/kernel_is_gvisor", "present", "for gvisor"), contained=True)
    elif is_gvisor(release.text or "", version.text or ""):
        yield KernelKind("gvisor", version.evidence("for gvisor: the version that every sandbox shows"), contained=True)
    elif "Starting gVisor" in kernel_log(host):
        yield KernelKind("gvisor", Evidence("dmesg", "Starting gVisor", "for gvisor"), contained=True)


def _illumos(version: Reading) -> Iterator[KernelKind]:
    if "BrandZ" in (version.text or ""):
        yield KernelKind("illumos-lx", version.evidence("for illumos-lx"), contained=True)


def _vserver(host: Host, status: Mapping[str, str]) -> Iterator[KernelKind]:
    """Yield the kind of a Linux-VServer kernel, by the context id of this process, which is 0 on the host.

    The first such kernels named the id s_context, and wrote more words after it.
    """
    own_id = next(iter((status.get("VxID") or status.get("s_context") or "").split()), None)
    if own_id is not None:
        guest = own_id not in {"0", "none"}
        says = "for linux-vserver" if guest else "for a linux-vserver host: against a container"
        yield KernelKind(
            "linux-vserver", Evidence("/proc/self/status", shorten(f"VxID: {own_id}"), says), contained=guest
        )
    elif host.exists("/proc/virtual") is True:
        yield KernelKind(
            "linux-vserver", Evidence("/proc/virtual", "present", "for a linux-vserver host"), contained=False
        )


def _wsl(host: Host, isolation: Isolation, release: Release, version: Reading) -> Iterator[KernelKind]:
    if isolation.wsl1_root:
        yield KernelKind("wsl1", Evidence(isolation.table, f"/ is {isolation.root_type}", "for wsl1"), contained=True)
        return
    file = next((path for path in _WSL_FILES if host.exists(path) is True), None)
    generation = wsl_generation(release.text or "")
    if generation is not None:
        name = f"wsl{generation}"
        yield KernelKind(name, release.reading.evidence(f"for {name}", release.text), contained=True)
    elif _WSL1_BUILDER in (version.text or ""):
        yield KernelKind("wsl1", version.evidence("for wsl1: built by Microsoft"), contained=True)
    elif file is not None:
        yield KernelKind("wsl2", Evidence(file, "present", "for wsl2"), contained=True)


def _fields(status: Reading) -> dict[str, str]:
    pairs = (line.partition(":") for line in (status.text or "").splitlines())
    return {key: value.strip() for key, _, value in pairs}
