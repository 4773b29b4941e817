"""Find markers that name the container manager.

They are proofs that the kernel shows, and files and variables, which may come from an image.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from hostcheck.host.base import Host, Reading, shorten
from hostcheck.probes.virt.cgroup_paths import parse_cgroup
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.run.model import Evidence


class Marker(NamedTuple):
    """One marker of a container.

    Attributes:
        name: the container manager that it names.
        evidence: the source that was read, and its content.
        proof: whether only a running container has it. A file or a variable may come from the image.
        file: whether it is a file, which may be left over in an image or a disk that was made from a container.
    """

    name: str
    evidence: Evidence
    proof: bool = False
    file: bool = False


# Folders of engines with the layers of "/", and with the files that they mount over those of /etc.
_STORES: tuple[tuple[str, str], ...] = (
    ("/kubelet/pods/", "kubernetes"),
    ("/containers/storage/", "podman"),
    ("/overlay-containers/", "podman"),
    ("io.containerd.grpc.v1.cri", "kubernetes"),
    ("io.containerd.snapshotter", "containerd"),
    ("/docker/", "docker"),
    ("/overlay2/", "docker"),
    ("/lxd/", "lxd"),
    ("/var/lib/lxc/", "lxc"),
    ("/var/lib/machines/", "systemd-nspawn"),
    ("/incus/", "incus"),
)
_MOUNTED_BY_ENGINES = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log"}
_BOOT_ID_OF_LXC = "/.lxc-boot-id"
"""LXC mounts this file over /proc/sys/kernel/random/boot_id. Source: lxc src/lxc/conf.c, lxc_setup_boot_id."""

_ENVIRONMENT = {
    "lxc": "lxc",
    "lxc-libvirt": "lxc-libvirt",
    "lxd": "lxd",
    "incus": "incus",
    "systemd-nspawn": "systemd-nspawn",
    "docker": "docker",
    "podman": "podman",
    "crio": "crio",
    "containerd": "containerd",
    "kubernetes": "kubernetes",
    "oci": "oci",
    "rkt": "rkt",
    "pouch": "pouch",
    "proot": "proot",
    "zone": "illumos-lx",
    "flatpak": "flatpak",
    "apptainer": "singularity",
    "singularity": "singularity",
    "wsl": "",
}
"""Manager by the value of the variable "container" (https://systemd.io/CONTAINER_INTERFACE); empty for no container.
Any other value means "other"."""

_FILES: tuple[tuple[str, str], ...] = (
    ("/run/.containerenv", "podman"),
    ("/.dockerenv", "docker"),
    ("/.dockerinit", "docker"),
    ("/var/run/secrets/kubernetes.io/serviceaccount", "kubernetes"),
    ("/run/secrets/kubernetes.io/serviceaccount", "kubernetes"),
    ("/dev/lxd/sock", "lxd"),
    ("/dev/.lxd-mounts", "lxd"),
    ("/dev/incus/sock", "incus"),
    ("/dev/.incus-mounts", "incus"),
    ("/.singularity.d", "singularity"),
    ("/.flatpak-info", "flatpak"),
)


def find_markers(host: Host, isolation: Isolation) -> tuple[Marker, ...]:
    """Return all markers, proofs first."""
    found = (
        *_cgroups(host),
        *_mounts(isolation),
        *_tracer(host),
        *_managers(host),
        *_environment(host),
        *(Marker(name, Evidence(path, "present", f"for {name}"), file=True) for path, name in _present(host)),
    )
    return tuple(sorted(found, key=lambda mark: not mark.proof))


def _cgroups(host: Host) -> Iterator[Marker]:
    for path in ("/proc/self/cgroup", "/proc/1/cgroup"):
        reading = host.read(path)
        for name, shown in parse_cgroup(reading.text or "")[:1]:
            yield Marker(name, reading.evidence(f"for {name}", shown), proof=True)


def _mounts(isolation: Isolation) -> Iterator[Marker]:
    source = isolation.table
    root = isolation.root
    shared = next((mount for mount in isolation.mounts if mount.source == "kataShared"), None)
    if shared is not None:
        yield Marker("kata", Evidence(source, shorten(f"{shared.mount_point} is kataShared"), "for kata"), proof=True)
    if root is not None:
        layers = f"{root.root} {root.source} {' '.join(root.super_options)}"
        # Where "/" is a whole file system its path is not an engine's, whatever the name of the device.
        name = None if isolation.whole_device_root else next((name for text, name in _STORES if text in layers), None)
        name = "docker" if root.source.startswith("/dev/mapper/docker-") else name
        if name:
            shown = shorten(f"/ is {root.fs_type}: {layers}")
            yield Marker(name, Evidence(source, shown, f"for {name}"), proof=True)
    for mount in isolation.mounts:
        if mount.mount_point in _MOUNTED_BY_ENGINES:
            name = next((name for text, name in _STORES if text in mount.root), None)
            if name:
                shown = shorten(f"{mount.mount_point} from {mount.root}")
                yield Marker(name, Evidence(source, shown, f"for {name}"), proof=True)
        elif mount.fs_type == "fuse.lxcfs" and mount.mount_point.startswith("/proc/"):
            yield Marker("lxc", Evidence(source, shorten(f"{mount.mount_point} is lxcfs"), "for lxc"), proof=True)
        elif mount.root.endswith(_BOOT_ID_OF_LXC):
            # The first process of lxc-execute is not started by execve(2), so its environment does not name LXC.
            shown = shorten(f"{mount.mount_point} from {mount.root}")
            yield Marker("lxc", Evidence(source, shown, "for lxc"), proof=True)


def _tracer(host: Host) -> Iterator[Marker]:
    """Yield a marker of PRoot, which emulates chroot by ptrace(2)."""
    status = host.read("/proc/self/status").text or ""
    tracer = next((line.split()[-1] for line in status.splitlines() if line.startswith("TracerPid:")), "0")
    if tracer.isdigit() and tracer != "0":
        comm = host.read(f"/proc/{tracer}/comm")
        if (comm.text or "").startswith("proot"):
            yield Marker("proot", comm.evidence("for proot"), proof=True)


def _managers(host: Host) -> Iterator[Marker]:
    """Yield a marker for each file that holds the manager's name, and is written when the container starts."""
    for path in ("/run/host/container-manager", "/run/systemd/container"):
        reading = host.read(path)
        yield from _named(reading, (reading.text or "").strip())


def _environment(host: Host) -> Iterator[Marker]:
    reading = host.read("/proc/1/environ")
    if reading.data is None:
        # Other users may not read it, and sometimes root may not. This process inherited most of it.
        reading = host.read("/proc/self/environ")
    variables = parse_environ(reading.text or "")
    yield from _named(reading, variables.get("container", ""))
    if "KUBERNETES_SERVICE_HOST" in variables:
        yield Marker("kubernetes", reading.evidence("for kubernetes", "KUBERNETES_SERVICE_HOST is set"))


def parse_environ(text: str) -> dict[str, str]:
    """Parse an environment. Variables end with a NUL byte, or with a line break in files that were copied by hand."""
    items = re.split("[\\0\n]", text)
    return {name: value.strip() for name, equals, value in (item.partition("=") for item in items) if equals}


def _named(reading: Reading, value: str) -> Iterator[Marker]:
    word = next(iter(value.lower().split()), "")
    name = _ENVIRONMENT.get(word, "other") if word else ""
    if name:
        yield Marker(name, reading.evidence(f"for {name}", f"container={value}"))


def _present(host: Host) -> Iterator[tuple[str, str]]:
    for path, name in _FILES:
        if host.exists(path) is True:
            yield path, name
