"""Which monitor runs the virtual machine: KVM alone runs nothing."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.firmware import ACPI_MAKERS, acpi_maker
from hostcheck.probes.virt.machines import CLOUDS, MACHINES
from hostcheck.run.model import NONE, Evidence, Fact

_ID = "virt.vmm"
_FW_CFG = "/sys/firmware/qemu_fw_cfg/rev"  # the driver makes the folder anywhere, and this where it finds the device
# Amazon's bare metal has tables of this maker, too: they say nothing of a virtual machine.
_ACPI_MONITORS = {maker: monitor for maker, (_, monitor) in ACPI_MAKERS.items() if monitor} | {"AMAZON": "nitro"}


def decide_vmm(host: Host, dmi: Dmi, vm: Fact) -> Fact:
    """Name the monitor; "none" where there is no virtual machine to run."""
    if not vm.known:
        return Fact.unknown(_ID, f"whether there is a virtual machine is not known: {vm.reason}")
    name = str(vm.value)
    if name in {"none", "xen-dom0"}:
        return Fact(_ID, NONE, evidence=vm.evidence[:1])
    if name == "other":
        return Fact.unknown(_ID, "nothing names the hypervisor")
    if name != "kvm":
        # Other hypervisors come with their own; Xen's kinds of guest are all Xen's.
        return Fact(_ID, name.partition("-")[0] if name.startswith("xen") else name, evidence=vm.evidence[:1])
    heard = tuple(dict.fromkeys(_witnesses(host, dmi, vm)))
    if not heard:
        return _unnamed(host)
    winner = heard[0][0]
    conflicts = tuple(
        f"{evidence.source} ({evidence.value}) says {other}: {heard[0][1].source} counts more"
        for other, evidence in heard
        if other != winner
    )
    return Fact(_ID, winner, evidence=tuple(evidence for _, evidence in heard), conflicts=conflicts)


def _witnesses(host: Host, dmi: Dmi, vm: Fact) -> Iterator[tuple[str, Evidence]]:
    # CPUID is executed once: each leaf costs an exit to the hypervisor.
    for heard in vm.evidence:
        if heard.source.startswith("cpuid ") and heard.value == "LKVMLKVMLKVM":
            yield "kvmtool", Evidence(heard.source, heard.value, "for kvmtool")
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
    # What tells QEMU's machine apart where there is no DMI: the device tree, the platform, its devices.
    yield from (("qemu", heard) for heard in vm.evidence if heard.says == "for qemu")


def _unnamed(host: Host) -> Fact:
    reading, maker = acpi_maker(host)
    if reading.failure == "denied":
        return Fact.unknown(
            _ID, f"{reading.source}, which names it, is readable by root only", (reading.evidence("-"),)
        )
    said = f"the ACPI tables are made by {maker}, and DMI names none" if maker else "neither ACPI nor DMI names one"
    return Fact.unknown(_ID, said)
