"""``virtualization``: the hypervisor of this host, with no further layer between it and the host."""

import re
from dataclasses import dataclass

from hostcheck.catalogue.loader import entry_of
from hostcheck.errors import UnfitError
from hostcheck.promise.facts import DOM0, SOLD, SYSTEM, fact_of, kinds_of, word_of, words_of
from hostcheck.promise.model import Answer, Judged, Sure
from hostcheck.promise.rules import fact
from hostcheck.promise.words import join, without_nouns
from hostcheck.run.model import NONE, Run
from hostcheck.tomltext import nearest

_METAL = frozenset({"none", "metal", "bare metal", "bare-metal", "baremetal", "dedicated", "dedicated server"})
_OTHER_NAMES = {
    **dict.fromkeys(("hyper-v", "microsoft hyper-v"), "hyperv"),
    **dict.fromkeys(("esxi", "vmware esxi", "vsphere", "vmware vsphere"), "vmware"),
    **dict.fromkeys(("qemu/kvm", "kvm/qemu", "qemu-kvm", "kvm-qemu"), "kvm"),
    **{f"xen {kind}": f"xen-{kind}" for kind in ("hvm", "pv", "pvh")},
}
_NOUNS = frozenset(
    {
        "virtualization",
        "virtualisation",
        "hardware",
        "full",
        "technology",
        "hypervisor",
        "vps",
        "vds",
        "vm",
        "container",
    }
)
_RELEASE = re.compile(r"\s\d+(?:\.(?:\d+|x))*$")
"""A release after the name of a product: "OpenVZ 7", "Proxmox VE 8.x"."""
_SELL_BOTH = {"proxmox": ("kvm", "lxc"), "proxmox ve": ("kvm", "lxc"), "virtuozzo": ("kvm", "openvz")}
"""Products that run virtual machines and containers: (machine, container). The name alone promises neither."""
_FAMILIES = {"xen": ("xen", "xen-pv", "xen-hvm", "xen-pvh"), "qemu": ("qemu", "kvm")}
"""Names that sellers use for several kinds. QEMU is sold with KVM."""
_HOW = (
    "CPUID, firmware ids, clocks, namespaces and control groups, weighed by hostcheck audit (hostcheck checks virt.vm)"
)


