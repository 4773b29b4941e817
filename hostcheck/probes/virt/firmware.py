"""What firmware says of the virtual machine: DMI, the SMBIOS bit, ACPI tables' makers, the device tree."""

from collections.abc import Iterator

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.virt.claims import NONE, SOME, Claim, Rank, claim
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.machines import CLOUDS, MACHINES
from hostcheck.run.model import Evidence

DEVICE_TREE = "/proc/device-tree"
_TABLES = "/sys/firmware/acpi/tables"
_OEM_ID = slice(10, 16)  # ACPI Specification, System Description Table Header

ACPI_MAKERS: dict[str, tuple[str, str]] = {
    "FIRECK": ("kvm", "firecracker"),
    "CLOUDH": ("kvm", "cloud-hypervisor"),
    "CROSVM": ("kvm", "crosvm"),
    "BOCHS": ("qemu", "qemu"),
    "VBOX": ("virtualbox", ""),
    "ORCLVB": ("virtualbox", ""),
    "PRLS": ("parallels", ""),
    "Xen": ("xen-hvm", ""),
    "VRTUAL": ("hyperv", ""),
    "VMWARE": ("vmware", ""),
    "BHYVE": ("bhyve", ""),
    "BVXSDT": ("bhyve", ""),
}
"""Hypervisor, and monitor where that is more, by the OEM id of the ACPI tables they make."""

_DISGUISED = {"virtualbox", "parallels", "xen-hvm"}


def dmi_claims(dmi: Dmi, *, shows_hypervisor: bool | None) -> Iterator[Claim]:
    """Let DMI speak.

    Args:
        dmi: the ids.
        shows_hypervisor: whether the processor has the hypervisor bit; None where it cannot be told.
    """
    seen: set[str] = set()
    for machine in MACHINES:
        shown = dmi.matches(machine.wanted)
        if shown and machine.name not in seen:
            seen.add(machine.name)
            name = machine.name
            if name == "hyperv" and _is_virtual_pc(dmi, shows_hypervisor=shows_hypervisor):
                name = "virtualpc"
            rank = Rank.DISGUISED if machine.disguised else Rank.FIRMWARE
            yield Claim(name, rank, Evidence("/sys/class/dmi/id", shown, f"for {name}"))
    # An EC2 guest on Xen says Xen: what the cloud's guests usually run on is then no news.
    if seen <= {"qemu", "bochs"}:
        yield from _cloud_claims(dmi, shows_hypervisor=shows_hypervisor)
    if dmi.virtual is not None:
        # Firmware that says "virtual" is; one that does not may be a virtual machine's all the same.
        yield claim(
            SOME if dmi.virtual else NONE,
            Rank.UNNAMED if dmi.virtual else Rank.ABSENCE,
            dmi.bit,
            f"virtual-machine bit {'set' if dmi.virtual else 'clear'}",
        )
    if not seen and dmi.names_a_machine:
        vendor = shorten(", ".join(dmi.values.get(name, "-") for name in ("sys_vendor", "product_name")))
        if not any(dmi.matches(cloud.wanted) for cloud in CLOUDS):
            says = "against a virtual machine: no hypervisor's name"
            yield Claim(NONE, Rank.ABSENCE, Evidence("/sys/class/dmi/id", vendor, says))


def _is_virtual_pc(dmi: Dmi, *, shows_hypervisor: bool | None) -> bool:
    """Hyper-V's predecessors have its ids, but no hypervisor bit and older versions (ohai's DMI table)."""
    if shows_hypervisor is None:
        return dmi.values.get("product_version", "").startswith(("5.0", "6.0", "vs2005"))
    return not shows_hypervisor and dmi.virtual is not True


def _cloud_claims(dmi: Dmi, *, shows_hypervisor: bool | None) -> Iterator[Claim]:
    for cloud in CLOUDS:
        shown = dmi.matches(cloud.wanted)
        if not shown:
            continue
        # A tag is on rented metal as well, which keeps its maker's vendor and product.
        tagged = set(cloud.wanted) == {"chassis_asset_tag"}
        metal = "metal" in dmi.values.get("product_name", "") or tagged
        virtual = not metal and dmi.virtual is not False if shows_hypervisor is None else shows_hypervisor
        if virtual or dmi.virtual:
            says = f"for {cloud.hypervisor}: what {cloud.name}'s virtual machines run on"
            yield Claim(cloud.hypervisor, Rank.FIRMWARE, Evidence("/sys/class/dmi/id", shown, says))
        else:
            says = f"against a virtual machine: {cloud.name} rents bare metal, and nothing shows a hypervisor"
            yield Claim(NONE, Rank.ABSENCE, Evidence("/sys/class/dmi/id", shown, says))
        return


def acpi_maker(host: Host) -> tuple[Reading, str | None]:
    """Read who made the ACPI tables: readable by root only (mode 0400)."""
    reading = host.read(f"{_TABLES}/FACP")
    for name in ("DSDT", "APIC"):
        if reading.data is not None:
            break
        other = host.read(f"{_TABLES}/{name}")
        reading = other if other.data is not None else reading
    data = reading.data or b""
    maker = data[_OEM_ID].decode("ascii", errors="replace").rstrip(" \0") if len(data) >= _OEM_ID.stop else None
    return reading, maker


def acpi_claims(host: Host) -> Iterator[Claim]:
    """Let the ACPI tables speak: providers do not rewrite their maker."""
    reading, maker = acpi_maker(host)
    name, _ = ACPI_MAKERS.get(maker or "", ("", ""))
    if name:
        rank = Rank.DISGUISED if name in _DISGUISED else Rank.FIRMWARE
        yield claim(name, rank, reading, f"made by {maker}")


def device_tree_claims(host: Host) -> Iterator[Claim]:
    """Let the device tree speak: Documentation/devicetree/bindings, systemd's detect_vm_device_tree."""
    node = host.read(f"{DEVICE_TREE}/hypervisor/compatible")
    if node.text is not None:
        words = _strings(node)
        names = {"linux,kvm": "kvm", "xen,xen": "xen", "xen": "xen", "vmware": "vmware"}
        name = next((names[word] for word in words if word in names), None)
        name = name or next(("xen" for word in words if word.startswith("xen,")), None)
        name = name or next(("vmware" for word in words if "vmware" in word), SOME)
        yield claim(name, Rank.PERSONALITY if name != SOME else Rank.UNNAMED, node)
        return
    root = host.read(f"{DEVICE_TREE}/compatible")
    listed = host.listdir(DEVICE_TREE) or ()
    words = _strings(root)
    if any(name == "fw-cfg" or name.startswith("fw-cfg@") for name in listed) or any("qemu" in word for word in words):
        yield Claim("qemu", Rank.FIRMWARE, Evidence(DEVICE_TREE, "fw-cfg", "for qemu"))
    elif "linux,dummy-virt" in words:
        # QEMU's machine of this name has fw-cfg; kvmtool, Firecracker and crosvm have not, and need KVM.
        yield claim("kvm", Rank.FIRMWARE, root)
    elif "apple,virt" in words:
        yield claim("apple", Rank.FIRMWARE, root)
    elif words and not any("pseries" in word for word in words):
        yield claim(NONE, Rank.ABSENCE, root)


def _strings(reading: Reading) -> tuple[str, ...]:
    return tuple(part.strip() for part in (reading.text or "").split("\0") if part.strip())
