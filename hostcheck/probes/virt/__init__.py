"""Virtualization: the virtual machine and the container are detected separately; the other facts follow from both.

Each piece of evidence speaks for or against. The facts list the evidence, strongest first, and name each contradiction
with the reason why one side was not believed.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.virt.cloud import decide_cloud
from hostcheck.probes.virt.container import decide_container
from hostcheck.probes.virt.dmi import read_dmi
from hostcheck.probes.virt.isolation import read_isolation
from hostcheck.probes.virt.kernel_kind import flavour, kernel_kinds
from hostcheck.probes.virt.layers import decide_layers
from hostcheck.probes.virt.limits import limits
from hostcheck.probes.virt.lxc import lxc
from hostcheck.probes.virt.markers import find_markers
from hostcheck.probes.virt.role import decide_role, nested_kvm
from hostcheck.probes.virt.vm import collect_indicators, decide
from hostcheck.probes.virt.vmm import decide_vmm
from hostcheck.run.model import Fact


def probe(host: Host) -> Iterator[Fact]:
    """Yield the facts virt.*."""
    dmi = read_dmi(host)
    isolation = read_isolation(host)
    release = read_release(host)
    kernels = kernel_kinds(host, isolation, release)
    markers = find_markers(host, isolation)
    wsl2 = next((one.evidence for one in kernels if one.flavour == "wsl2"), None)
    indicators = collect_indicators(host, dmi, release, wsl2)
    vm = decide(indicators)
    container = decide_container(host, isolation, markers, kernels)
    yield vm
    yield container
    yield decide_layers(host, (vm, container), indicators, markers, kernels)
    yield decide_vmm(host, dmi, vm)
    yield decide_cloud(host, dmi)
    yield decide_role(host, vm, container, kernels)
    yield flavour(host, release, kernels)
    yield nested_kvm(host)
    yield from limits(host)
    yield from lxc(host, container, isolation)