@dataclass(frozen=True, slots=True)
class Virtualization:
    """A promised hypervisor, or a promised kind of system container.

    Attributes:
        name: the name in the facts, such as "kvm" or "lxc"; "none" for a machine without a hypervisor.
    """

    name: str
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a profile or a policy writes them."""
        if self.name in SYSTEM:
            names = ", ".join(f'"{name}"' for name in kinds_of(self.name))
            return (str(fact(f'fact = "virt.container", one_of = [{names}]')),)
        names = ", ".join(f'"{name}"' for name in _FAMILIES.get(self.name, (self.name,)))
        machine = fact(f'fact = "virt.vm", one_of = [{names}]')
        return tuple(map(str, (machine, fact('fact = "virt.container", equals = "none"'))))

    @property
    def expected(self) -> str:
        """The name in words."""
        return _called(self.name)

    def judge(self, run: Run) -> Judged:
        """Judge by the facts on the virtual machine and the container."""
        vm, container = word_of(run, "virt.vm"), word_of(run, "virt.container")
        evidence = _evidence(run)
        if self.name in SYSTEM:
            return self._of_container(container, evidence)
        if vm is None:
            reason = fact_of(run, "virt.vm").reason
            return Judged("cannot tell", f"the hypervisor is unknown: {reason}", "", evidence, _HOW, _AS_ROOT)
        if vm == DOM0 and self.name != DOM0:
            found = "this is the domain 0 of Xen, which its owner may have set up"
            return Judged("cannot tell", found, "", evidence, _HOW, "An audit without Xen.")
        if container in SOLD and vm not in _FAMILIES.get(self.name, (self.name,)):
            found = f"this is a container of {container}" + ("" if vm == NONE else f" inside {_called(vm)}")
            return Judged("broken", found, "certain", evidence, _HOW, "An audit of the machine around the container.")
        if vm not in _FAMILIES.get(self.name, (self.name,)):
            return self._another(vm, evidence, run)
        layers = [name for name in words_of(run, "virt.layers") or () if name in _machines()]
        if len(layers) > 1:
            found = f"{_called(layers[0])} inside {join([_called(name) for name in layers[1:]])}"
            return Judged("broken", found, "likely", evidence, _HOW, "Evidence that there is no outer hypervisor.")
        if container is None:
            reason = fact_of(run, "virt.container").reason
            found = f"{_called(vm)}, and whether a container is around hostcheck is unknown: {reason}"
            return Judged("cannot tell", found, "", evidence, _HOW, _AS_ROOT)
        if container != NONE:
            found = f"{_called(vm)} around a container of {container}, in which hostcheck ran"
            return Judged("cannot tell", found, "", evidence, _HOW, "An audit outside of that container.")
        sure: Sure = "likely" if fact_of(run, "virt.vm").conflicts else "certain"
        changes = "Evidence of another hypervisor, which a hypervisor can hide from its guests."
        return Judged("kept", _called(vm), sure, evidence, _HOW, changes)

    def _another(self, vm: str, evidence: tuple[str, ...], run: Run) -> Judged:
        if vm == "other" and self.name != NONE:
            found = "a hypervisor that does not give its name"
            return Judged("cannot tell", found, "", evidence, _HOW, "The seller naming what runs this machine.")
        sure: Sure = "likely" if fact_of(run, "virt.vm").conflicts or vm == "other" else "certain"
        changes = f"Evidence of {_called(self.name)}, from the seller or from an audit as root."
        return Judged("broken", _called(vm), sure, evidence, _HOW, changes)

    def _of_container(self, container: str | None, evidence: tuple[str, ...]) -> Judged:
        if container is None:
            return Judged("cannot tell", "whether this is a container is unknown", "", evidence, _HOW, _AS_ROOT)
        found = f"a container of {container}" if container != NONE else "no container"
        if container not in {NONE, *SOLD, *kinds_of(self.name)}:
            changes = "An audit outside of that container."
            return Judged("cannot tell", f"{found}, in which hostcheck ran", "", evidence, _HOW, changes)
        answer: Answer = "kept" if container in kinds_of(self.name) else "broken"
        return Judged(answer, found, "certain", evidence, _HOW, "Evidence that contradicts this.")


_AS_ROOT = "An audit on the host itself, as root."


def parse_virtualization(text: str) -> Virtualization:
    """Parse the name of a hypervisor or of a kind of system container, or "bare metal".

    Raises:
        UnfitError: if the name is unknown (the remedy has the most similar one), or belongs to a product that runs
            both.
    """
    word = _RELEASE.sub("", without_nouns(text, _NOUNS).lower())
    if word in _SELL_BOTH:
        machine, container = _SELL_BOTH[word]
        raise UnfitError(f"{text!r} can mean {machine} or {container}", f"write {machine} or {container}")
    name = NONE if word in _METAL else _OTHER_NAMES.get(word, word)
    known = (*_machines(), *SYSTEM, NONE)
    if name not in known or name == "other":
        usual = "write kvm, xen, vmware, hyperv, openvz, lxc or bare metal; hostcheck checks virt.vm lists others"
        named = next(
            (each for each in ("kvm", "xen", "vmware", "openvz", "lxc") if each in re.findall(r"\w+", word)), ""
        )
        if named:
            raise UnfitError(f"{text!r} has more than a name", f"write only {named}, if that is promised")
        raise UnfitError(f"there is no virtualization {text!r}", nearest(name, (*known, "bare metal"), usual))
    return Virtualization(name)


def _machines() -> tuple[str, ...]:
    entry = entry_of("virt.vm")
    assert entry is not None
    return entry.kind.values


def _called(name: str) -> str:
    known = {"none": "no hypervisor", "kvm": "KVM", "qemu": "QEMU without KVM", "other": "an unnamed hypervisor"}
    return known.get(name, name)


def _evidence(run: Run) -> tuple[str, ...]:
    pieces = [*fact_of(run, "virt.vm").evidence, *fact_of(run, "virt.container").evidence]
    return tuple(
        f"{piece.source}: {piece.value if piece.value is not None else 'absent'} ({piece.says})" for piece in pieces[:6]
    )
