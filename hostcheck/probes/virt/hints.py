"""Devices and drivers that only virtual machines have: the weakest witnesses that name anything."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.virt.claims import Claim, Rank, claim
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
"""Vendor and device of what no real machine has; pci.ids."""

_MODULES: tuple[tuple[str, str], ...] = (
    ("vboxguest", "virtualbox"),
    ("prl_tg", "parallels"),
    ("vmw_balloon", "vmware"),
    ("hv_vmbus", "hyperv"),
)
"""Modules that are loaded where their device is; some stay where somebody loads them by hand."""

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
"""What the kernel logs at boot: arch/x86/kernel/{cpu/hypervisor,paravirt}.c, drivers/firmware/smccc/kvm_guest.c."""


def hint_claims(host: Host, *, shows_hypervisor: bool | None) -> Iterator[Claim]:
    """Let devices, modules and the captured kernel log speak.

    Args:
        host: the machine.
        shows_hypervisor: whether the processor has the hypervisor bit; where it has not, a module proves nothing.
    """
    devices = host.read(PCI_DEVICES)
    for line in (devices.text or "").splitlines():
        words = line.split()
        name = next((name for device, name in _PCI if len(words) > 1 and words[1] == device), None)
        if name:
            # Both show KVM's signature; nobody else makes their devices.
            rank = Rank.DISGUISED if name in {"virtualbox", "parallels"} else Rank.HINT
            yield claim(name, rank, devices, words[1])
            break
    modules = host.read("/proc/modules")
    loaded = {line.partition(" ")[0] for line in (modules.text or "").splitlines()}
    for module, name in _MODULES:
        if module in loaded and shows_hypervisor is not False:
            yield claim(name, Rank.HINT, modules, module)
    if host.listdir("/sys/bus/vmbus/devices"):
        yield Claim("hyperv", Rank.HINT, Evidence("/sys/bus/vmbus/devices", "has devices", "for hyperv"))
    log = kernel_log(host)
    for message, name in _MESSAGES:
        if message in log:
            yield Claim(name, Rank.PARAVIRTUAL, Evidence("dmesg", message, f"for {name}"))
            break


def kernel_log(host: Host) -> str:
    """Give the kernel's messages where they were captured. Live they are not asked: the files tell the same."""
    return "" if host.live else host.read("/.evidence/dmesg").text or ""
