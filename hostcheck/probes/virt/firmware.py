"""What the firmware shows of the virtual machine: DMI, the SMBIOS bit, the OEM id of ACPI tables, the device tree."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.indicators import NONE, SOME, Indicator, Rank, indicator
from hostcheck.probes.virt.machines import CLOUDS, MACHINES, Cloud
from hostcheck.run.model import Evidence

_DEVICE_TREES = ("/proc/device-tree", "/sys/firmware/devicetree/base")  # the first is a link to the second
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
    "MSFTVM": ("hyperv", ""),
    "VMWARE": ("vmware", ""),
    "BHYVE": ("bhyve", ""),
    "BVXSDT": ("bhyve", ""),
}
"""(hypervisor, monitor) by the OEM id of the ACPI tables; the monitor is empty if the hypervisor has no other one."""

_CALLS_ITSELF_VIRTUAL = ("virtual machine", "virtual platform", "virtual server")
_SIZES = r"\.(?:nano|micro|small|medium|large|\d*xlarge)$"  # docs.aws.amazon.com/ec2/latest/instancetypes
_TREE_HYPERVISORS = (
    ("linux,kvm", "kvm"),
    ("xen", "xen"),
    ("vmware", "vmware"),
    ("microsoft,", "hyperv"),
    ("jailhouse", "jailhouse"),
    ("acrn", "acrn"),
)
"""Hypervisor by a part of the property "compatible" of the device tree's node "hypervisor"."""

_DISGUISED = {"virtualbox", "parallels", "xen-hvm"}


def dmi_indicators(dmi: Dmi, *, shows_hypervisor: bool | None) -> Iterator[Indicator]:
    """Yield the indicators of DMI.

    Args:
        dmi: the ids.
        shows_hypervisor: whether the processor has the hypervisor bit; None if it is unknown.
    """
    named: dict[str, Indicator] = {}
    for machine in MACHINES:
        shown = dmi.matches(machine.wanted)
        if shown and machine.name not in named and (dmi.virtual or not machine.bit):
            name = machine.name
            if name == "hyperv" and _is_virtual_pc(dmi, shows_hypervisor=shows_hypervisor):
                name = "virtualpc"
            rank = Rank.DISGUISED if machine.disguised else Rank.FIRMWARE
            named[machine.name] = Indicator(name, rank, Evidence("/sys/class/dmi/id", shown, f"for {name}"))
    # The usual hypervisor of the cloud is added only where the ids name none, or QEMU: an EC2 guest on Xen names Xen
    # itself, while a cloud's guest that names QEMU runs on KVM, since no cloud emulates processors.
    if named.keys() <= {"qemu", "bochs"}:
        yield from _cloud_indicators(dmi, is_virtual=True if named else shows_hypervisor)
    yield from named.values()
    if dmi.virtual:
        # A clear bit says nothing: it is optional, and firmware for guests leaves it clear too.
        yield indicator(SOME, Rank.UNNAMED, dmi.bit, "virtual-machine bit set")
    product = dmi.values.get("product_name", "")
    if not named and any(word in product for word in _CALLS_ITSELF_VIRTUAL):
        yield Indicator(SOME, Rank.UNNAMED, Evidence("/sys/class/dmi/id", shorten(product), "for a virtual machine"))
    elif not named and dmi.names_a_machine and not dmi.generic_firmware:
        vendor = shorten(", ".join(dmi.values.get(name, "-") for name in ("sys_vendor", "product_name")))
        if not any(dmi.matches(cloud.wanted) for cloud in CLOUDS):
            says = "against a virtual machine: no hypervisor is named"
            yield Indicator(NONE, Rank.ABSENCE, Evidence("/sys/class/dmi/id", vendor, says))


def _is_virtual_pc(dmi: Dmi, *, shows_hypervisor: bool | None) -> bool:
    """Whether this is Virtual PC or Virtual Server: Hyper-V's ids without the hypervisor bit (ohai's DMI table)."""
    if shows_hypervisor is None:
        return dmi.values.get("product_version", "").startswith(("5.0", "6.0", "vs2005"))
    return not shows_hypervisor and dmi.virtual is not True


