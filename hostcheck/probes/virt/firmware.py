"""What firmware says of the virtual machine: DMI, the SMBIOS bit, ACPI tables' makers, the device tree."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.virt.claims import NONE, SOME, Claim, Rank, claim
from hostcheck.probes.virt.dmi import Dmi
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
"""Hypervisor, and monitor where that is more, by the OEM id of the ACPI tables they make."""

_CALLS_ITSELF_VIRTUAL = ("virtual machine", "virtual platform", "virtual server")
_SIZES = re.compile(r"\.(?:nano|micro|small|medium|large|\d*xlarge)$")  # docs.aws.amazon.com/ec2/latest/instancetypes
_TREE_HYPERVISORS = (
    ("linux,kvm", "kvm"),
    ("xen", "xen"),
    ("vmware", "vmware"),
    ("microsoft,", "hyperv"),
    ("jailhouse", "jailhouse"),
    ("acrn", "acrn"),
)
"""By the compatible strings of the node "hypervisor"."""

_DISGUISED = {"virtualbox", "parallels", "xen-hvm"}


def dmi_claims(dmi: Dmi, *, shows_hypervisor: bool | None) -> Iterator[Claim]:
    """Let DMI speak.

    Args:
        dmi: the ids.
        shows_hypervisor: whether the processor has the hypervisor bit; None where it cannot be told.
    """
    named: dict[str, Claim] = {}
    for machine in MACHINES:
        shown = dmi.matches(machine.wanted)
        if shown and machine.name not in named and (dmi.virtual or not machine.bit):
            name = machine.name
            if name == "hyperv" and _is_virtual_pc(dmi, shows_hypervisor=shows_hypervisor):
                name = "virtualpc"
            rank = Rank.DISGUISED if machine.disguised else Rank.FIRMWARE
            named[machine.name] = Claim(name, rank, Evidence("/sys/class/dmi/id", shown, f"for {name}"))
    # An EC2 guest on Xen says Xen: what the cloud's guests usually run on is then no news. QEMU's ids are: no cloud
    # emulates processors.
    if named.keys() <= {"qemu", "bochs"}:
        yield from _cloud_claims(dmi, is_virtual=True if named else shows_hypervisor)
    yield from named.values()
    if dmi.virtual is not None:
        # Firmware that says "virtual" is; one that does not may be a virtual machine's all the same.
        yield claim(
            SOME if dmi.virtual else NONE,
            Rank.UNNAMED if dmi.virtual else Rank.ABSENCE,
            dmi.bit,
            f"virtual-machine bit {'set' if dmi.virtual else 'clear'}",
        )
    product = dmi.values.get("product_name", "")
    if not named and any(word in product for word in _CALLS_ITSELF_VIRTUAL):
        yield Claim(SOME, Rank.UNNAMED, Evidence("/sys/class/dmi/id", shorten(product), "for a virtual machine"))
    elif not named and dmi.names_a_machine:
        vendor = shorten(", ".join(dmi.values.get(name, "-") for name in ("sys_vendor", "product_name")))
        if not any(dmi.matches(cloud.wanted) for cloud in CLOUDS):
            says = "against a virtual machine: no hypervisor's name"
            yield Claim(NONE, Rank.ABSENCE, Evidence("/sys/class/dmi/id", vendor, says))


def _is_virtual_pc(dmi: Dmi, *, shows_hypervisor: bool | None) -> bool:
    """Hyper-V's predecessors have its ids, but no hypervisor bit and older versions (ohai's DMI table)."""
    if shows_hypervisor is None:
        return dmi.values.get("product_version", "").startswith(("5.0", "6.0", "vs2005"))
    return not shows_hypervisor and dmi.virtual is not True


def _cloud_claims(dmi: Dmi, *, is_virtual: bool | None) -> Iterator[Claim]:
    matching = [(cloud, shown) for cloud in CLOUDS if (shown := dmi.matches(cloud.wanted))]
    if not matching:
        return
    cloud, shown = matching[0]
    if is_virtual is None:
        # A tag is on rented metal as well, which keeps its maker's vendor and product.
        tagged = all(set(row.wanted) == {"chassis_asset_tag"} for row, _ in matching if row.name == cloud.name)
        is_virtual = dmi.virtual if dmi.virtual is not None else _is_rented_virtual(dmi, cloud, tagged=tagged)
    if is_virtual or dmi.virtual:
        says = f"for {cloud.hypervisor}: what {cloud.name}'s virtual machines run on"
        yield Claim(cloud.hypervisor, Rank.FIRMWARE, Evidence("/sys/class/dmi/id", shown, says))
    elif is_virtual is False:
        says = f"against a virtual machine: {cloud.name} rents bare metal, and nothing shows a hypervisor"
        yield Claim(NONE, Rank.ABSENCE, Evidence("/sys/class/dmi/id", shown, says))


def _is_rented_virtual(dmi: Dmi, cloud: Cloud, *, tagged: bool) -> bool | None:
    """Tell where the processor has no flag for it; None where the ids do not tell."""
    product = dmi.values.get("product_name", "")
    if tagged:
        return False if dmi.names_a_machine else None
    if "metal" in product:
        return False
    # The instance's type is all that tells Amazon's metal ("c6g.metal") from the rest ("c6g.large").
    return True if cloud.name != "aws" or _SIZES.search(product) else None


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


def device_tree(host: Host) -> str:
    """Say where the device tree is; also when there is none."""
    return next((path for path in _DEVICE_TREES if host.listdir(path)), _DEVICE_TREES[0])


def device_tree_claims(host: Host) -> Iterator[Claim]:
    """Let the device tree speak: Documentation/devicetree/bindings, systemd's detect_vm_device_tree."""
    tree = device_tree(host)
    node = host.read(f"{tree}/hypervisor/compatible")
    if node.text is not None:
        compatible = ",".join(_strings(node)).lower()
        name = next((name for word, name in _TREE_HYPERVISORS if word in compatible), SOME)
        yield claim(name, Rank.PERSONALITY if name != SOME else Rank.UNNAMED, node)
        if name != "kvm":
            return
    root = host.read(f"{tree}/compatible")
    listed = host.listdir(tree) or ()
    words = (*_strings(root), *_strings(host.read(f"{tree}/model")))
    if any(name == "fw-cfg" or name.startswith("fw-cfg@") for name in listed):
        yield Claim("qemu", Rank.FIRMWARE, Evidence(tree, "fw-cfg", "for qemu"))
    elif any("qemu" in word or word == "riscv-virtio" for word in words):
        # hw/riscv/virt.c: the board is "riscv-virtio", and its model "riscv-virtio,qemu".
        yield Claim("qemu", Rank.FIRMWARE, Evidence(tree, shorten(", ".join(words)), "for qemu"))
    elif node.text is not None:
        return
    elif "linux,dummy-virt" in words:
        # QEMU's machine of this name has fw-cfg; kvmtool, Firecracker and crosvm have not, and need KVM.
        yield claim("kvm", Rank.FIRMWARE, root)
    elif "apple,virt" in words:
        yield claim("apple", Rank.FIRMWARE, root)
    elif words and not any("pseries" in word for word in words):
        yield claim(NONE, Rank.ABSENCE, root)


def _strings(reading: Reading) -> tuple[str, ...]:
    return tuple(part.strip() for part in (reading.text or "").split("\0") if part.strip())
