"""The vendor of a kernel, from its release. To add a vendor, add a row.

A release is split at its punctuation. Each piece is looked up by its leading letters: "4.18.0-513.el8.x86_64" has the
piece "el". Source of each row: the names of the vendor's packages.
"""

import re
from typing import NamedTuple

_PIECES = re.compile(r"[^A-Za-z0-9]+")
_LETTERS = re.compile(r"^[a-z]+")

_BACKPORTS = "features of later kernels are backported, so it has at least those of its version"


class Flavour(NamedTuple):
    """The vendor or edition of a kernel.

    Attributes:
        name: the value of virt.kernel_flavour.
        meaning: the meaning of the flavour, for the evidence.
    """

    name: str
    meaning: str


ORDINARY = Flavour("generic", "no vendor is named: the version is that of the mainline kernel")

_REALTIME = Flavour("rt", "PREEMPT_RT: bounded latency at the cost of throughput")

# Editions, after a build that is one number: 5.15.0-91-generic, 6.5.0-1018-azure.
_UBUNTU = {
    *("generic", "lowlatency", "virtual", "server", "realtime", "raspi", "oem", "nvidia", "fips", "fde", "iotg"),
    *("aws", "azure", "gcp", "gke", "gkeop", "ibm", "kvm", "oracle"),
}
_DEBIAN = {"amd64", "686", "pae", "arm64", "armmp", "marvell", "ppc64el", "powerpc64", "riscv64", "loong64"}

VENDORS: tuple[tuple[str, Flavour], ...] = (
    (
        "uek",
        Flavour(
            "oracle-uek", "Oracle's Unbreakable Enterprise Kernel: newer than Red Hat's kernel of the same release"
        ),
    ),
    ("elrepo", Flavour("elrepo", "ELRepo: the mainline kernel, packaged for Red Hat Enterprise Linux")),
    ("lve", Flavour("cloudlinux", "CloudLinux: Red Hat's kernel with limits for each user")),
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
    ("grsec", Flavour("grsecurity", "grsecurity's patches: their chroot and namespace rules can block engines")),
    ("grsecurity", Flavour("grsecurity", "grsecurity's patches: their chroot and namespace rules can block engines")),
    ("hardened", Flavour("hardened", "linux-hardened: unprivileged user namespaces may be off")),
    ("rpi", Flavour("raspberry-pi", "Raspberry Pi OS")),
    ("manjaro", Flavour("manjaro", "Manjaro: nearly the latest kernel")),
    ("arch", Flavour("arch", "Arch Linux: the latest kernel")),
    ("zen", Flavour("zen", "the zen patches")),
    ("gentoo", Flavour("gentoo", "Gentoo")),
    ("xanmod", Flavour("xanmod", "the XanMod patches")),
)
"""Flavour by the letters of a piece, most specific first: releases of Oracle, ELRepo and CloudLinux have "el" too."""


def name_release(release: str) -> Flavour:
    """Return the vendor that a release names ("6.1.0-18-cloud-amd64": Debian's cloud kernel); ORDINARY if none."""
    pieces = [piece.lower() for piece in _PIECES.split(release)]
    words = {letters for piece in pieces for letters in _LETTERS.findall(piece)}
    if any(piece.endswith("uek") for piece in pieces):
        words.add("uek")
    named = (flavour for word, flavour in VENDORS if word in words)
    editions = (match(release, pieces) for match in (_fc, _suse, _ubuntu, _debian, _alpine))
    found = next((flavour for flavour in (*named, *editions) if flavour is not None), None)
    if found is None:
        return _REALTIME if "rt" in words else ORDINARY
    return Flavour(f"{found.name}-rt", f"{found.meaning}; for real time") if "rt" in words else found


def _build(release: str) -> str:
    """Return the build: the second of at least three parts, "91" in "5.15.0-91-generic"; empty if there are fewer."""
    parts = release.split("-")
    return parts[1] if len(parts) > 2 else ""


def _fc(_: str, pieces: list[str]) -> Flavour | None:
    """Match Fedora, whose releases have "fc" with a number, and Firecracker, whose have "fc" without one."""
    if "fc" in pieces:
        return Flavour("firecracker", "built for Firecracker: a missing feature cannot be loaded as a module")
    numbered = any(piece.startswith("fc") and piece[2:].isdigit() for piece in pieces)
    return Flavour("fedora", "Fedora: nearly the latest kernel") if numbered else None


def _suse(release: str, pieces: list[str]) -> Flavour | None:
    last = pieces[-1]
    if last == "default" or (last in {"azure", "preempt", "kvmsmall"} and "." in _build(release)):
        return Flavour(f"suse-{last}", f"SUSE Linux Enterprise or openSUSE: {_BACKPORTS}")
    return None


def _ubuntu(release: str, pieces: list[str]) -> Flavour | None:
    edition = next((piece for piece in pieces if piece in _UBUNTU), None)
    # Only the build, one number, distinguishes Ubuntu's "azure" from SUSE's.
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
        # Builds of Alpine begin at 0, those of Arch at 1.
        return Flavour("alpine-lts" if build == "0" else "lts", "a distribution's long-term kernel")
    return None
