"""Xen tells its guests and its host apart only in its own files.

Source: Documentation/ABI/stable/sysfs-hypervisor-xen, xen/include/public/features.h, util-linux lscpu-virt.c.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.virt.claims import Claim, Rank, claim
from hostcheck.probes.virt.cpu import field
from hostcheck.run.model import Evidence

FEATURES = "/sys/hypervisor/properties/features"

_DOM0 = 1 << 11
_PV_ONLY = 1 << 5  # XENFEAT_mmu_pt_update_preserve_ad
_AUTO_TRANSLATED = 1 << 2  # no guest that is fully paravirtualized has it
_GUEST_TYPES = {"PV": "xen-pv", "HVM": "xen-hvm", "PVH": "xen-pvh"}


def xen_claims(host: Host, cpuinfo: Reading) -> Iterator[Claim]:
    """Let Xen's files speak. Domain 0 has all of them as well, and is no guest."""
    capabilities = host.read("/proc/xen/capabilities")
    features = host.read(FEATURES)
    kind = host.read("/sys/hypervisor/type")
    guest = host.read("/sys/hypervisor/guest_type")
    flags = parse_features(features)
    is_xen = (kind.text or "").strip() == "xen" or (kind.data is None and flags is not None)
    if "control_d" in (capabilities.text or ""):
        yield claim("xen-dom0", Rank.PERSONALITY, capabilities)
    elif flags is not None and flags & _DOM0:
        yield claim("xen-dom0", Rank.PERSONALITY, features, f"{flags:#x}: bit 11 is set")
    elif is_xen and set((host.read("/sys/hypervisor/uuid").text or "").strip()) == {"0", "-"}:
        yield Claim(
            "xen-dom0", Rank.XEN, Evidence("/sys/hypervisor/uuid", "all zero", "for xen-dom0: guests have an id")
        )
    elif (name := _GUEST_TYPES.get((guest.text or "").strip().upper())) is not None:
        yield claim(name, Rank.PERSONALITY, guest)
    elif is_xen and flags is not None and flags & _PV_ONLY:
        yield claim("xen-pv", Rank.XEN, features, f"{flags:#x}: bit 5 is set")
    elif is_xen and flags is not None and flags & _AUTO_TRANSLATED:
        name = "xen-hvm" if host.listdir("/sys/class/dmi/id") else "xen-pvh"
        yield claim(name, Rank.XEN, features, f"{flags:#x}: bit 2 is set")
    if is_xen:
        yield claim("xen", Rank.XEN, kind if kind.data is not None else features)
    elif capabilities.data is not None and "control_d" not in (capabilities.text or ""):
        yield claim("xen", Rank.XEN, capabilities, "present, without control_d")
    elif capabilities.data is None and host.exists("/proc/xen") is True:
        # Kernels make the folder only under Xen; its files need xenfs to be mounted.
        yield Claim("xen", Rank.XEN, Evidence("/proc/xen", "present", "for xen"))
    else:
        yield from _bus_claims(host, itanium="Itanium" in (field(cpuinfo.text or "", "family") or ""))


def _bus_claims(host: Host, *, itanium: bool) -> Iterator[Claim]:
    """Let Xen's bus speak: the bus itself only on Itanium, its devices anywhere.

    Every kernel that is built to run under Xen registers the bus, wherever it runs (xenbus_probe_frontend.c). Itanium
    has no CPUID to tell; a guest with this bus and no backends is fully virtualized (virt-what).
    """
    if itanium and host.exists("/sys/bus/xen") is True:
        name = "xen" if host.exists("/sys/bus/xen-backend") is True else "xen-hvm"
        yield Claim(name, Rank.HINT, Evidence("/sys/bus/xen", "present", f"for {name}"))
    elif host.listdir("/sys/bus/xen/devices"):
        yield Claim("xen", Rank.HINT, Evidence("/sys/bus/xen/devices", "has devices", "for xen"))


def parse_features(reading: Reading) -> int | None:
    """Parse the feature bits, a hexadecimal number; None when there are none."""
    try:
        return int((reading.text or "").strip(), 16)
    except ValueError:
        return None
