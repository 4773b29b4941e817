"""Devices, drivers and kernel messages of virtual machines: the weakest evidence that names a hypervisor."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.virt.indicators import Indicator, Rank, indicator
from hostcheck.run.model import Evidence

PCI_DEVICES = "/proc/bus/pci/devices"

_PCI: tuple[tuple[str, str], ...] = (
    ("80eebeef", "virtualbox"),
    ("80eecafe", "virtualbox"),
    ("15ad0405", "vmware"),  # SVGA II
    ("15ad0710", "vmware"),  # SVGA
    ("15ad0740", "vmware"),  # VMCI
    ("58530001", "xen-hvm"),  # platform device
    ("1ab84005", "parallels"),  # video
    ("1ab84000", "parallels"),  # tools
    ("14145353", "hyperv"),  # VGA
    ("12341111", "qemu"),  # VGA
    ("1b360001", "qemu"),  # PCI bridge
    ("1b360008", "qemu"),  # PCIe host bridge
    ("1b360100", "qemu"),  # QXL
)
"""Hypervisor by vendor and device id of PCI devices that no real machine has. Source: pci.ids."""

_MODULES: tuple[tuple[str, str], ...] = (
    ("vboxguest", "virtualbox"),
    ("prl_tg", "parallels"),
    ("vmw_balloon", "vmware"),
    ("hv_vmbus", "hyperv"),
)
"""Hypervisor by the module that the kernel loads for its device. Some can also be loaded by hand on any machine."""

_MESSAGES: tuple[tuple[str, str], ...] = (
    ("Booting paravirtualized kernel on KVM", "kvm"),
    ("Hypervisor detected: KVM", "kvm"),
    ("smccc: KVM: hypervisor services detected", "kvm"),
    ("SBI implementation ID=0x3 ", "kvm"),  # riscv-sbi-doc: the id of KVM
    ("Booting paravirtualized kernel on Xen PVH", "xen-pvh"),
    ("Booting paravirtualized kernel on Xen HVM", "xen-hvm"),
    ("Booting paravirtualized kernel on Xen", "xen-pv"),
    ("Hypervisor detected: Xen HVM", "xen-hvm"),
    ("Hypervisor detected: Xen PV", "xen-pv"),
    ("Hypervisor detected: VMware", "vmware"),
    ("Hypervisor detected: Microsoft Hyper-V", "hyperv"),
    ("Hypervisor detected: Jailhouse", "jailhouse"),
    ("Hypervisor detected: ACRN", "acrn"),
)
"""Hypervisor by a message that the kernel prints at boot.

Sources: arch/x86/kernel/{cpu/hypervisor,paravirt}.c, drivers/firmware/smccc/kvm_guest.c.
"""


def device_indicators(host: Host, *, shows_hypervisor: bool | None) -> Iterator[Indicator]:
    """Yield the indicators of devices, modules and the captured kernel log.

    Args:
        host: the machine.
        shows_hypervisor: whether the processor has the hypervisor bit. If it does not, modules are ignored. None if
            unknown.
    """
    devices = host.read(PCI_DEVICES)
    for line in (devices.text or "").splitlines():
        words = line.split()
        name = next((name for device, name in _PCI if len(words) > 1 and words[1] == device), None)
        if name:
            # Both may show the CPUID signature of KVM, but only they have these devices.
            rank = Rank.DISGUISED if name in {"virtualbox", "parallels"} else Rank.HINT
            yield indicator(name, rank, devices, words[1])
            break
    modules = host.read("/proc/modules")
    loaded = {line.partition(" ")[0] for line in (modules.text or "").splitlines()}
    for module, name in _MODULES:
        if module in loaded and shows_hypervisor is not False:
            yield indicator(name, Rank.HINT, modules, module)
    if host.listdir("/sys/bus/vmbus/devices"):
        yield Indicator("hyperv", Rank.HINT, Evidence("/sys/bus/vmbus/devices", "has devices", "for hyperv"))
    log = kernel_log(host)
    for message, name in _MESSAGES:
        if message in log:
            yield Indicator(name, Rank.PARAVIRTUAL, Evidence("dmesg", message, f"for {name}"))
            break


def kernel_log(host: Host) -> str:
    """Return the captured messages of the kernel; empty on a live host, where files hold the same information."""
    return "" if host.live else host.read("/.evidence/dmesg").text or ""
