"""Whose kernel a release is. Data only: to know one more, add a row.

A release is cut at its punctuation, and each piece is looked up by the letters it begins with: "4.18.0-513.el8.x86_64"
has the piece "el". Each row is from what the vendor's packages are called.
"""

import re
from typing import NamedTuple

_PIECES = re.compile(r"[^A-Za-z0-9]+")
_LETTERS = re.compile(r"^[a-z]+")

_BACKPORTS = "features of later kernels are added to an old number, which is the least that it has"


class Flavour(NamedTuple):
    """Whose kernel it is.

    Attributes:
        name: as virt.kernel_flavour gives it.
        meaning: what that says of the kernel, as evidence shows it.
    """

    name: str
    meaning: str


ORDINARY = Flavour("generic", "no vendor's name: the number is the kernel's own")

_REALTIME = Flavour("rt", "PREEMPT_RT: fixed latencies before throughput")

# Editions, after a build that is one number: 5.15.0-91-generic, 6.5.0-1018-azure.
_UBUNTU = {
    *("generic", "lowlatency", "virtual", "server", "realtime", "raspi", "oem", "nvidia", "fips", "fde", "iotg"),
    *("aws", "azure", "gcp", "gke", "gkeop", "ibm", "kvm", "oracle"),
}
_DEBIAN = {"amd64", "686", "pae", "arm64", "armmp", "marvell", "ppc64el", "powerpc64", "riscv64", "loong64"}

VENDORS: tuple[tuple[str, Flavour], ...] = (
    ("uek", Flavour("oracle-uek", "Oracle's Unbreakable Enterprise Kernel: newer than the Red Hat kernel beside it")),
    ("elrepo", Flavour("elrepo", "ELRepo: the mainline kernel, packaged for Red Hat Enterprise Linux")),
    ("lve", Flavour("cloudlinux", "CloudLinux: Red Hat's kernel with limits for users")),
    ("amzn", Flavour("amazon", f"Amazon Linux: {_BACKPORTS}")),
    ("al", Flavour("alibaba", f"Alibaba Cloud Linux: {_BACKPORTS}")),
    ("alios", Flavour("alibaba", f"Alibaba Cloud Linux: {_BACKPORTS}")),
    ("tlinux", Flavour("tencentos", f"TencentOS: {_BACKPORTS}")),
    ("oe", Flavour("openeuler", f"openEuler: {_BACKPORTS}")),
    ("an", Flavour("anolis", f"Anolis OS: {_BACKPORTS}")),
    ("azl", Flavour("azure-linux", "Azure Linux: a long-term kernel")),
    ("cm", Flavour("azure-linux", "CBL-Mariner: a long-term kernel")),
    ("ph", Flavour("photon", "VMware Photon OS: a long-term kernel")),
    ("el", Flavour("rhel", f"Red Hat Enterprise Linux, or a rebuild (CentOS, Alma, Rocky): {_BACKPORTS}")),
    ("pve", Flavour("proxmox", "Proxmox VE: Ubuntu's kernel for a host of KVM and LXC")),
    ("linuxkit", Flavour("linuxkit", "LinuxKit: the virtual machine of Docker Desktop, or of an appliance")),
    ("boot2docker", Flavour("boot2docker", "boot2docker: a virtual machine made for Docker")),
    ("coreos", Flavour("coreos", "CoreOS Container Linux: made for containers, no longer maintained")),
    ("flatcar", Flavour("flatcar", "Flatcar Container Linux: made for containers")),
    ("bottlerocket", Flavour("bottlerocket", "Bottlerocket: made for containers")),
    ("talos", Flavour("talos", "Talos Linux: made for Kubernetes")),
    ("cos", Flavour("cos", "Container-Optimized OS: made for containers")),
    ("vserver", Flavour("linux-vserver", "Linux-VServer's patches")),
    ("vs", Flavour("linux-vserver", "Linux-VServer's patches")),
    ("grsec", Flavour("grsecurity", "grsecurity's patches: chroot and namespace rules that engines run into")),
    ("grsecurity", Flavour("grsecurity", "grsecurity's patches: chroot and namespace rules that engines run into")),
    ("hardened", Flavour("hardened", "linux-hardened: namespaces for users may be off")),
    ("rpi", Flavour("raspberry-pi", "Raspberry Pi OS")),
    ("manjaro", Flavour("manjaro", "Manjaro: nearly the latest kernel")),
    ("arch", Flavour("arch", "Arch Linux: the latest kernel")),
    ("zen", Flavour("zen", "the zen patches")),
    ("gentoo", Flavour("gentoo", "Gentoo")),
    ("xanmod", Flavour("xanmod", "the XanMod patches")),
)
"""Pieces by how much they say: "el" is also in releases that Oracle, ELRepo and CloudLinux made."""


