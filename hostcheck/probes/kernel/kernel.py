"""The kernel: its release, architecture and configuration, and features that engines need."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.host.identity import identify
from hostcheck.probes.kernel.devicerules import device_rules
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.release import Release, read_release
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.virt.flavours import name_release
from hostcheck.probes.witness import Witness, present, settle
from hostcheck.run.model import Evidence, Fact

_CGROUP_BPF_SINCE = {"ubuntu-": (4, 15), "proxmox": (4, 15), "rhel": (4, 18), "debian": (4, 19)}
"""The version since which the kernels of each vendor have CGROUP_BPF, by the configurations in their packages."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield kernel.* and os.arch."""
    release = read_release(host)
    config = read_config(host)
    yield from _release(release)
    yield _arch(host)
    yield _config(config)
    yield settle(
        "kernel.mqueue",
        (present(host, "/proc/sys/fs/mqueue", "the kernel has POSIX message queues"), config.witness("POSIX_MQUEUE")),
        config.problem,
    )
    yield _devpts(release, config)
    witnesses = (device_rules(host), config.witness("CGROUP_BPF"), _packaged_bpf(release))
    yield settle("kernel.cgroup_bpf", witnesses, config.problem)


def _packaged_bpf(release: Release) -> Witness:
    """Return a witness that the vendor of this kernel builds this version with CGROUP_BPF.

    It is used in a container: there the configuration is missing, and the release is that of the host's kernel.
    """
    flavour = name_release(release.text or "").name
    since = next((version for vendor, version in _CGROUP_BPF_SINCE.items() if flavour.startswith(vendor)), None)
    if since is None or release.version is None or release.version < since:
        return Witness(None, release.reading.evidence("silent: the vendor's options are not known"))
    return Witness(answer=True, evidence=release.reading.evidence(f"for: {flavour} kernels are built with it"))


def _release(release: Release) -> Iterator[Fact]:
    if release.text is None:
        reason = unread_reason(release.reading)
        yield Fact.unknown("kernel.release", reason)
        yield Fact.unknown("kernel.version", reason)
        return
    yield Fact("kernel.release", release.text, evidence=(release.reading.evidence("the release"),))
    if release.version:
        # In 2.6 the third number is that of the release. Since 3.0 it is the second.
        parts = 3 if release.version[:2] == (2, 6) else 2
        evidence = (release.reading.evidence(f"the version is its first {parts} numbers"),)
        yield Fact("kernel.version", ".".join(map(str, release.version[:parts])), evidence=evidence)
        return
    reason = f"{release.text} {release.distrust or 'does not begin with a version'}"
    yield Fact.unknown("kernel.version", reason, (release.reading.evidence("no version to trust"),))


def _arch(host: Host) -> Fact:
    arch = identify(host).arch
    if arch is None:
        return Fact.unknown("os.arch", "/proc/sys/kernel/arch was not captured: capture the host again")
    return Fact("os.arch", arch, evidence=(Evidence("uname -m", arch, "the hardware name"),))


def _config(config: KernelConfig) -> Fact:
    if config.path is None:
        return Fact.unknown("kernel.config.available", config.problem, config.evidence)
    return Fact("kernel.config.available", config.path, evidence=config.evidence)


def _devpts(release: Release, config: KernelConfig) -> Fact:
    if release.version is not None and release.version >= (4, 7):
        # The option was removed: every mount of devpts is independent (Documentation/filesystems/devpts.rst).
        evidence = (release.reading.evidence("for: always on since 4.7"),)
        return Fact("kernel.devpts.instances", value=True, evidence=evidence)
    return settle("kernel.devpts.instances", (config.witness("DEVPTS_MULTIPLE_INSTANCES"),), config.problem)
