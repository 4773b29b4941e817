"""Which container this process runs in, if any. The virtual machine is decided separately: it may hold containers."""

from collections.abc import Sequence

from hostcheck.host.base import Host
from hostcheck.probes.virt.cgroup_paths import is_systems, parse_groups
from hostcheck.probes.virt.indicators import KernelKind, read_first
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.probes.virt.markers import Marker, parse_environ
from hostcheck.run.model import Evidence, Fact

_ID = "virt.container"
# The first of several names wins: names that describe the isolation come before those that an image may contain.
_PREFERENCE = ("kata", "kubernetes", "lxd", "incus", "lxc", "lxc-libvirt", "systemd-nspawn", "podman", "docker")
_VAGUE = ("oci", "other")
_KERNELS_OF_THEIR_OWN = {"gvisor", "illumos-lx"}
# These start a process in the host's namespaces with another root: a folder, a tmpfs or an image on a loop device.
# Source: Apptainer's user guide, "Namespaces and isolation".
_SHARE_NAMESPACES = {"singularity"}
# Guests of these may run an engine. Its containers are then the innermost.
_MAY_HOLD_OTHERS = {"openvz", "linux-vserver", "wsl1", "wsl2"}


def decide_container(
    host: Host, isolation: Isolation, markers: Sequence[Marker], kernels: Sequence[KernelKind]
) -> Fact:
    """Return virt.container, which proofs, markers, the kinds of the kernel and the namespaces decide."""
    kernel = next((one for one in kernels if one.contained), None)
    stale = tuple(mark for mark in markers if _is_stale(mark, markers, isolation))
    standing = tuple(mark for mark in markers if mark not in stale)
    conflicts = tuple(_why_stale(mark, isolation) for mark in stale)
    host_like = _host_like(host)
    evidence = (
        *(one.evidence for one in kernels),
        *(mark.evidence for mark in markers if mark.proof),
        *isolation.evidence,
        *(mark.evidence for mark in markers if not mark.proof),
        *host_like,
    )
    name = _name(kernel, standing)
    proofs = tuple(mark for mark in standing if mark.proof)
    if not proofs and not isolation.outranks_markers and name != _name(kernel, ()):
        marked = ", ".join(mark.evidence.source for mark in standing)
        reason = f"{marked} may be left over from an image, and neither the namespaces nor the mounts that would "
        "show it could be read"
        return Fact.unknown(_ID, reason, evidence)
    if name is not None:
        return Fact(_ID, name, evidence=evidence, conflicts=(*conflicts, *_losers(name, standing)))
    if isolation.own.get("pid"):
        # systemd 257 detects a container that nothing names by the same inode (systemd#35249).
        return Fact(_ID, "other", evidence=evidence, conflicts=conflicts)
    node = any(one.contained is False for one in kernels)
    if node or stale or host_like or "pid" in isolation.own or isolation.whole_device_root:
        return Fact(_ID, "none", evidence=evidence, conflicts=conflicts)
    reason = "neither namespaces nor control groups nor the first process's environment could be read"
    return Fact.unknown(_ID, reason, evidence)


def _name(kernel: KernelKind | None, standing: Sequence[Marker]) -> str | None:
    if kernel is not None and kernel.flavour in _KERNELS_OF_THEIR_OWN:
        return kernel.flavour
    if kernel is not None and kernel.flavour in _MAY_HOLD_OTHERS:
        # File systems of these are made from images, and often still hold the marker files of the image.
        holds_mark = kernel.flavour.startswith("wsl")
        inner = [mark for mark in standing if mark.proof or holds_mark]
        return _best(inner) or kernel.flavour
    return _best(standing)


