"""What virtual machine this is, if it is one: the witnesses are heard, sorted by how much they count, and weighed."""

from collections.abc import Sequence

from hostcheck.host.base import Host
from hostcheck.probes.virt.claims import NONE, SOME, WEAKNESS, Claim, Rank, first
from hostcheck.probes.virt.cpu import clock_claims, cpuid_claims, cpuinfo_claims, has_hypervisor_flag
from hostcheck.probes.virt.dmi import Dmi
from hostcheck.probes.virt.firmware import acpi_claims, device_tree_claims, dmi_claims
from hostcheck.probes.virt.hints import hint_claims
from hostcheck.probes.virt.platforms import platform_claims
from hostcheck.probes.virt.xen import xen_claims
from hostcheck.run.model import Evidence, Fact

_XEN = "xen"
# What may be said of one machine at once: old QEMU carried Bochs' BIOS, and QEMU is KVM's usual monitor.
_AGREE = ({"kvm", "qemu", "bochs"}, {"hyperv", "virtualpc"})


def hear(host: Host, dmi: Dmi) -> tuple[Claim, ...]:
    """Hear all witnesses, the most telling first."""
    cpuinfo = host.read("/proc/cpuinfo")
    shows_hypervisor = has_hypervisor_flag(cpuinfo)
    claims = [
        *cpuinfo_claims(cpuinfo),
        *platform_claims(host),
        *xen_claims(host),
        *cpuid_claims(host.cpuid()),
        *clock_claims(host),
        *dmi_claims(dmi, shows_hypervisor=shows_hypervisor),
        *acpi_claims(host),
        *device_tree_claims(host),
        *hint_claims(host),
    ]
    leaf = next((one for one in claims if one.rank is Rank.HYPERV_LEAF), None)
    if leaf is not None and first(claims, "qemu") is not None:
        says = "for kvm: of QEMU's accelerators, KVM is the one that shows Hyper-V's leaves"
        claims.append(Claim("kvm", Rank.PARAVIRTUAL, Evidence(leaf.evidence.source, leaf.evidence.value, says)))
    is_x86 = shows_hypervisor is not None
    if is_x86 and first(claims, _XEN) and not dmi.values and not _signed_by_xen(claims):
        says = "for xen-pv: a fully virtualized guest has firmware, and Xen's CPUID signature"
        claims.append(Claim("xen-pv", Rank.HINT, Evidence("/sys/class/dmi/id", None, says)))
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
        # The flag is the processor's own answer; that a name is missing elsewhere contradicts nothing.
        return other.value != name and other.evidence.source in {"/proc/cpuinfo", "cpuid 0x1"} and name not in _BITLESS
    same_family = name.partition("-")[0] == other.value.partition("-")[0]
    return not (same_family or any({name, other.value} <= group for group in _AGREE))


# Neither a paravirtualized guest nor an emulated personality needs the hypervisor bit.
_BITLESS = {"xen", "xen-pv", "xen-dom0", "uml", "lx86"}


def _conflict(winner: Claim, loser: Claim) -> str:
    said = "no hypervisor" if loser.value == NONE else loser.value
    return (
        f"{loser.evidence.source} ({loser.evidence.value}) says {said}, {winner.evidence.source} says "
        f"{winner.value}, which counts more: {WEAKNESS[loser.rank]}"
    )
