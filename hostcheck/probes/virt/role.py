"""Whether the machine is a guest, hosts guests, or neither; and what it could host."""

from collections.abc import Sequence

from hostcheck.host.base import Host
from hostcheck.probes.virt.claims import Personality
from hostcheck.run.model import Evidence, Fact

_KVM = "/dev/kvm"
_CONTAINS = {"openvz", "linux-vserver"}
_CONTROL_CHANNEL = "hvctl"  # to the hypervisor: only the control domain has it
_CONTROL_SERVICES = {"ctrl", "sp"}  # virt-what's rule for the control domain


def decide_role(host: Host, vm: Fact, container: Fact, kernels: Sequence[Personality]) -> Fact:
    """Say "host" only of what hosts by its nature: a KVM module or /dev/kvm is an ability, not a role."""
    inside = container.known and container.value != "none"
    witness = None if inside else _hosts(host, vm, container, kernels)
    if witness is not None:
        return Fact("virt.role", "host", evidence=(witness,))
    guest = next((fact for fact in (container, vm) if fact.known and fact.value != "none"), None)
    if guest is not None:
        return Fact("virt.role", "guest", evidence=(Evidence(guest.id, str(guest.value), "for guest"),))
    unsettled = next((fact for fact in (vm, container) if not fact.known), None)
    if unsettled is not None:
        return Fact.unknown("virt.role", f"{unsettled.id} is not known: {unsettled.reason}")
    return Fact("virt.role", "none", evidence=tuple(Evidence(fact.id, "none", "for none") for fact in (vm, container)))


def _hosts(host: Host, vm: Fact, container: Fact, kernels: Sequence[Personality]) -> Evidence | None:
    """Hear what makes this a host: Xen's first domain, the control domain, a node whose containers are beside it."""
    if vm.value == "xen-dom0":
        return Evidence(vm.id, "xen-dom0", "for host")
    if vm.value == "ldoms":
        services = set(host.listdir("/sys/class/vlds") or ())
        if services >= _CONTROL_SERVICES or _CONTROL_CHANNEL in (host.listdir("/sys/class/vldc") or ()):
            return Evidence("/sys/class/vlds", "the control domain's services", "for host")
    node = next((one for one in kernels if one.flavour in _CONTAINS and one.contained is False), None)
    return node.evidence if node is not None and container.value == "none" else None


def nested_kvm(host: Host) -> Fact:
    """Say whether virtual machines could be tried here. That they work is not said: it takes trying."""
    there = host.exists(_KVM)
    if there is None or (not there and not host.tells_absence):
        return Fact.unknown("virt.nested_kvm", f"{_KVM} was not captured")
    says = "present; whether guests boot has to be tried" if there else "absent"
    return Fact("virt.nested_kvm", there, evidence=(Evidence(_KVM, "present" if there else None, says),))