def _best(standing: Sequence[Marker]) -> str | None:
    """Return the best of the markers' names; None without markers.

    kata and kubernetes come first, since they contain others; then names of proofs; then those of files and variables.
    """
    names = {mark.name for mark in standing}
    proofs = {mark.name for mark in standing if mark.proof}
    for name in ("kata", "kubernetes"):
        if name in names:
            return name
    # An LXD or Incus container is an LXC container with the socket of LXD or Incus.
    if "lxc" in names and names & {"lxd", "incus"}:
        return "incus" if "incus" in names else "lxd"
    # lxcfs and the control groups of LXC are also visible in an engine's container that runs in an LXC container.
    proven = proofs - {"containerd", "lxc"}
    if proven:
        return next((name for name in _PREFERENCE if name in proven), min(proven))
    named = [name for name in _PREFERENCE if name in names]
    if named:
        return named[0]
    # Any other name is more precise than "oci", which images set, and "other", for a variable of unknown value.
    return min(names.difference(_VAGUE), default=next((name for name in _VAGUE if name in names), None))


def _is_stale(mark: Marker, markers: Sequence[Marker], isolation: Isolation) -> bool:
    """Whether a marker was left over from an image, since the kernel shows that this process is not isolated.

    A container that shares the pid namespace of the host still has another root, control group or namespace.
    """
    if mark.proof or any(other.proof for other in markers):
        return False
    if mark.name in _SHARE_NAMESPACES:
        return isolation.whole_device_root and not isolation.loop_root
    # Live and image-based systems have layers as well. A container that shares all namespaces would show a control
    # group made by its engine instead of systemd, and the folder of the engine among its layers.
    systems_layers = isolation.in_systems_group and isolation.lists_layers
    unlayered = not (isolation.layered_root or isolation.cut)
    if isolation.wsl1_root or (isolation.all_first and (unlayered or systems_layers)):
        return True
    # Docker and Podman never give a container a whole disk as its root. LXC may.
    engines_file = mark.file and mark.name in {"docker", "podman"}
    return isolation.whole_device_root and (engines_file or isolation.own.get("pid") is False)


def _why_stale(mark: Marker, isolation: Isolation) -> str:
    shown = []
    if isolation.all_first and mark.name not in _SHARE_NAMESPACES:
        shown.append(f"the {', '.join(isolation.own)} namespaces are the host's")
    if (isolation.whole_device_root or isolation.wsl1_root) and isolation.root is not None:
        shown.append(f"/ is {isolation.root.fs_type} on {isolation.root.source}")
    return (
        f"{mark.evidence.source} says {mark.name}, but it is stale, left over from an image: {' and '.join(shown)}, "
        f"and no control group or mount belongs to a container"
    )


def _losers(name: str, standing: Sequence[Marker]) -> tuple[str, ...]:
    """Describe each marker that contradicts the name of the container.

    Another name for the same container, or the name of a container around it, is no contradiction.
    """
    if name in _KERNELS_OF_THEIR_OWN or name == "kata":
        # Engines start these as they start other runtimes, so the name of an engine is no contradiction.
        return ()
    same = {name, *_VAGUE, "lxc", "containerd"} | ({"docker", "crio", "podman"} if name == "kubernetes" else set())
    return tuple(
        f"{mark.evidence.source} ({mark.evidence.value}) says {mark.name}: an image may contain it, "
        f"and the evidence for {name} is stronger"
        for mark in standing
        if mark.name not in same
    )


def _host_like(host: Host) -> tuple[Evidence, ...]:
    """Return evidence against a container, mainly from the first process, for hosts whose namespaces cannot be read."""
    found = []
    environ = host.read("/proc/1/environ")
    if environ.text and "container" not in parse_environ(environ.text):
        found.append(
            environ.evidence(
                "against: the environment of the first process names no container manager", "no container="
            )
        )
    status = read_first(host, "/proc/self/status", "/proc/1/status")
    text = status.text or ""
    whole = text.startswith("Name:") and text.endswith("\n")
    if whole and "\nVxID:" not in text and "\nenvID:" not in text:
        found.append(status.evidence("against: no OpenVZ or Linux-VServer id", "no envID, no VxID"))
    for path in ("/proc/1/cgroup", "/proc/self/cgroup"):
        groups = host.read(path)
        own = next((group for group in parse_groups(groups.text or "") if is_systems(group)), None)
        if own is not None:
            found.append(groups.evidence("against: a control group of systemd, not of a container", own))
    return tuple(found)