def _cloud_indicators(dmi: Dmi, *, is_virtual: bool | None) -> Iterator[Indicator]:
    matching = [(cloud, shown) for cloud in CLOUDS if (shown := dmi.matches(cloud.wanted))]
    if not matching:
        return
    cloud, shown = matching[0]
    if is_virtual is None:
        # Rented bare metal has the asset tag too, and keeps the vendor and product of its maker.
        tagged = all(set(row.wanted) == {"chassis_asset_tag"} for row, _ in matching if row.name == cloud.name)
        is_virtual = dmi.virtual or _is_rented_virtual(dmi, cloud, tagged=tagged)
    if is_virtual or dmi.virtual:
        says = f"for {cloud.hypervisor}: virtual machines of {cloud.name} run on it"
        yield Indicator(cloud.hypervisor, Rank.FIRMWARE, Evidence("/sys/class/dmi/id", shown, says))
    elif is_virtual is False:
        says = f"against a virtual machine: {cloud.name} also rents bare metal, and no hypervisor was found"
        yield Indicator(NONE, Rank.ABSENCE, Evidence("/sys/class/dmi/id", shown, says))


def _is_rented_virtual(dmi: Dmi, cloud: Cloud, *, tagged: bool) -> bool | None:
    """Whether a cloud's machine is virtual, by its ids alone; None if they are not enough.

    It is used if the processor cannot show a hypervisor, or was not read.

    Args:
        dmi: the ids.
        cloud: the cloud that they name.
        tagged: whether only the asset tag names the cloud.
    """
    product = dmi.values.get("product_name", "")
    if tagged:
        return False if dmi.names_a_machine else None
    if "metal" in product:
        return False
    if cloud.name == "aws" and dmi.virtual is not None:
        # Amazon's firmware sets the bit in each of its virtual machines (systemd, detect_vm_smbios; systemd#18929).
        return dmi.virtual
    # Only the instance type distinguishes Amazon's bare metal ("c6g.metal") from virtual machines ("c6g.large").
    return True if cloud.name != "aws" or re.search(_SIZES, product) else None


def acpi_maker(host: Host) -> tuple[Reading, str | None]:
    """Return the first ACPI table that can be read, and its OEM id, or None. Only root may read them (mode 0400)."""
    reading = host.read(f"{_TABLES}/FACP")
    for name in ("DSDT", "APIC"):
        if reading.data is not None:
            break
        other = host.read(f"{_TABLES}/{name}")
        reading = other if other.data is not None else reading
    data = reading.data or b""
    maker = data[_OEM_ID].decode("ascii", errors="replace").rstrip(" \0") if len(data) >= _OEM_ID.stop else None
    return reading, maker


def acpi_indicators(host: Host) -> Iterator[Indicator]:
    """Yield the indicator that the OEM id of the ACPI tables gives. Providers do not change this id."""
    reading, maker = acpi_maker(host)
    name, _ = ACPI_MAKERS.get(maker or "", ("", ""))
    if name:
        rank = Rank.DISGUISED if name in _DISGUISED else Rank.FIRMWARE
        yield indicator(name, rank, reading, f"made by {maker}")


def device_tree(host: Host) -> str:
    """Return the path of the device tree; a default path if there is none."""
    return next((path for path in _DEVICE_TREES if host.listdir(path)), _DEVICE_TREES[0])


def device_tree_indicators(host: Host) -> Iterator[Indicator]:
    """Yield the indicators of the device tree.

    Sources: Documentation/devicetree/bindings; detect_vm_device_tree of systemd.
    """
    tree = device_tree(host)
    node = host.read(f"{tree}/hypervisor/compatible")
    if node.text is not None:
        compatible = ",".join(_strings(node)).lower()
        name = next((name for word, name in _TREE_HYPERVISORS if word in compatible), SOME)
        yield indicator(name, Rank.SELF_NAMED if name != SOME else Rank.UNNAMED, node)
        if name != "kvm":
            return
    root = host.read(f"{tree}/compatible")
    listed = host.listdir(tree) or ()
    words = (*_strings(root), *_strings(host.read(f"{tree}/model")))
    if any(name == "fw-cfg" or name.startswith("fw-cfg@") for name in listed):
        yield Indicator("qemu", Rank.FIRMWARE, Evidence(tree, "fw-cfg", "for qemu"))
    elif any("qemu" in word or word == "riscv-virtio" for word in words):
        # QEMU, hw/riscv/virt.c: the board is "riscv-virtio", its model "riscv-virtio,qemu".
        yield Indicator("qemu", Rank.FIRMWARE, Evidence(tree, shorten(", ".join(words)), "for qemu"))
    elif node.text is not None:
        return
    elif "linux,dummy-virt" in words:
        # QEMU's machine of this name has fw-cfg. kvmtool, Firecracker and crosvm have none, and need KVM.
        yield indicator("kvm", Rank.FIRMWARE, root)
    elif "apple,virt" in words:
        yield indicator("apple", Rank.FIRMWARE, root)
    elif words and not any("pseries" in word for word in words):
        yield indicator(NONE, Rank.ABSENCE, root)


def _strings(reading: Reading) -> tuple[str, ...]:
    return tuple(part.strip() for part in (reading.text or "").split("\0") if part.strip())