def name_release(release: str) -> Flavour:
    """Say whose kernel a release is ("6.1.0-18-cloud-amd64" is Debian's, for clouds); ORDINARY when nobody's."""
    pieces = [piece.lower() for piece in _PIECES.split(release)]
    words = {letters for piece in pieces for letters in _LETTERS.findall(piece)}
    if any(piece.endswith("uek") for piece in pieces):
        words.add("uek")
    named = (flavour for word, flavour in VENDORS if word in words)
    editions = (tell(release, pieces) for tell in (_fc, _suse, _ubuntu, _debian, _alpine))
    found = next((flavour for flavour in (*named, *editions) if flavour is not None), None)
    if found is None:
        return _REALTIME if "rt" in words else ORDINARY
    return Flavour(f"{found.name}-rt", f"{found.meaning}; for real time") if "rt" in words else found


def _build(release: str) -> str:
    """Give the second part of a release of at least three: "91" of "5.15.0-91-generic"."""
    parts = release.split("-")
    return parts[1] if len(parts) > 2 else ""


def _fc(_: str, pieces: list[str]) -> Flavour | None:
    """Fedora numbers its "fc"; Firecracker's builds do not."""
    if "fc" in pieces:
        return Flavour("firecracker", "built for Firecracker: what it lacks cannot be loaded as a module")
    numbered = any(piece.startswith("fc") and piece[2:].isdigit() for piece in pieces)
    return Flavour("fedora", "Fedora: nearly the latest kernel") if numbered else None


def _suse(release: str, pieces: list[str]) -> Flavour | None:
    last = pieces[-1]
    if last == "default" or (last in {"azure", "preempt", "kvmsmall"} and "." in _build(release)):
        return Flavour(f"suse-{last}", f"SUSE Linux Enterprise or openSUSE: {_BACKPORTS}")
    return None


def _ubuntu(release: str, pieces: list[str]) -> Flavour | None:
    edition = next((piece for piece in pieces if piece in _UBUNTU), None)
    # The number of the build alone tells Ubuntu's "azure" from SUSE's.
    return (
        Flavour(f"ubuntu-{edition}", f"Ubuntu's edition {edition}") if edition and _build(release).isdigit() else None
    )


def _debian(_: str, pieces: list[str]) -> Flavour | None:
    packaged = any(piece == "bpo" or (piece.startswith("deb") and piece[3:].isdigit()) for piece in pieces)
    if not packaged and pieces[-1] not in _DEBIAN:
        return None
    if "cloud" in pieces:
        return Flavour("debian-cloud", "Debian's edition for clouds: without drivers for real hardware")
    return Flavour("debian", "Debian: a long-term kernel")


def _alpine(release: str, pieces: list[str]) -> Flavour | None:
    last, build = pieces[-1], _build(release)
    if last == "virt" and build.isdigit():
        return Flavour("alpine-virt", "Alpine's edition for virtual machines")
    if last == "lts" and build.isdigit():
        # Alpine counts its builds from 0, Arch from 1.
        return Flavour("alpine-lts" if build == "0" else "lts", "a distribution's long-term kernel")
    return None
