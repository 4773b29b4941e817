"""Hosts by the kind of fault that a check makes on them: what each has beside a stock host, and what is right.

Each kind has a host that is right already, as a control. What is right was written down from the source that the kind
names, before a run.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Odd:
    """A host that differs from a stock one.

    Attributes:
        name: what it is.
        stock: the host of STOCK that it is made of.
        files: what it has beside; None where it lacks a file of the stock host.
        ready: whether it is ready for the profile; None where that cannot be known.
        checks: what else is right, by check: its status.
        profile: of the question.
        facts: what facts are; None where that cannot be known.
        words: what a remedy says, by check.
    """

    name: str
    stock: str
    files: dict[str, str | None] = field(default_factory=dict)
    ready: bool | None = True
    checks: dict[str, str] = field(default_factory=dict)
    profile: str = "docker"
    facts: dict[str, str | None] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


UBUNTU, DEBIAN, RHEL, ALPINE = "ubuntu-24.04", "debian-13", "rhel-10", "alpine-3.22"
SYS = "28 27 0:23 / /sys rw - sysfs sysfs rw\n29 28 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
V1 = ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "blkio", "pids", "hugetlb")


def mounts(fs_type, source="/dev/vda1", extra=""):
    """Return a mount table with this file system as the root."""
    return {"/proc/self/mountinfo": f"27 1 254:1 / / rw - {fs_type} {source} rw\n{SYS}{extra}"}


def userns(path, rule="userns,"):
    """Return a profile of AppArmor for a program."""
    return f"abi <abi/4.0>,\nprofile p {path} flags=(unconfined) {{\n  {rule}\n}}\n"


def loaded(*names):
    """Return /proc/modules with these modules."""
    return {"/proc/modules": "".join(f"{name} 20000 1 - Live 0x0\n" for name in names)}


def flags(*names):
    """Return /proc/cpuinfo of a processor with these flags beside those of every x86-64 one."""
    words = " ".join(("fpu", "lm", "cmov", "cx8", "fxsr", "mmx", "syscall", "sse", "sse2", *names))
    return {"/proc/cpuinfo": f"processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: {words}\n"}


_RESTRICTED = {"/proc/sys/user/max_user_namespaces": "30000\n", "/usr/bin/podman": "", "/usr/bin/rootlesskit": ""}
_CONTAINER = {"/proc/self/ns/pid": "pid:[4026532199]", "/run/systemd/container": "lxc"}
_NO_CONFIG = {"/boot/config-6.12.38+deb13-amd64": None}
_LOADED = (
    *("overlay", "bridge", "veth", "br_netfilter", "nf_nat", "nf_tables", "nft_compat", "nft_chain_nat"),
    *("xt_addrtype", "xt_conntrack", "xt_MASQUERADE"),
)
_NESTING = "610 27 0:59 / /dev/.lxc/proc rw - proc proc rw\n611 27 0:60 / /dev/.lxc/sys rw - sysfs sys rw\n"
_V2 = ("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3")
_V3 = ("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave")
_LEGACY_PROGRAM = {"/usr/sbin/iptables": "xtables-legacy-multi", "/usr/sbin/xtables-legacy-multi": ""}
_NFT_PROGRAM = {"/usr/sbin/iptables": "xtables-nft-multi", "/usr/sbin/xtables-nft-multi": ""}
_TCP = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
_UDP = {"/proc/net/tcp": _TCP, "/proc/net/udp": _TCP}
_ROUTE = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010000C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
)
_UPLINK = {"/proc/net/route": _ROUTE, "/sys/class/net/eth0/mtu": "1400\n", "/usr/bin/dockerd": ""}


def hierarchies(*named):
    """Return a host of cgroup v1 with these named hierarchies mounted beside the controllers."""
    every = (*V1, *(f"name={name}" for name in named))
    table = "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n" + "".join(
        f"{40 + number} 27 0:{30 + number} / /sys/fs/cgroup/{option} rw - cgroup cgroup rw,{option}\n"
        for number, option in enumerate(every)
    )
    own = "".join(f"{number}:{option}:/\n" for number, option in enumerate((*V1, "name=systemd"), 1))
    controllers = "".join(f"{name} {number} 1 1\n" for number, name in enumerate(V1, 1))
    return {"/proc/self/mountinfo": table, "/proc/self/cgroup": own, "/proc/cgroups": controllers}


KINDS: dict[str, tuple[Odd, ...]] = {
    # https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces; apparmor.d(5)
    "a switch with exceptions": (
        Odd(
            "unrestricted",
            UBUNTU,
            _RESTRICTED | {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0\n"},
            None,
            {"ns.user": "pass"},
            "podman-rootless",
        ),
        Odd(
            "granted to podman",
            UBUNTU,
            _RESTRICTED | {"/etc/apparmor.d/podman": userns("/usr/bin/podman")},
            None,
            {"ns.user": "pass"},
            "podman-rootless",
        ),
        Odd(
            "granted to another path",
            UBUNTU,
            _RESTRICTED | {"/etc/apparmor.d/podman": userns("/usr/local/bin/podman")},
            False,
            {"ns.user": "fail"},
            "podman-rootless",
        ),
        Odd(
            "granted to rootlesskit alone",
            UBUNTU,
            _RESTRICTED | {"/etc/apparmor.d/rootlesskit": userns("/usr/bin/rootlesskit")},
            False,
            {"ns.user": "fail"},
            "podman-rootless",
        ),
        Odd(
            "granted to rootlesskit",
            UBUNTU,
            _RESTRICTED | {"/etc/apparmor.d/rootlesskit": userns("/usr/bin/rootlesskit")},
            None,
            {"ns.user": "pass"},
            "docker-rootless",
        ),
        Odd(
            "denied by the profile",
            UBUNTU,
            _RESTRICTED | {"/etc/apparmor.d/podman": userns("/usr/bin/podman", "deny userns,")},
            False,
            {"ns.user": "fail"},
            "podman-rootless",
        ),
    ),
    # https://docs.docker.com/engine/storage/drivers/select-storage-driver/; openzfs 2.2.0; overlayfs.rst (upper layer)
    "a file system is no driver": (
        Odd("ext4", DEBIAN, mounts("ext4")),
        Odd("btrfs", DEBIAN, mounts("btrfs")),
        Odd(
            "zfs 2.1 of a container's host",
            DEBIAN,
            mounts("zfs", "rpool/ct") | {"/sys/module/zfs/version": "2.1.5-1\n", "/dev/null": "", **_CONTAINER},
            False,
            {"storage.driver": "fail"},
        ),
        Odd("zfs 2.2", DEBIAN, mounts("zfs", "rpool/root") | {"/sys/module/zfs/version": "2.2.2-0ubuntu9\n"}),
        Odd("nfs", DEBIAN, mounts("nfs4", "10.0.0.1:/x"), False, {"storage.driver": "fail"}),
        Odd("overlay", DEBIAN, mounts("overlay", "overlay"), False, {"storage.driver": "fail"}),
        Odd("ecryptfs", DEBIAN, mounts("ecryptfs", "/x"), False, {"storage.driver": "fail"}),
    ),
    # https://docs.kernel.org/admin-guide/sysctl/kernel.html (modprobe); modprobe.d(5)
    "loadable without a loader": (
        Odd("the usual loader", DEBIAN),
        Odd(
            "an empty loader",
            DEBIAN,
            {"/proc/sys/kernel/modprobe": "\n"},
            False,
            {"net.bridge": "fail", "net.veth": "fail", "storage.driver": "fail"},
        ),
        Odd("a loader that loads nothing", ALPINE, {"/proc/sys/kernel/modprobe": "/bin/false\n"}, False),
        Odd("an empty loader, all loaded", DEBIAN, {"/proc/sys/kernel/modprobe": "\n"} | loaded(*_LOADED)),
        Odd(
            "overlay replaced by false",
            DEBIAN,
            {"/etc/modprobe.d/cis.conf": "install overlay /bin/false\n"},
            False,
            {"storage.driver": "fail"},
        ),
        Odd(
            "veth on a blacklist", DEBIAN, {"/etc/modprobe.d/x.conf": "blacklist veth\n"}, None, {"net.veth": "unknown"}
        ),
    ),
    # nixpkgs nixos/modules/system/boot/kernel.nix; Guix gnu/system.scm; Flatcar's read-only /usr
    "paths of one distribution": (
        Odd("debian", DEBIAN, {}, True, {"kernel.modules_match": "pass"}),
        Odd("nixos", "nixos-25.05", {}, True, {"kernel.modules_match": "pass"}),
        Odd("guix", "guix", {}, True, {"kernel.modules_match": "pass"}),
        Odd(
            "flatcar",
            DEBIAN,
            {
                "/etc/os-release": "ID=flatcar\nID_LIKE=coreos\nVERSION_ID=4230.2.1\n",
                "/lib/modules/6.12.38+deb13-amd64/modules.dep": None,
                "/usr/lib/modules/6.12.38+deb13-amd64/modules.dep": "".join(
                    f"kernel/{name}.ko.xz:\n" for name in (*_LOADED, "nft_nat")
                ),
            },
            True,
            {"kernel.modules_match": "pass"},
        ),
    ),
    # docker-snap README; OpenWrt utils/dockerd; dockerd(8); containers-storage.conf(5)
    "an engine's own configuration": (
        Odd("the default root", DEBIAN, mounts("ext4") | {"/usr/sbin/dockerd": ""}),
        Odd(
            "a snap's root on nfs",
            UBUNTU,
            mounts("ext4", extra="90 27 0:90 / /mnt/nfs rw - nfs4 10.0.0.1:/x rw\n")
            | {"/var/snap/docker/current/config/daemon.json": '{"data-root": "/mnt/nfs/docker"}'},
            False,
            {"storage.driver": "fail"},
        ),
        Odd(
            "a unit's root on nfs",
            DEBIAN,
            mounts("ext4", extra="90 27 0:90 / /mnt/nfs rw - nfs 10.0.0.1:/x rw\n")
            | {
                "/usr/sbin/dockerd": "",
                "/etc/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd --data-root /mnt/nfs/d\n",
            },
            False,
            {"storage.driver": "fail"},
        ),
        Odd(
            "another unit's root on nfs",
            DEBIAN,
            mounts("ext4", extra="90 27 0:90 / /mnt/nfs rw - nfs 10.0.0.1:/x rw\n")
            | {
                "/usr/sbin/dockerd": "",
                "/etc/systemd/system/other.service": "[Service]\nExecStart=/usr/sbin/dockerd --data-root /mnt/nfs/d\n",
            },
        ),
        Odd(
            "Podman's store on nfs",
            "fedora-43",
            mounts("xfs", extra="90 27 0:90 / /data rw - nfs4 10.0.0.1:/x rw\n")
            | {"/usr/bin/podman": "", "/etc/containers/storage.conf": '[storage]\ngraphroot = "/data/pods"\n'},
            False,
            {"storage.driver": "fail"},
            "podman",
        ),
    ),
    # Red Hat's page on x86-64-v2; raspberrypi.com config.txt (kernel); kubernetes#64315 (inotify); #16829 (libseccomp)
    "starts, and does not run its images": (
        Odd("v3", DEBIAN, flags(*_V2, *_V3), True, {"hw.x86_64_level": "pass", "hw.x86_64_level.v3": "pass"}),
        Odd("v2", DEBIAN, flags(*_V2), True, {"hw.x86_64_level": "pass", "hw.x86_64_level.v3": "warn"}),
        Odd("kvm64", DEBIAN, flags("cx16", "pni"), True, {"hw.x86_64_level": "warn", "hw.x86_64_level.v3": "skip"}),
        Odd(
            "arm64 with pages of 16 KiB",
            DEBIAN,
            {
                "/proc/sys/kernel/arch": "aarch64\n",
                "/proc/self/smaps": "aaaa-bbbb r-xp 0 0:0 0 /x\nKernelPageSize:       16 kB\n",
            },
            True,
            {"hw.page_size": "warn", "hw.x86_64_level": "skip"},
        ),
        Odd(
            "arm64 with pages of 4 KiB",
            DEBIAN,
            {
                "/proc/sys/kernel/arch": "aarch64\n",
                "/proc/self/smaps": "aaaa-bbbb r-xp 0 0:0 0 /x\nKernelPageSize:        4 kB\n",
            },
            True,
            {"hw.page_size": "pass"},
        ),
        Odd(
            "128 inotify instances",
            DEBIAN,
            {"/proc/sys/fs/inotify/max_user_instances": "128\n", "/proc/sys/fs/inotify/max_user_watches": "524288\n"},
            False,
            {"sysctl.inotify.instances": "warn", "sysctl.inotify.watches": "pass", "net.ip_forward": "fail"},
            "kubernetes",
        ),
        Odd(
            "four name servers",
            DEBIAN,
            {"/etc/resolv.conf": "".join(f"nameserver 192.0.2.{number}\n" for number in range(1, 5))},
            False,
            {"net.resolver.servers": "warn"},
            "kubernetes",
        ),
        Odd(
            "CentOS 7's libseccomp",
            DEBIAN,
            {"/usr/lib64/libseccomp.so.2": "link:libseccomp.so.2.3.1"},
            True,
            {"host.libseccomp": "warn"},
        ),
        Odd(
            "Debian 13's libseccomp",
            DEBIAN,
            {"/usr/lib/x86_64-linux-gnu/libseccomp.so.2": "link:libseccomp.so.2.6.0"},
            True,
            {"host.libseccomp": "pass"},
        ),
    ),
    # opencontainers/runc#4968; lxc config/nesting.conf
    "a container with nesting": (
        Odd("none", DEBIAN, {}, True, {"virt.container.nested": "pass"}),
        Odd(
            "nesting on, under LXC's profile",
            DEBIAN,
            {
                **_CONTAINER,
                **mounts("ext4", extra=_NESTING),
                "/proc/self/attr/current": "lxc-101_</var/lib/lxc>//&:lxc-101_<-var-lib-lxc>:unconfined (enforce)\n",
            },
            True,
            {"virt.nesting": "pass", "virt.lxc_confined": "warn"},
        ),
        Odd(
            "nesting off",
            DEBIAN,
            _CONTAINER | {"/proc/self/attr/current": "unconfined\n"},
            True,
            {"virt.nesting": "warn", "virt.lxc_confined": "pass"},
        ),
    ),
    # proc_modules(5): what is loaded is there, with and without a configuration
    "loaded is proof": (
        Odd("a configuration, nothing loaded", DEBIAN),
        Odd(
            "all loaded, no configuration",
            DEBIAN,
            {
                **_NO_CONFIG,
                **_CONTAINER,
                **loaded(*_LOADED),
                **_NFT_PROGRAM,
                "/sys/module/apparmor/parameters/enabled": "N\n",
            },
            None,
            dict.fromkeys(("net.nat", "net.xt_match", "net.bridge", "net.veth", "storage.overlay"), "pass"),
        ),
        Odd(
            "one match not loaded, no configuration",
            DEBIAN,
            {**_NO_CONFIG, **_CONTAINER, **loaded(*(name for name in _LOADED if name != "xt_addrtype"))},
            None,
            {"net.xt_match": "unknown", "net.veth": "pass"},
        ),
    ),
    # https://docs.openvz.org (kernel 2.6.32 of OpenVZ 6, 3.10 of Virtuozzo 7); moby#10826
    "a family by its name": (
        Odd("a kernel of the distribution's", DEBIAN, {}, True, {"virt.kernel_flavour": "pass"}),
        Odd(
            "OpenVZ 6",
            DEBIAN,
            {"/proc/sys/kernel/osrelease": "2.6.32-042stab145.3\n", "/proc/vz/veinfo": "101 0 1\n"},
            False,
            {"virt.kernel_flavour": "fail"},
        ),
        Odd(
            "Virtuozzo 7",
            DEBIAN,
            {
                "/proc/sys/kernel/osrelease": "3.10.0-1160.21.1.vz7.174.13\n",
                "/proc/vz/veinfo": "101 0 1\n",
                "/proc/filesystems": "nodev\toverlay\n\text4\n",
                **loaded(*_LOADED),
            },
            None,
            {"virt.virtuozzo": "warn", "net.veth": "pass", "virt.container": "skip"},
        ),
    ),
    # iptables iptables/nft-shared.c (nft_check_xt_legacy)
    "two firewalls": (
        Odd(
            "one, nft",
            DEBIAN,
            _NFT_PROGRAM | {"/proc/net/ip_tables_names": ""},
            True,
            {"net.iptables.backends": "pass"},
        ),
        Odd(
            "legacy tables beside nft",
            DEBIAN,
            _NFT_PROGRAM | {"/proc/net/ip_tables_names": "nat\nfilter\n"},
            True,
            {"net.iptables.backends": "warn"},
        ),
        Odd(
            "one, legacy",
            DEBIAN,
            _LEGACY_PROGRAM | {"/sys/module/nft_compat/refcnt": "0\n"},
            True,
            {"net.iptables.backends": "pass"},
        ),
    ),
    # cgroups(7) (named hierarchies)
    "v1 as a process sees it": (
        Odd("all mounted", DEBIAN, hierarchies("systemd"), True, {"cgroup.v1.mounted": "pass"}),
        Odd("name=systemd listed, not mounted", DEBIAN, hierarchies(), True, {"cgroup.v1.mounted": "warn"}),
        Odd("v2", DEBIAN, {}, True, {"cgroup.v1.mounted": "skip"}),
    ),
    # https://kubernetes.io/docs/reference/networking/ports-and-protocols/
    "ports by what holds them": (
        Odd("free", DEBIAN, _UDP, False, {"net.port.kubelet": "pass"}, "kubernetes"),
        Odd(
            "the kubelet's taken",
            DEBIAN,
            _UDP | {"/proc/net/tcp": _TCP + "   0: 00000000:280A 00000000:0000 0A 0:0 00:0 0 0 0 9\n"},
            False,
            {"net.port.kubelet": "fail"},
            "kubernetes",
        ),
        Odd(
            "the kubelet's in use by a client",
            DEBIAN,
            _UDP | {"/proc/net/tcp": _TCP + "   0: 0100007F:280A 0100007F:1F90 01 0:0 00:0 0 0 0 9\n"},
            False,
            {"net.port.kubelet": "pass"},
            "kubernetes",
        ),
    ),
    # https://docs.docker.com/reference/cli/dockerd/ (default-network-opts)
    "a remedy that leaves the fault": (
        Odd(
            "both",
            DEBIAN,
            _UPLINK
            | {
                "/etc/docker/daemon.json": '{"mtu": 1400, "default-network-opts": '
                '{"bridge": {"com.docker.network.driver.mtu": "1400"}}}'
            },
            True,
            {"net.mtu.headroom": "pass"},
        ),
        Odd("no setting", DEBIAN, _UPLINK | {"/etc/docker/daemon.json": "{}"}, True, {"net.mtu.headroom": "warn"}),
        Odd(
            "the default bridge alone",
            DEBIAN,
            _UPLINK | {"/etc/docker/daemon.json": '{"mtu": 1400}'},
            True,
            {"net.mtu.headroom": "warn"},
        ),
    ),
}
