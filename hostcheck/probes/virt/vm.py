"""What virtual machine this is, if it is one: the witnesses are heard, sorted by how much they count, and weighed."""

from collections.abc import Sequence

from hostcheck.host.base import Host, shorten
from hostcheck.probes.release import Release
from hostcheck.probes.virt.claims import NONE, SOME, WEAKNESS, Claim, Rank, claim, first
from hostcheck.probes.virt.cpu import (
    clock_claims,
    cpuid_claims,
    cpuinfo_claims,
    field,
    has_hypervisor_bit,
    has_hypervisor_flag,
    shows_a_real_processor,
)
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.firmware import acpi_claims, device_tree_claims, dmi_claims
from hostcheck.probes.virt.hints import hint_claims
from hostcheck.probes.virt.platforms import platform_claims
from hostcheck.probes.virt.xen import xen_claims
from hostcheck.run.model import Evidence, Fact

_XEN = "xen"
# What may be said of one machine at once: old QEMU carried Bochs' BIOS, and QEMU is KVM's usual monitor.
_AGREE = ({"kvm", "qemu", "bochs"}, {"hyperv", "virtualpc"})


def hear(host: Host, dmi: Dmi, release: Release, wsl2: Evidence | None = None) -> tuple[Claim, ...]:
    """Hear all witnesses, the most telling first.

    Args:
        host: the machine.
        dmi: its ids.
        release: its kernel's.
        wsl2: what showed that the kernel is WSL 2's, if it is.
    """
    cpuinfo = host.read("/proc/cpuinfo")
    leaves = host.cpuid()
    flag, bit = has_hypervisor_flag(cpuinfo, release.version), has_hypervisor_bit(leaves)
    shows_hypervisor = (flag or bit or False) if flag is not None or bit is not None else None
    claims = [
        *cpuinfo_claims(cpuinfo, flag=flag),
        *platform_claims(host, cpuinfo),
        *xen_claims(host, cpuinfo),
        *cpuid_claims(leaves),
        *clock_claims(host),
        *dmi_claims(dmi, shows_hypervisor=shows_hypervisor),
        *acpi_claims(host),
        *device_tree_claims(host),
        *hint_claims(host, shows_hypervisor=shows_hypervisor),
    ]
    disguise = first(claims, "hyperv")
    if disguise is not None and disguise.rank >= Rank.HYPERV_LEAF and first(claims, "qemu") is not None:
        says = "for kvm: of QEMU's accelerators, KVM is the one that can look like Hyper-V"
        claims.append(Claim("kvm", Rank.PARAVIRTUAL, Evidence(disguise.evidence.source, disguise.evidence.value, says)))
    if flag and not leaves and first(claims, "qemu") is not None and shows_a_real_processor(cpuinfo):
        says = "for kvm: QEMU shows a real processor's name only where it runs on one"
        claims.append(claim("kvm", Rank.PARAVIRTUAL, cpuinfo, field(cpuinfo.text or "", "model name"), says))
    kind = _xen_kind(
        claims, dmi, has_flags=field(cpuinfo.text or "", "flags") is not None, shows_hypervisor=shows_hypervisor
    )
    if kind is not None:
        claims.append(kind)
    if first(claims, "bochs") and first(claims, "qemu"):
        # QEMU carried Bochs' BIOS and its name until 1.0.
        claims = [one for one in claims if one.value != "bochs"]
    if wsl2 is not None:
        says = "for hyperv: what WSL 2 runs on"
        claims.append(Claim("hyperv", Rank.HINT, Evidence(wsl2.source, wsl2.value, says)))
    return tuple(sorted(claims, key=lambda one: one.rank))


def decide(claims: Sequence[Claim]) -> Fact:
    """Weigh the witnesses: the first that names something is believed."""
    evidence = tuple(one.evidence for one in claims)
    winner = next((one for one in claims if one.value not in {SOME, NONE}), None) or first(claims, SOME, NONE)
    if winner is None:
        reason = (
            "nothing that would show a hypervisor could be read: /proc/cpuinfo, DMI and the device tree are missing"
        )
        return Fact.unknown("virt.vm", reason, evidence)
    name = _refine(winner.value, claims)
    conflicts = tuple(dict.fromkeys(_conflict(winner, one) for one in claims if _contradicts(name, one)))
    return Fact("virt.vm", name, evidence=evidence, conflicts=conflicts)


def _xen_kind(claims: Sequence[Claim], dmi: Dmi, *, has_flags: bool, shows_hypervisor: bool | None) -> Claim | None:
    """Tell Xen's guests apart by what firmware they have, where Xen's files do not."""
    files = any(one.value == _XEN and one.rank is Rank.XEN for one in claims)
    if not files or not has_flags or _signed_by_xen(claims):
        return None
    if not dmi.values:
        says = "for xen-pv: a fully virtualized guest has firmware"
        return Claim("xen-pv", Rank.HINT, Evidence("/sys/class/dmi/id", None, says))
    shown = shorten(", ".join(dmi.values.get(name, "-") for name in ("sys_vendor", "product_name")))
    names_another = any(one.evidence.source == "/sys/class/dmi/id" and one.value != NONE for one in claims)
    if not shows_hypervisor and dmi.names_a_machine and not names_another:
        says = "for xen-dom0: only the host sees the real machine's firmware"
        return Claim("xen-dom0", Rank.HINT, Evidence("/sys/class/dmi/id", shown, says))
    return None


def _refine(name: str, claims: Sequence[Claim]) -> str:
    """Say what kind of Xen guest it is, where somebody knows."""
    if name != _XEN:
        return name
    kinds = (one.value for one in claims if one.value.startswith("xen-"))
    told = next(kinds, None)
    if told:
        return told
    # CPUID traps without being asked to only in fully virtualized guests.
    return "xen-hvm" if _signed_by_xen(claims) else name


def _signed_by_xen(claims: Sequence[Claim]) -> bool:
    return any(one.value == _XEN and one.rank is Rank.CPUID for one in claims)


def _contradicts(name: str, other: Claim) -> bool:
    if other.value == SOME:
        return False
    if NONE in {other.value, name}:
        # The flag is the processor's own answer, and a maker's ids are the machine's: the rest may merely be silent.
        return other.value != name and other.evidence.source in _SAYS_NO and name not in _BITLESS
    same_family = name.partition("-")[0] == other.value.partition("-")[0]
    return not (same_family or any({name, other.value} <= group for group in _AGREE))


# Why what says that there is no hypervisor may be wrong.
_SAYS_NO = {
    "/proc/cpuinfo": WEAKNESS[Rank.ABSENCE],
    "cpuid 0x1": WEAKNESS[Rank.ABSENCE],
    "/sys/class/dmi/id": WEAKNESS[Rank.FIRMWARE],
}
# Neither a paravirtualized guest nor an emulated personality needs the hypervisor bit, and some are older than it.
_BITLESS = {"xen", "xen-pv", "xen-dom0", "uml", "lx86", "bochs", "virtualpc", "virtage"}


def _conflict(winner: Claim, loser: Claim) -> str:
    said = "no hypervisor" if loser.value == NONE else loser.value
    why = _SAYS_NO[loser.evidence.source] if loser.value == NONE else WEAKNESS[loser.rank]
    return (
        f"{loser.evidence.source} ({loser.evidence.value}) says {said}, {winner.evidence.source} says "
        f"{winner.value}, which counts more: {why}"
    )
