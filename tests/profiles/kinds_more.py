"""Hosts of three more kinds: what is absent, remedies for the distribution that reads them, engines of their own.

As in ``kinds``: what is right was written down from the source that the kind names, before a run.
"""

from tests.profiles.kinds import ALPINE, DEBIAN, RHEL, UBUNTU, Odd, flags, hierarchies
from tests.profiles.stock import STOCK

_TCP = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
_KUBELET = "   0: 00000000:280A 00000000:0000 0A 0:0 00:0 0 0 0 9\n"
_PORTS = {"/proc/net/tcp": _TCP, "/proc/net/udp": _TCP}
_INSIDE = {"/proc/self/ns/pid": "pid:[4026532199]", "/run/systemd/container": "lxc"}


def dmi(vendor, product, bios):
    """Return what the firmware names."""
    names = {"sys_vendor": vendor, "product_name": product, "bios_vendor": bios}
    return {f"/sys/class/dmi/id/{name}": f"{text}\n" for name, text in names.items()}


def processor(arch, cpuinfo):
    return {"/proc/sys/kernel/arch": f"{arch}\n", "/proc/cpuinfo": cpuinfo}


def without(stock, module):
    """Return the list of a stock host's modules without one."""
    listing = f"{STOCK[stock].modules}/{STOCK[stock].release}/modules.dep"
    lines = STOCK[stock].tree()[listing].decode().splitlines(keepends=True)
    return {listing: "".join(line for line in lines if f"/{module}." not in line)}


_ARM64 = processor("aarch64", "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n")
_RISCV = processor("riscv64", "processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\n")

MORE: dict[str, tuple[Odd, ...]] = {
    # Intel SDM, CPUID leaf 1 (bit 31); DMTF DSP0134 (SMBIOS, optional VM bit); systemd#18929; linux sysinfo of s390
    "no flag is no evidence": (
        Odd(
            "x86-64 without the flag, a server of Dell's",
            DEBIAN,
            flags("cx16", "pni") | dmi("Dell Inc.", "PowerEdge R640", "Dell Inc."),
            facts={"virt.vm": "none"},
        ),
        Odd(
            "x86-64 with the flag, and a firmware that names nothing",
            DEBIAN,
            flags("cx16", "pni", "hypervisor") | dmi("Dell Inc.", "PowerEdge R640", "Dell Inc."),
            facts={"virt.vm": "other"},
        ),
        Odd(
            "arm64 of a vendor that no list has, generic EDK II",
            DEBIAN,
            _ARM64 | dmi("Example Cloud", "c4.large", "EDK II"),
            facts={"virt.vm": None},
        ),
        Odd(
            "arm64 whose device tree names KVM",
            DEBIAN,
            _ARM64 | {"/proc/device-tree/hypervisor/compatible": "linux,kvm\0"},
            facts={"virt.vm": "kvm"},
        ),
        Odd("riscv64, which shows neither firmware nor device tree", DEBIAN, _RISCV, facts={"virt.vm": None}),
        Odd(
            "s390x in a guest of z/VM",
            DEBIAN,
            processor("s390x", "vendor_id       : IBM/S390\n")
            | {"/proc/sysinfo": "Manufacturer:  IBM\nLPAR Name:     A1\nVM00 Control Program: z/VM    7.2.0\n"},
            facts={"virt.vm": "zvm"},
        ),
    ),
    # packages.debian.org, packages.ubuntu.com, RHEL 10 kernel-modules-extra, Alpine linux-lts; lxc config/common.conf
    "a remedy for whoever reads it": (
        Odd("nothing is missing", DEBIAN, {}, True, {"net.veth": "pass"}),
        Odd(
            "RHEL 10 as installed",
            RHEL,
            {},
            False,
            {"net.xt_match": "fail"},
            words={"net.xt_match": "dnf install kernel-modules-extra-$(uname -r)"},
        ),
        Odd(
            "Debian",
            DEBIAN,
            without(DEBIAN, "veth"),
            False,
            {"net.veth": "fail"},
            words={"net.veth": "apt-get install --reinstall linux-image-$(uname -r)"},
        ),
        Odd(
            "Ubuntu",
            UBUNTU,
            without(UBUNTU, "veth"),
            False,
            {"net.veth": "fail"},
            words={"net.veth": "apt-get install linux-modules-extra-$(uname -r)"},
        ),
        Odd(
            "Alpine's virtual kernel",
            ALPINE,
            without(ALPINE, "veth"),
            False,
            {"net.veth": "fail"},
            words={"net.veth": "apk add linux-lts"},
        ),
        Odd(
            "a container",
            DEBIAN,
            without(DEBIAN, "veth") | _INSIDE,
            False,
            {"net.veth": "fail"},
            words={"net.veth": "for its host to do"},
        ),
        Odd(
            "MicroOS, whose packages come with its next snapshot",
            DEBIAN,
            {
                "/etc/os-release": 'ID="opensuse-microos"\nID_LIKE="suse opensuse"\nVERSION_ID="20251101"\n',
                "/usr/sbin/transactional-update": "",
                "/proc/self/mountinfo": STOCK[DEBIAN]
                .tree()["/proc/self/mountinfo"]
                .decode()
                .replace("/ / rw - ext4", "/ / ro - btrfs")
                + "30 27 254:2 / /var rw - btrfs /dev/vda2 rw\n",
            },
            True,
            {"net.iptables": "unknown"},
            words={"net.iptables": "transactional-update pkg install iptables"},
        ),
    ),
    # docs.k3s.io, docs.rke2.io, microk8s.io/docs, kubeadm preflight, linuxcontainers.org/incus/docs
    "engines that bring their own": (
        Odd("a fresh server, for k3s", DEBIAN, _PORTS, True, {"net.port.node": "pass"}, "k3s"),
        Odd(
            "the same for Kubernetes, which brings no runtime",
            DEBIAN,
            _PORTS,
            False,
            {"k8s.cri": "unknown", "net.ip_forward": "fail"},
            "kubernetes",
            words={"k8s.cri": "hostcheck audit -p k3s"},
        ),
        Odd(
            "a kubelet listens already, for k3s",
            DEBIAN,
            _PORTS | {"/proc/net/tcp": _TCP + _KUBELET},
            False,
            {"net.port.node": "fail"},
            "k3s",
        ),
        Odd("cgroup v1, for RKE2", DEBIAN, _PORTS | hierarchies("systemd"), False, {"cgroup.mode.v2": "fail"}, "rke2"),
        Odd(
            "a name that is none, for MicroK8s",
            UBUNTU,
            _PORTS | {"/proc/sys/kernel/hostname": "Node_1\n"},
            False,
            {"net.hostname.valid": "fail"},
            "microk8s",
        ),
        Odd(
            "Docker beside it, for Incus",
            UBUNTU,
            _PORTS | {"/usr/bin/dockerd": ""},
            None,
            {"host.docker": "warn"},
            "incus",
        ),
    ),
}
