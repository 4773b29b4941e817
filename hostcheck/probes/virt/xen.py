"""Whether this is a Xen guest, and which kind, or Xen's domain 0. Only Xen's own files show the difference.

Source: Documentation/ABI/stable/sysfs-hypervisor-xen, xen/include/public/features.h, util-linux lscpu-virt.c.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.virt.cpu import field
from hostcheck.probes.virt.indicators import Indicator, Rank, indicator
from hostcheck.run.model import Evidence

FEATURES = "/sys/hypervisor/properties/features"

_DOM0 = 1 << 11
_PV_ONLY = 1 << 5  # XENFEAT_mmu_pt_update_preserve_ad
_AUTO_TRANSLATED = 1 << 2  # never set in a paravirtualized (PV) guest
_GUEST_TYPES = {"PV": "xen-pv", "HVM": "xen-hvm", "PVH": "xen-pvh"}


def xen_indicators(host: Host, cpuinfo: Reading) -> Iterator[Indicator]:
    """Yield the indicators of Xen's files. Domain 0, which is not a guest, has all of these files too."""
    capabilities = host.read("/proc/xen/capabilities")
    features = host.read(FEATURES)
    kind = host.read("/sys/hypervisor/type")
    guest = host.read("/sys/hypervisor/guest_type")
    flags = parse_features(features)
    is_xen = (kind.text or "").strip() == "xen" or (kind.data is None and flags is not None)
    if "control_d" in (capabilities.text or ""):
        yield indicator("xen-dom0", Rank.SELF_NAMED, capabilities)
    elif flags is not None and flags & _DOM0:
        yield indicator("xen-dom0", Rank.SELF_NAMED, features, f"{flags:#x}: bit 11 is set")
    elif is_xen and set((host.read("/sys/hypervisor/uuid").text or "").strip()) == {"0", "-"}:
        yield Indicator(
            "xen-dom0", Rank.XEN, Evidence("/sys/hypervisor/uuid", "all zero", "for xen-dom0: guests have a UUID")
        )
    elif (name := _GUEST_TYPES.get((guest.text or "").strip().upper())) is not None:
        yield indicator(name, Rank.SELF_NAMED, guest)
    elif is_xen and flags is not None and flags & _PV_ONLY:
        yield indicator("xen-pv", Rank.XEN, features, f"{flags:#x}: bit 5 is set")
    elif is_xen and flags is not None and flags & _AUTO_TRANSLATED:
        name = "xen-hvm" if host.listdir("/sys/class/dmi/id") else "xen-pvh"
        yield indicator(name, Rank.XEN, features, f"{flags:#x}: bit 2 is set")
    if is_xen:
        yield indicator("xen", Rank.XEN, kind if kind.data is not None else features)
    elif capabilities.data is not None and "control_d" not in (capabilities.text or ""):
        yield indicator("xen", Rank.XEN, capabilities, "present, without control_d")
    elif capabilities.data is None and host.exists("/proc/xen") is True:
        # The kernel creates the folder only on Xen. Its files exist once xenfs is mounted.
        yield Indicator("xen", Rank.XEN, Evidence("/proc/xen", "present", "for xen"))
    else:
        yield from _bus_indicators(host, itanium="Itanium" in (field(cpuinfo.text or "", "family") or ""))


def _bus_indicators(host: Host, *, itanium: bool) -> Iterator[Indicator]:
    """Yield the indicators of Xen's bus: by its devices, and on Itanium by the bus itself.

    Every kernel built for Xen registers the bus, on any machine (xenbus_probe_frontend.c), so the bus proves nothing.
    On Itanium, which has no CPUID, it is used nevertheless; if there are no backends, the guest is fully virtualized
    (virt-what).
    """
    if itanium and host.exists("/sys/bus/xen") is True:
        name = "xen" if host.exists("/sys/bus/xen-backend") is True else "xen-hvm"
        yield Indicator(name, Rank.HINT, Evidence("/sys/bus/xen", "present", f"for {name}"))
    elif host.listdir("/sys/bus/xen/devices"):
        yield Indicator("xen", Rank.HINT, Evidence("/sys/bus/xen/devices", "has devices", "for xen"))


def parse_features(reading: Reading) -> int | None:
    """Parse the feature bits, a hexadecimal number; None if the text is not one."""
    try:
        return int((reading.text or "").strip(), 16)
    except ValueError:
        return None
