"""What container this is in, if any. Decided apart from the virtual machine: a container may be in one."""

from collections.abc import Sequence

from hostcheck.host.base import Host
from hostcheck.probes.virt.cgroup_paths import is_systems, parse_groups
from hostcheck.probes.virt.claims import Personality, read_first
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.probes.virt.markers import Mark, parse_environ
from hostcheck.run.model import Evidence, Fact

_ID = "virt.container"
# When several are named: what says most of the isolation first, what an image may claim by itself last.
_PREFERENCE = ("kata", "kubernetes", "lxd", "incus", "lxc", "lxc-libvirt", "systemd-nspawn", "podman", "docker")
_VAGUE = ("oci", "other")
_KERNELS_OF_THEIR_OWN = {"gvisor", "illumos-lx"}
# These start a process in the host's namespaces, on a root of its own: a folder, memory or an image on a loop device.
# Source: Apptainer's user guide, "Namespaces and isolation".
_SHARE_NAMESPACES = {"singularity"}
# Guests of these may run an engine, whose containers are then the innermost.
_MAY_HOLD_OTHERS = {"openvz", "linux-vserver", "wsl1", "wsl2"}


def decide_container(host: Host, isolation: Isolation, heard: Sequence[Mark], kernels: Sequence[Personality]) -> Fact:
    """Weigh proofs, markers, the kernel's personality and its namespaces."""
    kernel = next((one for one in kernels if one.contained), None)
    stale = tuple(mark for mark in heard if _is_stale(mark, heard, isolation))
    standing = tuple(mark for mark in heard if mark not in stale)
    conflicts = tuple(_why_stale(mark, isolation) for mark in stale)
    host_like = _host_like(host)
    evidence = (
        *(one.evidence for one in kernels),
        *(mark.evidence for mark in heard if mark.proof),
        *isolation.evidence,
        *(mark.evidence for mark in heard if not mark.proof),
        *host_like,
    )
    name = _name(kernel, standing)
    if name is not None:
        return Fact(_ID, name, evidence=evidence, conflicts=(*conflicts, *_losers(name, standing)))
    if isolation.own.get("pid"):
        # systemd 257 tells a container without any name by the same inode (systemd#35249).
        return Fact(_ID, "other", evidence=evidence, conflicts=conflicts)
    node = any(one.contained is False for one in kernels)
    if node or stale or host_like or "pid" in isolation.own or isolation.whole_device_root:
        return Fact(_ID, "none", evidence=evidence, conflicts=conflicts)
    reason = "neither namespaces nor control groups nor the first process's environment could be read"
    return Fact.unknown(_ID, reason, evidence)


def _name(kernel: Personality | None, standing: Sequence[Mark]) -> str | None:
    if kernel is not None and kernel.flavour in _KERNELS_OF_THEIR_OWN:
        return kernel.flavour
    if kernel is not None and kernel.flavour in _MAY_HOLD_OTHERS:
        # Files left over from an image are common in these, whose file systems are made from one.
        holds_mark = kernel.flavour.startswith("wsl")
        inner = [mark for mark in standing if mark.proof or holds_mark]
        return _best(inner) or kernel.flavour
    return _best(standing)


def _best(standing: Sequence[Mark]) -> str | None:
    """Choose among names: kubernetes and kata hold others, then proofs, then files and variables."""
    names = {mark.name for mark in standing}
    proofs = {mark.name for mark in standing if mark.proof}
    for name in ("kata", "kubernetes"):
        if name in names:
            return name
    # An LXD or Incus container is an LXC container that has their socket.
    if "lxc" in names and names & {"lxd", "incus"}:
        return "incus" if "incus" in names else "lxd"
    # lxcfs and control groups are seen from an engine's container in an LXC container, too.
    proven = proofs - {"containerd", "lxc"}
    if proven:
        return next((name for name in _PREFERENCE if name in proven), min(proven))
    named = [name for name in _PREFERENCE if name in names]
    if named:
        return named[0]
    # "oci" is what images say of themselves, "other" what a variable says that nobody knows: any name says more.
    return min(names.difference(_VAGUE), default=next((name for name in _VAGUE if name in names), None))


def _is_stale(mark: Mark, heard: Sequence[Mark], isolation: Isolation) -> bool:
    """Whether a marker was left over: the kernel shows a process that nothing isolates.

    A container started in the host's pid namespace still has a layered root, a control group or other namespaces
    of its own.
    """
    if mark.proof or any(other.proof for other in heard):
        return False
    if mark.name in _SHARE_NAMESPACES:
        return isolation.whole_device_root and not isolation.loop_root
    # Live and image-based systems have layers as well. A container that shares all namespaces would show the control
    # group that its engine made, which is no system's, and that engine's folder among its layers.
    systems_layers = isolation.in_systems_group and isolation.tells_layers
    if isolation.wsl1_root or (isolation.all_first and (not isolation.layered_root or systems_layers)):
        return True
    # No engine gives a container a whole disk for its root; LXC may.
    engines_file = mark.file and mark.name in {"docker", "podman"}
    return isolation.whole_device_root and (engines_file or isolation.own.get("pid") is False)


def _why_stale(mark: Mark, isolation: Isolation) -> str:
    shown = []
    if isolation.all_first and mark.name not in _SHARE_NAMESPACES:
        shown.append(f"the {', '.join(isolation.own)} namespaces are the first ones")
    if (isolation.whole_device_root or isolation.wsl1_root) and isolation.root is not None:
        shown.append(f"/ is {isolation.root.fs_type} on {isolation.root.source}")
    return (
        f"{mark.evidence.source} says {mark.name}, but it is stale: {' and '.join(shown)}, "
        f"and no control group or mount is a container's; such a marker stays in images made from a container"
    )


def _losers(name: str, standing: Sequence[Mark]) -> tuple[str, ...]:
    """Name what names another container. Other words for the same, and outer containers, contradict nothing."""
    if name in _KERNELS_OF_THEIR_OWN or name == "kata":
        # Engines start them, as they start other runtimes.
        return ()
    same = {name, *_VAGUE, "lxc", "containerd"} | ({"docker", "crio", "podman"} if name == "kubernetes" else set())
    return tuple(
        f"{mark.evidence.source} ({mark.evidence.value}) says {mark.name}: images may carry it about, "
        f"and what says {name} counts more"
        for mark in standing
        if mark.name not in same
    )


def _host_like(host: Host) -> tuple[Evidence, ...]:
    """Hear what speaks for the host where namespaces are not told: a first process that no manager marked."""
    found = []
    environ = host.read("/proc/1/environ")
    if environ.text and "container" not in parse_environ(environ.text):
        found.append(environ.evidence("against: the first process's environment names no manager", "no container="))
    status = read_first(host, "/proc/self/status", "/proc/1/status")
    text = status.text or ""
    whole = text.startswith("Name:") and text.endswith("\n")
    if whole and "\nVxID:" not in text and "\nenvID:" not in text:
        found.append(status.evidence("against: no OpenVZ or Linux-VServer id", "no envID, no VxID"))
    for path in ("/proc/1/cgroup", "/proc/self/cgroup"):
        groups = host.read(path)
        own = next((group for group in parse_groups(groups.text or "") if is_systems(group)), None)
        if own is not None:
            found.append(groups.evidence("against: systemd's own control group, no container's", own))
    return tuple(found)
