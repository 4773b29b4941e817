"""Which virtual machine monitor runs the guest: with KVM it may be QEMU, Firecracker or another."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.firmware import ACPI_MAKERS, acpi_maker
from hostcheck.probes.virt.machines import CLOUDS, MACHINES
from hostcheck.run.model import NONE, Evidence, Fact

_ID = "virt.vmm"
_FW_CFG = "/sys/firmware/qemu_fw_cfg/rev"  # the driver always creates the folder, but this file only with the device
# Amazon's bare metal has tables of this maker too, so they do not prove a virtual machine.
_ACPI_MONITORS = {maker: monitor for maker, (_, monitor) in ACPI_MAKERS.items() if monitor} | {"AMAZON": "nitro"}


def decide_vmm(host: Host, dmi: Dmi, vm: Fact) -> Fact:
    """Return virt.vmm: the monitor; "none" if there is no virtual machine."""
    if not vm.known:
        return Fact.unknown(_ID, f"virt.vm is unknown: {vm.reason}")
    name = str(vm.value)
    if name in {"none", "xen-dom0"}:
        return Fact(_ID, NONE, evidence=vm.evidence[:1])
    if name == "other":
        return Fact.unknown(_ID, "the hypervisor is none that hostcheck knows: see the evidence of virt.vm")
    if name != "kvm":
        # Other hypervisors have one monitor each, of the same name; all kinds of Xen guest have Xen's.
        return Fact(_ID, name.partition("-")[0] if name.startswith("xen") else name, evidence=vm.evidence[:1])
    named = tuple(dict.fromkeys(_named(host, dmi, vm)))
    if not named:
        return _unnamed(host)
    winner = named[0][0]
    conflicts = tuple(
        f"{evidence.source} ({evidence.value}) says {other}: {named[0][1].source} is stronger evidence"
        for other, evidence in named
        if other != winner
    )
    return Fact(_ID, winner, evidence=tuple(evidence for _, evidence in named), conflicts=conflicts)


def _named(host: Host, dmi: Dmi, vm: Fact) -> Iterator[tuple[str, Evidence]]:
    # The evidence of virt.vm is reused: each leaf of CPUID costs an exit to the hypervisor.
    for item in vm.evidence:
        if item.source.startswith("cpuid ") and item.value == "LKVMLKVMLKVM":
            yield "kvmtool", Evidence(item.source, item.value, "for kvmtool")
    reading, maker = acpi_maker(host)
    name = _ACPI_MONITORS.get(maker or "")
    if name:
        yield name, reading.evidence(f"for {name}", f"made by {maker}")
    if host.exists(_FW_CFG) is True:
        yield "qemu", Evidence(_FW_CFG, "present", "for qemu")
    rows = (*((row.wanted, row.vmm) for row in MACHINES if not row.bit), *((row.wanted, row.vmm) for row in CLOUDS))
    for wanted, name in rows:
        shown = dmi.matches(wanted) if name else None
        if shown:
            yield name, Evidence("/sys/class/dmi/id", shown, f"for {name}")
            return
    # Without DMI, the device tree, the platform or its devices may still show QEMU.
    yield from (("qemu", item) for item in vm.evidence if item.says == "for qemu")


def _unnamed(host: Host) -> Fact:
    reading, maker = acpi_maker(host)
    if reading.failure == "denied":
        return Fact.unknown(
            _ID, f"{reading.source}, which may name it, is readable by root only: run as root", (reading.evidence("-"),)
        )
    if maker:
        return Fact.unknown(_ID, f"no monitor is known by the OEM id of the ACPI tables, {maker}, and DMI names none")
    return Fact.unknown(_ID, "neither the ACPI tables nor DMI name the monitor")
