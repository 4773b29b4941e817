"""The layers around this process: containers in containers, in virtual machines, in machines around those."""

from collections.abc import Iterator, Sequence

from hostcheck.host.base import Host
from hostcheck.probes.virt.cgroup_paths import parse_chain
from hostcheck.probes.virt.indicators import NONE, SOME, Indicator, KernelKind, Rank
from hostcheck.probes.virt.markers import Marker
from hostcheck.probes.virt.platforms import SYSINFO, control_programs
from hostcheck.run.model import Evidence, Fact

_ID = "virt.layers"
# System containers: an engine may run in them.
_SYSTEMS = ("incus", "lxd", "lxc", "lxc-libvirt", "systemd-nspawn")
_ENGINES = {"docker", "podman", "kubernetes", "crio", "containerd"}
# Guests of these see the CPUID of the machine below.
_TRANSPARENT = {"uml", "lx86", "xen-dom0", "xen-pv"}
_NAMES_THE_NEXT = {Rank.DISGUISED, Rank.CPUID, Rank.PARAVIRTUAL, Rank.FIRMWARE}


def decide_layers(
    host: Host,
    axes: tuple[Fact, Fact],
    indicators: Sequence[Indicator],
    markers: Sequence[Marker],
    kernels: Sequence[KernelKind],
) -> Fact:
    """Return virt.layers: the layers, innermost first; none on bare metal without a container.

    Args:
        host: the machine.
        axes: the facts virt.vm and virt.container.
        indicators: the evidence of a virtual machine.
        markers: the evidence of a container.
        kernels: the kinds of the kernel.
    """
    vm, container = axes
    unsettled = next((fact for fact in (container, vm) if not fact.known), None)
    if unsettled is not None:
        return Fact.unknown(_ID, f"{unsettled.id} is unknown: {unsettled.reason}")
    found = (
        *_containers(host, str(container.value), markers, kernels),
        *_machines(str(vm.value), indicators),
        *_below(host, str(vm.value)),
    )
    names = tuple(dict.fromkeys(name for name, _ in found))
    evidence = tuple(dict.fromkeys(item for _, item in found))
    settled = (Evidence(container.id, NONE, "no container"), Evidence(vm.id, NONE, "no virtual machine"))
    return Fact(_ID, names, evidence=evidence or settled)


def _containers(
    host: Host, name: str, markers: Sequence[Marker], kernels: Sequence[KernelKind]
) -> Iterator[tuple[str, Evidence]]:
    if name == NONE:
        return
    yield name, Evidence("virt.container", name, "the innermost")
    groups = host.read("/proc/self/cgroup")
    for line in (groups.text or "").splitlines():
        path = line.split(":", 2)[-1]
        chain = parse_chain(path)
        if name in chain:
            around = chain[chain.index(name) + 1 :]
            yield from ((outer, groups.evidence(f"{outer} around it", path)) for outer in around)
            break
    else:
        # Of an engine's container and a system container, the system container is always the outer one.
        outer = next((mark for one in _SYSTEMS for mark in markers if mark.name == one and mark.proof), None)
        if outer is not None and name in _ENGINES:
            yield outer.name, outer.evidence
    yield from ((one.flavour, one.evidence) for one in kernels if one.contained)


def _machines(name: str, indicators: Sequence[Indicator]) -> Iterator[tuple[str, Evidence]]:
    if name == NONE:
        return
    yield name, Evidence("virt.vm", name, "the machine")
    if name not in _TRANSPARENT:
        return
    family = name.partition("-")[0]
    for one in indicators:
        if one.rank in _NAMES_THE_NEXT and one.value not in {SOME, NONE} and not one.value.startswith(family):
            yield one.value, one.evidence
            return


def _below(host: Host, name: str) -> Iterator[tuple[str, Evidence]]:
    """Yield the machines around the virtual machine. Only mainframes list them, such as KVM in z/VM in a partition."""
    reading = host.read(SYSINFO)
    programs = control_programs(reading.text or "")
    if programs and programs[0][0] == name:
        yield from ((outer, reading.evidence(f"{outer} below it", line)) for outer, line in programs[1:])
