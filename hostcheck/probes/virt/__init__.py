"""Virtualization: two axes decided apart, the machine's and the container's, and what follows from them.

Every witness says for or against; the facts list all of them in the order weighed, and each contradiction with why
the loser lost.
"""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.release import read_release
from hostcheck.probes.virt.cloud import decide_cloud
from hostcheck.probes.virt.container import decide_container
from hostcheck.probes.virt.dmi import read_dmi
from hostcheck.probes.virt.isolation import read_isolation
from hostcheck.probes.virt.layers import decide_layers
from hostcheck.probes.virt.limits import limits
from hostcheck.probes.virt.markers import marks
from hostcheck.probes.virt.personality import flavour, personalities
from hostcheck.probes.virt.role import decide_role, nested_kvm
from hostcheck.probes.virt.vm import decide, hear
from hostcheck.probes.virt.vmm import decide_vmm
from hostcheck.run.model import Fact


def probe(host: Host) -> Iterator[Fact]:
    """Give virt.*."""
    dmi = read_dmi(host)
    isolation = read_isolation(host)
    release = read_release(host)
    kernels = personalities(host, isolation, release)
    heard = marks(host, isolation)
    wsl2 = next((one.evidence for one in kernels if one.flavour == "wsl2"), None)
    claims = hear(host, dmi, release, wsl2)
    vm = decide(claims)
    container = decide_container(host, isolation, heard, kernels)
    yield vm
    yield container
    yield decide_layers(host, (vm, container), claims, heard, kernels)
    yield decide_vmm(host, dmi, vm)
    yield decide_cloud(host, dmi)
    yield decide_role(host, vm, container, kernels)
    yield flavour(release, kernels)
    yield nested_kvm(host)
    yield from limits(host)
