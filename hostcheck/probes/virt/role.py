"""Whether the machine is a guest, a host of guests, or neither; and whether it could run virtual machines."""

from collections.abc import Sequence
from typing import NamedTuple

from hostcheck.host.base import Host
from hostcheck.probes.virt.indicators import KernelKind
from hostcheck.run.model import Evidence, Fact

_KVM = "/dev/kvm"
_CONTAINS = {"openvz", "linux-vserver"}
_CONTROL_CHANNEL = "hvctl"  # channel to the hypervisor that only the control domain has
_ROOT_CELL = "/sys/devices/jailhouse"  # of the driver that starts cells: jailhouse/Documentation/sysfs-entries.txt
_CONTROL_SERVICES = {"ctrl", "sp"}  # virt-what's rule for the control domain


class _Privilege(NamedTuple):
    """How CPUID shows that this partition may manage the others.

    Attributes:
        leaf: the leaf to read.
        register: the index of the register: 0 for eax to 3 for edx.
        wanted: a mask of bits, at least one of which must be set.
        unwanted: a mask of bits that must be clear.
    """

    leaf: int
    register: int
    wanted: int
    unwanted: int = 0


_PRIVILEGES = {
    # arch/x86/kernel/cpu/mshyperv.c: HV_CPU_MANAGEMENT without HV_ISOLATION (confidential guests)
    "hyperv": _Privilege(0x40000003, 1, 1 << 12, 1 << 22),
    "acrn": _Privilege(0x40000001, 0, 1),  # arch/x86/include/asm/acrn.h, ACRN_FEATURE_PRIVILEGED_VM
}


def decide_role(host: Host, vm: Fact, container: Fact, kernels: Sequence[KernelKind]) -> Fact:
    """Return virt.role: "host", "guest" or "none".

    It is "host" only if the system's purpose is to run guests: the KVM module or /dev/kvm only shows that it could.
    """
    inside = container.known and container.value != "none"
    shown = None if inside else _hosts(host, vm, container, kernels)
    if shown is not None:
        return Fact("virt.role", "host", evidence=(shown,))
    guest = next((fact for fact in (container, vm) if fact.known and fact.value != "none"), None)
    if guest is not None:
        return Fact("virt.role", "guest", evidence=(Evidence(guest.id, str(guest.value), "for guest"),))
    unsettled = next((fact for fact in (vm, container) if not fact.known), None)
    if unsettled is not None:
        return Fact.unknown("virt.role", f"{unsettled.id} is unknown: {unsettled.reason}")
    return Fact("virt.role", "none", evidence=tuple(Evidence(fact.id, "none", "for none") for fact in (vm, container)))


def _hosts(host: Host, vm: Fact, container: Fact, kernels: Sequence[KernelKind]) -> Evidence | None:
    """Return evidence of a host: Xen's domain 0, a partition that manages others, or a node of containers."""
    if vm.value == "xen-dom0":
        return Evidence(vm.id, "xen-dom0", "for host")
    if vm.value == "ldoms":
        services = set(host.listdir("/sys/class/vlds") or ())
        if services >= _CONTROL_SERVICES or _CONTROL_CHANNEL in (host.listdir("/sys/class/vldc") or ()):
            return Evidence("/sys/class/vlds", "the control domain's services", "for host")
    if vm.value == "jailhouse" and host.exists(_ROOT_CELL) is True:
        return Evidence(_ROOT_CELL, "present", "for host: the root cell, which creates the others")
    manages = _manages(host, str(vm.value))
    if manages is not None:
        return manages
    node = next((one for one in kernels if one.flavour in _CONTAINS and one.contained is False), None)
    return node.evidence if node is not None and container.value == "none" else None


def _manages(host: Host, name: str) -> Evidence | None:
    """Return evidence from CPUID that this partition manages the others; None if there is none."""
    privilege = _PRIVILEGES.get(name)
    registers = host.cpuid().get(privilege.leaf) if privilege is not None else None
    if privilege is None or registers is None:
        return None
    value = registers[privilege.register]
    if not value & privilege.wanted or value & privilege.unwanted:
        return None
    return Evidence(f"cpuid {privilege.leaf:#x}", f"{value:#010x}", "for host: it may manage other partitions")


def nested_kvm(host: Host) -> Fact:
    """Return virt.nested_kvm: whether /dev/kvm exists. It does not show whether guests boot."""
    there = host.exists(_KVM)
    if there is None or (not there and not host.proves_absence):
        return Fact.unknown("virt.nested_kvm", f"{_KVM} was not captured: audit the host itself")
    says = "present; whether guests boot has to be tried" if there else "absent"
    return Fact("virt.nested_kvm", there, evidence=(Evidence(_KVM, "present" if there else None, says),))
