"""Xen tells its guests and its host apart only in its own files.

Source: Documentation/ABI/stable/sysfs-hypervisor-xen, xen/include/public/features.h, util-linux lscpu-virt.c.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.virt.claims import Claim, Rank, claim

FEATURES = "/sys/hypervisor/properties/features"

_DOM0 = 1 << 11
_PV_ONLY = 1 << 5  # XENFEAT_mmu_pt_update_preserve_ad
_GUEST_TYPES = {"PV": "xen-pv", "HVM": "xen-hvm", "PVH": "xen-pvh"}


def xen_claims(host: Host) -> Iterator[Claim]:
    """Let Xen's files speak. Domain 0 has all of them as well, and is no guest."""
    capabilities = host.read("/proc/xen/capabilities")
    features = host.read(FEATURES)
    kind = host.read("/sys/hypervisor/type")
    guest = host.read("/sys/hypervisor/guest_type")
    flags = parse_features(features)
    is_xen = (kind.text or "").strip() == "xen"
    if "control_d" in (capabilities.text or ""):
        yield claim("xen-dom0", Rank.PERSONALITY, capabilities)
    elif flags is not None and flags & _DOM0:
        yield claim("xen-dom0", Rank.PERSONALITY, features, f"{flags:#x}: bit 11 is set")
    elif (name := _GUEST_TYPES.get((guest.text or "").strip().upper())) is not None:
        yield claim(name, Rank.PERSONALITY, guest)
    elif is_xen and flags is not None and flags & _PV_ONLY:
        yield claim("xen-pv", Rank.XEN, features, f"{flags:#x}: bit 5 is set")
    if is_xen:
        yield claim("xen", Rank.XEN, kind)
    elif capabilities.data is not None and "control_d" not in (capabilities.text or ""):
        yield claim("xen", Rank.XEN, capabilities, "present, without control_d")


def parse_features(reading: Reading) -> int | None:
    """Parse the feature bits, a hexadecimal number; None when there are none."""
    try:
        return int((reading.text or "").strip(), 16)
    except ValueError:
        return None
