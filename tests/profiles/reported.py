"""Hosts that people reported elsewhere: what each shows, and what is right of it.

Each was written from its report, with what is right, before a run. Where a report leaves a thing out, the tree leaves
it out too.
"""

from dataclasses import dataclass, field

from tests.profiles.stock import Stock

READY, UNFIT = frozenset({True}), frozenset({False})
NOT_REFUSED, NOT_PROMISED = frozenset({True, None}), frozenset({False, None})


@dataclass(frozen=True)
class Reported:
    """A host of a report.

    Attributes:
        name: what it is.
        source: the report.
        tree: the content of its files, by path.
        ready: what readiness may be.
        checks: what statuses a check may have, by check.
        facts: what a fact is not, by fact.
        profile: the question.
        denied: paths, and what is below them, that the user who asks may not read.
        words: what a remedy says, by check.
        engine: the version of the Docker that answers at /run/docker.sock; empty for none.
        dockerd: the version that dockerd prints; empty for none.
        whole: whether the tree has all that decides, so that what is not in it is missing on the host.
    """

    name: str
    source: str
    tree: dict[str, bytes]
    ready: frozenset[bool | None]
    checks: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    profile: str = "docker"
    denied: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    engine: str = ""
    dockerd: str = ""
    whole: bool = False


SYS = "28 27 0:23 / /sys rw - sysfs sysfs rw\n26 27 0:22 / /proc rw - proc proc rw\n"
CGROUP2 = "29 28 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = ("cpuset", "cpu", "cpuacct", "blkio", "memory", "devices", "freezer", "net_cls", "perf_event", "pids")
NFT = {"/usr/sbin/iptables": "xtables-nft-multi", "/usr/sbin/xtables-nft-multi": ""}
LEGACY = {"/usr/sbin/iptables": "xtables-legacy-multi", "/usr/sbin/xtables-legacy-multi": ""}
OWN = {f"/proc/self/ns/{kind}": f"{kind}:[4026531{number}]" for kind, number in (("pid", 836), ("user", 837))}
ALL_NS = {
    f"/proc/self/ns/{kind}": f"{kind}:[402653{2100 + number}]"
    for number, kind in enumerate(("pid", "user", "mnt", "net", "ipc", "uts", "cgroup"))
}
CONTAINER = ALL_NS


def arch(name, cpuinfo):
    """Return what shows a processor."""
    return {"/proc/sys/kernel/arch": f"{name}\n", "/proc/cpuinfo": cpuinfo}


ARM64 = arch(
    "aarch64",
    "processor\t: 0\nBogoMIPS\t: 48.00\nFeatures\t: fp asimd evtstrm crc32 cpuid\n"
    "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd08\n",
)
ARMV7 = arch(
    "armv7l",
    "processor\t: 0\nmodel name\t: ARMv7 Processor rev 4 (v7l)\nFeatures\t: half thumb neon vfpv4\n"
    "Hardware\t: BCM2835\n",
)
RISCV = arch("riscv64", "processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\nuarch\t\t: sifive,u74-mc\n")


def mounts(root="ext4", source="/dev/vda1", more=CGROUP2, options=""):
    """Return a mount table."""
    return {"/proc/self/mountinfo": f"27 1 254:1 / / rw,relatime - {root} {source} rw{options}\n{SYS}{more}"}


def v1(controllers=V1, enabled=None, *, mounted=True, root="ext4", source="/dev/sda1", hybrid=False):
    """Return a host of cgroup v1: each controller in a hierarchy of its own."""
    lines = "".join(
        f"{40 + number} 28 0:{40 + number} / /sys/fs/cgroup/{name} rw,relatime - cgroup cgroup rw,{name}\n"
        for number, name in enumerate((*controllers, "name=systemd"))
    )
    unified = "39 28 0:39 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" if hybrid else ""
    names = enabled or controllers
    return {
        **mounts(root, source, lines + unified if mounted else ""),
        "/sys/fs/cgroup/cgroup.controllers": None,
        "/proc/cgroups": "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
        + "".join(f"{name}\t{number}\t60\t1\n" for number, name in enumerate(names, 2)),
        "/proc/self/cgroup": "".join(f"{number}:{name}:/\n" for number, name in enumerate(names, 2))
        + "1:name=systemd:/\n",
        "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes": "9223372036854771712\n" if "memory" in names else None,
    }


def loaded(*names):
    """Return /proc/modules."""
    return {"/proc/modules": "".join(f"{name} 20480 1 - Live 0x0000000000000000\n" for name in names)}


def host(release, os_release, *, files=(), without=(), built_in=(), config="/boot/config-{release}", **more):
    """Return the tree of a host, as its distribution installs one, with other files."""
    merged = {}
    for each in files:
        merged |= each
    return Stock(release, os_release, without=without, built_in=built_in, config=config, **more).changed(merged)


IN_LXC = {"/run/systemd/container": "lxc", "/proc/1/environ": "container=lxc\0"}
NETWORK = ("veth", "bridge", "br_netfilter", "nf_nat", "nf_conntrack", "xt_addrtype", "xt_conntrack", "xt_MASQUERADE")
NFT_MODULES = ("nf_tables", "nft_compat", "nft_chain_nat")
DEBIAN12 = 'ID=debian\nVERSION_ID="12"\n'


def lxc(release, *, root, source, extra=(), programs=NFT, modules=(*NETWORK, *NFT_MODULES, "overlay")):
    """Return a container of Proxmox: the kernel's configuration and modules are its host's."""
    return host(
        release,
        DEBIAN12,
        files=(
            CONTAINER,
            IN_LXC,
            mounts(root, source, CGROUP2 + "610 27 0:59 / /dev/.lxc/proc rw - proc proc rw\n"),
            loaded(*modules),
            programs,
            {
                f"/boot/config-{release}": None,
                f"/lib/modules/{release}/modules.dep": None,
                "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n\tzfs\n",
                "/sys/module/apparmor/parameters/enabled": "Y\n",
                "/usr/sbin/apparmor_parser": "",
                "/proc/self/uid_map": "         0     100000      65536\n",
            },
            *extra,
        ),
    )


HOSTS = (
    Reported(
        "OpenWrt on a Raspberry Pi 4, without the controllers devices and freezer",
        "lisaac/luci-app-dockerman#92; openwrt/packages#13052 (failed to start daemon: Devices cgroup isn't mounted)",
        host(
            "5.4.124",
            'ID="openwrt"\nID_LIKE="lede openwrt"\nVERSION_ID="21.02"\n',
            config="/proc/config.gz",
            built_in=("BRIDGE",),
            without=("NF_NAT_NEEDED", "IP_NF_TARGET_MASQUERADE"),
            files=(
                ARM64,
                v1([name for name in V1 if name not in {"devices", "freezer"}]),
                {"/proc/1/comm": "procd\n"},
            ),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail", "net.nat": "pass"},
    ),
    Reported(
        "OpenWrt 24.10, whose modules lie in one folder without modules.dep, all loaded",
        "openwrt/openwrt#18047 (findmnt; /proc/cgroups without devices: v2 needs none); OpenWrt package/kernel/linux",
        host(
            "6.6.73",
            'ID="openwrt"\nID_LIKE="lede openwrt"\nVERSION_ID="24.10.0"\n',
            files=(
                ARM64,
                mounts("ext4", "/dev/mmcblk1p2"),
                loaded(*NETWORK, *NFT_MODULES),
                NFT,
                {
                    "/boot/config-6.6.73": None,
                    "/lib/modules/6.6.73/modules.dep": None,
                    **{f"/lib/modules/6.6.73/{name}.ko": "" for name in (*NETWORK, *NFT_MODULES)},
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n",
                    "/proc/cgroups": "cpuset\t0\t9\t1\ncpu\t0\t9\t1\nmemory\t0\t9\t1\n",
                    "/proc/1/comm": "procd\n",
                    "/sbin/modprobe": "",
                    **ALL_NS,
                    **OWN,
                },
            ),
        ),
        NOT_REFUSED,
        {"net.veth": "pass", "net.bridge": "pass", "storage.overlay": "pass", "cgroup.v2.controllers": "pass"},
    ),
    Reported(
        "Milk-V Mars (riscv64), whose kernel has no bridge",
        "MichaIng/DietPi#6212 (6.1.97: CONFIG_BRIDGE and CONFIG_BRIDGE_NETFILTER are not set)",
        host(
            "6.1.97",
            DEBIAN12,
            config="/proc/config.gz",
            without=("BRIDGE", "BRIDGE_NETFILTER"),
            files=(RISCV, mounts("ext4", "/dev/mmcblk1p4"), NFT),
        ),
        UNFIT,
        {"net.bridge": "fail", "net.veth": "pass"},
    ),
    Reported(
        "Ubuntu on a VisionFive 2 (riscv64)",
        "k3s-io/k3s#7151 (check-config: nothing is missing)",
        host(
            "6.2.0-19-generic",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="23.04"\n',
            suffix=".ko",
            files=(
                RISCV,
                NFT,
                {
                    "/proc/device-tree/model": "StarFive VisionFive V2\0",
                    "/sys/module/apparmor/parameters/enabled": "Y\n",
                    "/usr/sbin/apparmor_parser": "",
                },
            ),
        ),
        READY,
        {"hw.x86_64_level": "skip"},
        {"virt.vm": "kvm"},
    ),
    Reported(
        "a phone's kernel (Termux), with cgroup v2 that has no controllers",
        "termux/termux-packages#15662 (check-config: PID_NS, IPC_NS, POSIX_MQUEUE missing; no controllers)",
        host(
            "6.1.68-android14-11",
            "",
            config="/proc/config.gz",
            built_in=("BRIDGE", "VETH"),
            without=(
                *("PID_NS", "IPC_NS", "POSIX_MQUEUE", "USER_NS", "BRIDGE_NETFILTER", "NETFILTER_XT_MATCH_ADDRTYPE"),
                "OVERLAY_FS",
            ),
            files=(
                ARM64,
                mounts("erofs", "/dev/block/dm-7"),
                {
                    "/etc/os-release": None,
                    "/proc/self/ns/pid": None,
                    "/sys/fs/cgroup/cgroup.controllers": "\n",
                    "/proc/1/comm": "init\n",
                },
            ),
        ),
        UNFIT,
        {"ns.pid": "fail", "cgroup.v2.controllers": "fail", "net.xt_match": "fail"},
    ),
    Reported(
        "a TV box's kernel without veth",
        "warpme/miniarch#15 (check-config: CONFIG_VETH missing; cgroup v2 complete)",
        host("6.1.27", "ID=arch\n", config="/proc/config.gz", without=("VETH", "VXLAN"), files=(ARM64, LEGACY)),
        UNFIT,
        {"net.veth": "fail", "net.bridge": "pass"},
    ),
    Reported(
        "Synology DSM 7 (4.4, cgroup v1 without pids), with Container Manager on btrfs",
        "k3s-io/k3s#5080; markdumay/synology-docker#22 (Docker runs there; data-root on /volume1, btrfs)",
        host(
            "4.4.180+",
            "",
            files=(
                v1([name for name in V1 if name != "pids"], root="ext4", source="/dev/md0"),
                loaded(*NETWORK, "iptable_nat", "ip_tables", "btrfs", "overlay", "iptable_filter", "ipt_MASQUERADE"),
                {
                    "/etc/os-release": None,
                    "/etc/synoinfo.conf": 'unique="synology_geminilake_220+"\n',
                    "/boot/config-4.4.180+": None,
                    "/lib/modules/4.4.180+/modules.dep": None,
                    "/lib/modules/veth.ko": "",
                    "/proc/filesystems": "nodev\tcgroup\n\text4\n\tbtrfs\n",
                    "/proc/1/comm": "systemd\n",
                    "/sys/module/apparmor/parameters/enabled": "Y\n",
                    "/sbin/apparmor_parser": "",
                    "/var/packages/ContainerManager/etc/dockerd.json": '{"data-root": "/volume1/@docker"}',
                    **ALL_NS,
                    **OWN,
                    "/proc/self/ns/cgroup": None,
                },
                {
                    "/proc/self/mountinfo": mounts("ext4", "/dev/md0", "")["/proc/self/mountinfo"]
                    + "70 27 0:40 / /volume1 rw,relatime - btrfs /dev/mapper/cachedev_0 rw,space_cache=v2\n"
                    + "".join(
                        f"{40 + n} 28 0:{40 + n} / /sys/fs/cgroup/{c} rw - cgroup cgroup rw,{c}\n"
                        for n, c in enumerate(name for name in V1 if name != "pids")
                    )
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass", "net.veth": "pass", "cgroup.v1.controllers": "pass"},
    ),
    Reported(
        "RHEL 7.2 without the controller pids, for Kubernetes",
        "kubernetes/minikube#11562 (3.10.0-327: CONFIG_CGROUP_PIDS not set; missing required cgroups: pids)",
        host(
            "3.10.0-327.el7.x86_64",
            'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="7.2"\n',
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(v1([name for name in V1 if name != "pids"], root="xfs", source="/dev/mapper/rhel-root"), LEGACY),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
        profile="kubernetes",
    ),
    Reported(
        "RHEL 7.2, on which Docker 20.10 runs overlay2",
        "kubernetes/minikube#11562 (DOCKER_GRAPH_DRIVER: overlay2 on 3.10.0-327)",
        host(
            "3.10.0-327.el7.x86_64",
            'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="7.2"\n',
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(v1([name for name in V1 if name != "pids"], root="xfs", source="/dev/mapper/rhel-root"), LEGACY),
        ),
        NOT_REFUSED,
    ),
    Reported(
        "CentOS 7.9 of 2020, with Docker 24",
        "docker/docs: CentOS 7 was supported with 3.10.0-1160 until June 2024, overlay2 on xfs with ftype=1",
        host(
            "3.10.0-1160.el7.x86_64",
            'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            without=("CGROUP_BPF", "TIME_NS", "PSI"),
            files=(
                v1(root="xfs", source="/dev/mapper/centos-root"),
                LEGACY,
                {"/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\txfs\n"},
            ),
        ),
        NOT_REFUSED,
    ),
    Reported(
        "HypriotOS without the controller cpuset, for Kubernetes",
        "hypriot/image-builder-rpi#264 (CONFIG_CPUSETS: not set; missing required cgroups: cpuset)",
        host(
            "4.14.34-hypriotos-v7+",
            "ID=raspbian\nID_LIKE=debian\nVERSION_ID=9\n",
            config="/proc/config.gz",
            files=(ARMV7, v1([name for name in V1 if name not in {"cpuset", "pids"}], source="/dev/root"), LEGACY),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
        profile="kubernetes",
    ),
    Reported(
        "a Raspberry Pi 5 whose firmware disables the memory controller, for k3s",
        "k3s-io/k3s#9524 (/proc/cgroups: memory 0 39 0; failed to find memory cgroup)",
        host(
            "6.1.74-v8-16k+",
            DEBIAN12,
            config="/proc/config.gz",
            files=(
                ARM64,
                NFT,
                {
                    "/proc/cmdline": "coherent_pool=1M 8250.nr_uarts=1 cgroup_disable=memory console=tty1 quiet\n",
                    "/proc/cgroups": "cpuset\t0\t39\t1\ncpu\t0\t39\t1\nmemory\t0\t39\t0\npids\t0\t39\t1\n",
                    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
                },
            ),
        ),
        UNFIT,
        {"cgroup.v2.controllers": "fail"},
        profile="k3s",
    ),
    Reported(
        "openSUSE Leap 16, whose kernel has no controllers of cgroup v1, for k3s",
        "k3s-io/k3s#13378 and #11676 (check-config fails, k3s runs)",
        host(
            "6.12.0-160000.5-default",
            'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="16.0"\n',
            without=("CGROUP_CPUACCT", "CGROUP_DEVICE", "CGROUP_FREEZER"),
            config="/usr/lib/modules/{release}/config",
            modules="/usr/lib/modules",
            files=(NFT, mounts("btrfs", "/dev/vda2"), {"/sys/fs/selinux/enforce": "0"}),
        ),
        NOT_REFUSED,
        {"cgroup.v2.controllers": "pass", "storage.overlay": "pass", "net.vxlan": "pass"},
        profile="k3s",
    ),
    Reported(
        "a kernel of Linux 7.0 without the legacy tables, under legacy iptables",
        "byJoey/Actions-bbr-v3#30 (CONFIG_IP_NF_IPTABLES_LEGACY, CONFIG_NETFILTER_XTABLES_LEGACY not set)",
        host(
            "7.0.12-joeyblog-bbrv3",
            'ID=debian\nVERSION_ID="10"\n',
            without=("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE", "IP_NF_TARGET_MASQUERADE"),
            files=(LEGACY,),
        ),
        UNFIT,
        {"net.nat": "fail", "net.bridge": "pass"},
    ),
    Reported(
        "the same kernel under iptables of nf_tables",
        "byJoey/Actions-bbr-v3#30 (a maintainer's advice)",
        host(
            "7.0.12-joeyblog-bbrv3",
            'ID=debian\nVERSION_ID="13"\n',
            without=("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE", "IP_NF_TARGET_MASQUERADE"),
            files=(NFT,),
        ),
        READY,
        {"net.nat": "pass"},
    ),
    Reported(
        "a container of Docker on RHEL 9, with legacy iptables of its image",
        "linuxserver/docker-wps-office#8 (modprobe: FATAL: Module ip_tables not found; 5.14.0-503.16.1.el9_5)",
        host(
            "5.14.0-503.16.1.el9_5.x86_64",
            "ID=arch\n",
            files=(
                CONTAINER,
                mounts("overlay", "overlay", CGROUP2, ",lowerdir=/a,upperdir=/b/diff,workdir=/b/work"),
                LEGACY,
                loaded("overlay", "bridge", "veth", "nf_nat", "nf_tables", "nft_compat", "xt_conntrack", "xt_addrtype"),
                {
                    "/.dockerenv": "",
                    "/boot/config-5.14.0-503.16.1.el9_5.x86_64": None,
                    "/lib/modules/5.14.0-503.16.1.el9_5.x86_64/modules.dep": None,
                },
            ),
        ),
        NOT_PROMISED,
        {"virt.container.nested": "warn"},
        {"virt.container": "none"},
    ),
    Reported(
        "WSL 2 of 6.6.36, whose modules did not come with a kernel of one's own",
        "microsoft/WSL#11742 and #12108 (Module bridge not found in directory /lib/modules/6.6.36.3-…)",
        host(
            "6.6.36.3-microsoft-standard-WSL2",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
            config="/proc/config.gz",
            files=(
                NFT,
                mounts("ext4", "/dev/sdc"),
                {
                    "/lib/modules/6.6.36.3-microsoft-standard-WSL2/modules.dep": None,
                    "/lib/modules/placeholder": "",
                    "/sbin/modprobe": "",
                    "/proc/sys/fs/binfmt_misc/WSLInterop": "enabled\n",
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n",
                },
            ),
        ),
        UNFIT,
        {"net.bridge": "fail", "storage.overlay": "pass"},
        words={"net.bridge": "kernelModules="},
    ),
    Reported(
        "WSL 2 under a kernel that lacks the target MASQUERADE of xtables",
        "Locietta/xanmod-kernel-WSL2#137 (Extension MASQUERADE revision 0 not supported; NFT_MASQ=y)",
        host(
            "6.17.3-locietta-WSL2-xanmod1",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
            config="/proc/config.gz",
            built_in=("NFT_MASQ", "NF_NAT", "NFT_NAT", "NFT_COMPAT", "NF_TABLES"),
            without=(
                *("NETFILTER_XT_TARGET_MASQUERADE", "IP_NF_TARGET_MASQUERADE"),
                *("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE"),
            ),
            files=(NFT, mounts("ext4", "/dev/sdc"), {"/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n"}),
        ),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "a container of systemd-nspawn on NixOS, whose control groups are read-only but for its own",
        "moby/moby#44402 (cgroup2 ro at /sys/fs/cgroup, rw at …/payload: no container starts)",
        host(
            "5.15.75",
            'ID=nixos\nVERSION_ID="22.11"\n',
            files=(
                CONTAINER,
                mounts(
                    "ext4",
                    "/dev/nvme0n1p2",
                    "29 28 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw\n"
                    "30 29 0:26 /machine.slice/container@docker.service/payload"
                    " /sys/fs/cgroup/machine.slice/container@docker.service/payload"
                    " rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw\n",
                ),
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                {
                    "/run/systemd/container": "systemd-nspawn",
                    "/run/host/container-manager": "systemd-nspawn",
                    "/boot/config-5.15.75": None,
                    "/lib/modules/5.15.75/modules.dep": None,
                    "/sys/module/apparmor/parameters/enabled": "N\n",
                },
            ),
        ),
        UNFIT,
        {"cgroup.v2.controllers": "fail"},
        {"virt.container": "none"},
    ),
    Reported(
        "Linux on a Chromebook: a container of LXD in the virtual machine Termina",
        "containers/crun#678 (5.4.99, security.nesting on, keyctl answers ENOSYS)",
        host(
            "5.4.99-12983-g8b7876ab9f5e",
            'ID=debian\nVERSION_ID="10"\n',
            config="/proc/config.gz",
            built_in=(
                *("OVERLAY_FS", "BRIDGE", "BRIDGE_NETFILTER", "VETH", "VXLAN", "NF_NAT", "IP_NF_NAT", "IP_NF_FILTER"),
                *("IP_NF_TARGET_MASQUERADE", "NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK"),
            ),
            without=("MODULES",),
            files=(
                CONTAINER,
                v1(root="btrfs", source="/dev/vdb"),
                LEGACY,
                {
                    "/run/systemd/container": "lxc",
                    "/proc/1/environ": "container=lxc\0",
                    "/dev/lxd/sock": "",
                    "/proc/modules": None,
                    "/proc/sys/kernel/modprobe": None,
                    "/lib/modules/5.4.99-12983-g8b7876ab9f5e/modules.dep": None,
                    "/proc/self/uid_map": "         0    1000000       1000\n      1000       1000          1\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"net.bridge": "pass", "storage.overlay": "pass"},
        {"virt.container": "none"},
    ),
    Reported(
        "a sandbox of gVisor",
        "google/gvisor#12145 and #9917 (Docker starts only with --iptables=false, and publishes no port)",
        {
            "/proc/version": b"Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n",
            "/proc/sys/kernel/osrelease": b"4.4.0\n",
            "/proc/sys/kernel/arch": b"x86_64\n",
            "/proc/filesystems": b"nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\toverlay\n",
            "/proc/self/mountinfo": b"1 0 0:1 / / rw - 9p none rw\n2 1 0:2 / /proc rw - proc none rw\n"
            b"3 1 0:3 / /sys rw - sysfs none rw\n",
            "/proc/cpuinfo": b"processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu lm hypervisor\n",
        },
        UNFIT,
        {"virt.container": "fail"},
    ),
    Reported(
        "a guest of Kata Containers 1.8, whose kernel has neither modules nor overlay",
        "kata-containers/runtime#2047 ('overlay' not found as a supported filesystem on this host) and #358",
        {
            "/proc/version": b"Linux version 4.19.28-45.1.container (kata@build) #1 SMP\n",
            "/proc/sys/kernel/osrelease": b"4.19.28-45.1.container\n",
            "/proc/sys/kernel/arch": b"x86_64\n",
            "/proc/sys/kernel/ostype": b"Linux\n",
            "/proc/filesystems": b"nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup\n\text4\n\txfs\nnodev\t9p\n",
            "/proc/self/mountinfo": b"27 1 0:20 / / rw - 9p kataShared rw\n28 27 0:23 / /sys rw - sysfs sysfs rw\n",
            "/proc/cpuinfo": b"processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu lm hypervisor\n",
        },
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "a partition of z/VM (s390x) with SUSE",
        "k3s-io/k3s releases for s390x; s390x sysinfo of z/VM",
        host(
            "5.14.21-150400.24.100-default",
            'ID="sles"\nID_LIKE="suse"\nVERSION_ID="15.4"\n',
            files=(
                arch("s390x", "vendor_id       : IBM/S390\n# processors    : 2\nfeatures\t: esan3 zarch stfle vx\n"),
                v1(hybrid=True, root="btrfs", source="/dev/dasda2"),
                LEGACY,
                {
                    "/proc/sysinfo": "Type: 8561\nVM00 Name: LINUX01\nVM00 Control Program: z/VM    7.2.0\n",
                },
            ),
        ),
        READY,
        {"hw.x86_64_level": "skip"},
        {"virt.vm": "none"},
    ),
    Reported(
        "a partition of PowerVM (ppc64le) with pages of 64 KiB",
        "kernel config of el8 ppc64le: its distributions build for 64 KiB",
        host(
            "4.18.0-425.3.1.el8.ppc64le",
            'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.7"\n',
            built_in=("PPC_64K_PAGES",),
            files=(
                arch(
                    "ppc64le",
                    "processor\t: 0\ncpu\t\t: POWER9 (architected)\nplatform\t: pSeries\n"
                    "model\t\t: IBM,9009-22A\nmachine\t\t: CHRP IBM,9009-22A\n",
                ),
                v1(root="xfs", source="/dev/mapper/rhel-root"),
                NFT,
                {"/proc/ppc64/lparcfg": "lparcfg 1.9\nserial_number=IBM,02XXXXXXX\nshared_processor_mode=1\n"},
            ),
        ),
        NOT_REFUSED,
        {"hw.page_size": "skip"},
        {"virt.vm": "none"},
    ),
    Reported(
        "Kylin V10 (arm64) with pages of 64 KiB",
        "qdrant/qdrant#6512 (4.19.90-89.11.v2401.ky10.aarch64: jemalloc: Unsupported system page size)",
        host(
            "4.19.90-89.11.v2401.ky10.aarch64",
            'ID="kylin"\nVERSION_ID="V10"\n',
            built_in=("ARM64_64K_PAGES",),
            files=(ARM64, v1(root="xfs", source="/dev/mapper/klas-root"), LEGACY),
        ),
        NOT_REFUSED,
        {"hw.page_size": "warn"},
    ),
    Reported(
        "CentOS 6 (2.6.32)",
        "docker/for-linux#227 (kernels before 3.10 are refused); moby v1.0.0 docs (RHEL 6)",
        host(
            "2.6.32-754.el6.x86_64",
            "",
            without=("OVERLAY_FS", "USER_NS", "BRIDGE_NETFILTER", "CGROUP_BPF", "SECCOMP", "SECCOMP_FILTER"),
            files=(
                v1(("cpuset", "cpu", "cpuacct", "memory", "devices", "freezer", "net_cls", "blkio")),
                LEGACY,
                {"/etc/os-release": None, "/etc/redhat-release": "CentOS release 6.10 (Final)\n"},
            ),
        ),
        UNFIT,
        {"kernel.version": "fail"},
    ),
    Reported(
        "a user of Debian 12 under hidepid=2 and lockdown",
        "proc(5) (hidepid); kernel_lockdown(7); no file of others is readable",
        host(
            "6.1.0-28-amd64",
            DEBIAN12,
            built_in=("SECURITY_APPARMOR",),
            files=(
                NFT,
                {
                    "/sys/module/apparmor/parameters/enabled": "Y\n",
                    "/usr/sbin/apparmor_parser": "",
                    "/sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"net.bridge": "pass", "storage.driver": "unknown"},
        denied=("/proc/1", "/sys/kernel/security", "/var/lib/docker", "/etc/docker", "/sys/class/dmi/id/product_uuid"),
    ),
    Reported(
        "a container of Proxmox on ZFS 2.1 with fuse-overlayfs set as Docker's driver",
        "jlesage/docker-jdownloader-2#137 (storage-driver fuse-overlayfs: works); Forceu/barcodebuddy-docker#28",
        lxc(
            "5.15.107-2-pve",
            root="zfs",
            source="rpool/data/subvol-113-disk-0",
            extra=(
                {
                    "/sys/module/zfs/version": "2.1.11-pve1\n",
                    "/etc/docker/daemon.json": '{"storage-driver": "fuse-overlayfs"}',
                    "/usr/local/bin/fuse-overlayfs": "",
                    "/dev/fuse": "",
                    "/usr/bin/dockerd": "",
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass"},
    ),
    Reported(
        "a container of Proxmox on ZFS 2.1, for Podman",
        "tteck/Proxmox#2167 ('overlay' is not supported over zfs, a mount_program is required)",
        lxc(
            "5.15.107-2-pve",
            root="zfs",
            source="rpool/data/subvol-114-disk-0",
            extra=({"/sys/module/zfs/version": "2.1.11-pve1\n", "/usr/bin/podman": "", "/dev/null": ""},),
        ),
        UNFIT,
        {"storage.driver": "fail"},
        profile="podman",
    ),
    Reported(
        "the same with a mount_program in storage.conf",
        "tteck/Proxmox#3434 (mount_program in /etc/containers/storage.conf: works)",
        lxc(
            "5.15.107-2-pve",
            root="zfs",
            source="rpool/data/subvol-114-disk-0",
            extra=(
                {
                    "/sys/module/zfs/version": "2.1.11-pve1\n",
                    "/usr/bin/podman": "",
                    "/etc/containers/storage.conf": '[storage]\ndriver = "overlay"\ngraphroot = "/var/lib/containers'
                    '/storage"\n[storage.options]\nmount_program = "/usr/bin/fuse-overlayfs"\n',
                    "/usr/bin/fuse-overlayfs": "",
                    "/dev/fuse": "",
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass"},
        profile="podman",
    ),
    Reported(
        "Podman without root inside a container whose user ids end before the subordinate ones",
        "podman#27411 (newuidmap: write to uid_map failed; uid_map 0 1000 1, 1 100000 65536; subuid from 100000)",
        host(
            "6.6.87.2-microsoft-standard-WSL2",
            DEBIAN12,
            files=(
                CONTAINER,
                mounts("overlay", "overlay", CGROUP2),
                {
                    "/run/.containerenv": 'engine="podman-5.2.3"\n',
                    "/proc/self/uid_map": "         0       1000          1\n         1     100000      65536\n",
                    "/proc/self/gid_map": "         0       1000          1\n         1     100000      65536\n",
                    "/etc/subuid": "testuser:100000:65536\n",
                    "/etc/subgid": "testuser:100000:65536\n",
                    "/etc/passwd": "root:x:0:0::/root:/bin/sh\ntestuser:x:1000:1000::/home/testuser:/bin/sh\n",
                    "/usr/bin/newuidmap": "",
                    "/usr/bin/newgidmap": "",
                },
            ),
        ),
        NOT_PROMISED,
        {"user.subids": "fail"},
        profile="podman-rootless",
    ),
    Reported(
        "a container of Sysbox, in which Docker runs",
        "nestybox/sysbox docs/quickstart/dind.md; #315, #812 (findmnt: /var/lib/docker is a mount of ext4)",
        host(
            "6.8.0-45-generic",
            "ID=alpine\nVERSION_ID=3.20.3\n",
            files=(
                CONTAINER,
                mounts(
                    "overlay",
                    "overlay",
                    "29 28 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n"
                    "60 27 259:1 /var/lib/sysbox/docker/71a0 /var/lib/docker rw,noatime - ext4 /dev/nvme0n1p2 rw\n"
                    "61 27 0:70 /proc/sys /proc/sys rw - fuse sysboxfs rw,user_id=0,group_id=0\n"
                    "62 27 259:1 /usr/lib/modules/6.8.0-45-generic /usr/lib/modules/6.8.0-45-generic ro - ext4"
                    " /dev/nvme0n1p2 rw\n",
                ),
                LEGACY,
                loaded(*NETWORK, "ip_tables", "iptable_nat", "iptable_filter", "overlay"),
                {
                    "/.dockerenv": "",
                    "/boot/config-6.8.0-45-generic": None,
                    "/proc/self/uid_map": "         0     231072      65536\n",
                    "/sys/module/apparmor/parameters/enabled": "Y\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"net.nat": "pass", "storage.driver": "pass", "net.veth": "pass"},
        {"virt.container": "none"},
    ),
    Reported(
        "LibreELEC on a Raspberry Pi 4: hybrid control groups, no user namespaces, no matches of ipvs",
        "k3s-io/k3s#4859 (check-config fails at XT_MATCH_IPVS alone; Docker is an add-on that runs)",
        host(
            "5.10.76",
            'ID="libreelec"\nVERSION_ID="10.0"\n',
            config="/proc/config.gz",
            without=("USER_NS", "NETFILTER_XT_MATCH_IPVS", "NF_TABLES", "NFT_COMPAT", "NFT_NAT", "NFT_MASQ"),
            files=(ARM64, v1(hybrid=True, source="/dev/mmcblk0p2"), LEGACY),
        ),
        READY,
        {"ns.user": "warn", "net.nat": "pass"},
    ),
    Reported(
        "a container of LXC on OpenWrt, in which no control group is mounted",
        "lxc/lxc#2483 (Devices cgroup isn't mounted; one hierarchy holds every controller)",
        host(
            "4.14.39",
            'ID="openwrt"\nVERSION_ID="18.06"\n',
            config="/proc/config.gz",
            files=(
                CONTAINER,
                IN_LXC,
                v1(mounted=False, source="/dev/sda2"),
                {"/proc/self/cgroup": f"1:{','.join(V1)}:/lxc/c1\n", **ARMV7},
                LEGACY,
            ),
        ),
        UNFIT,
        {},
    ),
    Reported(
        "a server booted from the network into a ramdisk",
        "docker/cli#6251 (pivot_root .: invalid argument; Ubuntu 22.04 arm64); runc#1170",
        host(
            "5.15.0-119-generic",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n',
            files=(
                ARM64,
                mounts("rootfs", "rootfs", CGROUP2 + "70 27 8:1 / /var/lib/docker rw - ext4 /dev/sda1 rw\n"),
                NFT,
                {"/sys/module/apparmor/parameters/enabled": "N\n"},
            ),
        ),
        UNFIT,
        {"host.root_pivots": "fail"},
    ),
    Reported(
        "Unraid, whose root is the first one, and whose service has dockerd do without pivot_root",
        "unraid/webgui etc/rc.d/rc.docker (export DOCKER_RAMDISK=true; data-root on a btrfs image)",
        host(
            "6.12.24-Unraid",
            'ID="slackware"\nVERSION_ID="15.0"\n',
            config="/proc/config.gz",
            files=(
                mounts("rootfs", "rootfs", CGROUP2 + "70 27 7:2 / /var/lib/docker rw - btrfs /dev/loop2 rw\n"),
                LEGACY,
                {
                    "/proc/1/comm": "init\n",
                    "/etc/rc.d/rc.docker": "#!/bin/bash\ndocker_read_options(){\n  export DOCKER_RAMDISK=true\n}\n",
                },
            ),
        ),
        READY,
        {"host.root_pivots": "skip", "storage.driver": "pass"},
    ),
    Reported(
        "Amazon Linux 2023 on Graviton",
        "docs.aws.amazon.com/linux/al2023 (kernel 6.1, cgroup v2, SELinux permissive)",
        host(
            "6.1.119-129.201.amzn2023.aarch64",
            'ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n',
            files=(
                ARM64,
                mounts("xfs", "/dev/nvme0n1p1"),
                NFT,
                {
                    "/sys/class/dmi/id/sys_vendor": "Amazon EC2\n",
                    "/sys/class/dmi/id/product_name": "t4g.medium\n",
                    "/sys/class/dmi/id/bios_vendor": "Amazon EC2\n",
                    "/sys/fs/selinux/enforce": "0",
                },
            ),
        ),
        NOT_REFUSED,
        {},
        {"virt.vm": "none"},
    ),
    Reported(
        "GoboLinux, whose folders are links into /System and /Programs",
        "gobolinux.org (the /System tree: Index/bin, Kernel/Modules)",
        host(
            "6.1.50-Gobo",
            "ID=gobolinux\nVERSION_ID=017\n",
            modules="/System/Kernel/Modules",
            config="/proc/config.gz",
            files=(
                {
                    "/lib/modules": "link:/System/Kernel/Modules",
                    "/usr/sbin": "link:/System/Index/bin",
                    "/sbin": "link:/System/Index/bin",
                    "/System/Index/bin/modprobe": "",
                    "/System/Index/bin/iptables": "link:/Programs/IPTables/1.8.9/bin/iptables",
                    "/Programs/IPTables/1.8.9/bin/iptables": "link:xtables-legacy-multi",
                    "/Programs/IPTables/1.8.9/bin/xtables-legacy-multi": "",
                    "/proc/1/comm": "init\n",
                },
            ),
        ),
        READY,
        {"kernel.modules_match": "pass"},
    ),
    Reported(
        "Ubuntu on a Raspberry Pi, whose kernel's package lacks vxlan, for k3s",
        "flannel-io/flannel#1502 (flannel exited: operation not supported; linux-modules-extra-raspi)",
        host(
            "5.13.0-1008-raspi",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="21.10"\n',
            elsewhere=("VXLAN",),
            suffix=".ko",
            files=(ARM64, NFT, {"/sys/module/apparmor/parameters/enabled": "N\n"}),
        ),
        UNFIT,
        {"net.vxlan": "fail"},
        profile="k3s",
        words={"net.vxlan": "linux-modules-extra-raspi"},
    ),
    Reported(
        "an Odroid N2+ with Linux 4.9 under cgroup v2",
        "hardkernel/linux#433, docker/cli#4273 (bpf_prog_query(BPF_CGROUP_DEVICE) failed; cpu, cpuset missing)",
        host(
            "4.9.277-83",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n',
            config="/proc/config.gz",
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(ARM64, LEGACY, {"/sys/fs/cgroup/cgroup.controllers": "io memory pids\n"}),
        ),
        UNFIT,
        {"kernel.version.cgroup2": "fail", "cgroup.v2.controllers": "fail"},
    ),
    Reported(
        "a Jetson without the legacy table raw",
        "moby/moby#49557 (Docker 28 starts, and docker run -p fails; 27.5.1 has no such rules)",
        host(
            "5.15.148-tegra",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n',
            config="/proc/config.gz",
            without=("IP_NF_RAW", "NF_TABLES", "NFT_COMPAT", "NFT_NAT"),
            files=(ARM64, LEGACY, {"/sys/module/apparmor/parameters/enabled": "N\n"}),
        ),
        NOT_PROMISED,
        {"net.tables": "warn", "net.raw": "unknown", "net.nat": "pass"},
    ),
    Reported(
        "a Jetson Nano with iptables of nf_tables, which its kernel has not",
        "pythops/jetson-image#147 (Could not fetch rule set generation id: Invalid argument)",
        host(
            "4.9.337-tegra",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n',
            config="/proc/config.gz",
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            without=("NF_TABLES", "NFT_COMPAT", "NFT_NAT", "NFT_MASQ", "NF_TABLES_IPV4", "NF_TABLES_INET"),
            files=(ARM64, v1(source="/dev/mmcblk0p1"), NFT),
        ),
        UNFIT,
        {"net.nat": "fail", "cgroup.v1.controllers": "pass"},
    ),
    Reported(
        "a board of NXP, whose kernel has no bandwidth control",
        "k3s-io/k3s#6162 (docker info: CPUCfsQuota:false, CgroupVersion:1, overlay2 on extfs)",
        host(
            "5.15.5-lts-next+gc1084c2773fc",
            "ID=fsl-imx-xwayland\nVERSION_ID=5.15-honister\n",
            config="/proc/config.gz",
            without=("CFS_BANDWIDTH", "VXLAN"),
            files=(ARM64, v1(source="/dev/mmcblk2p2"), LEGACY),
        ),
        READY,
        {"cgroup.cpu_limit": "warn", "net.nat": "pass"},
    ),
    Reported(
        "Bottlerocket, whose modules and programs are behind links, and whose root is read-only",
        "bottlerocket-os/bottlerocket#3052 (CONFIG_BRIDGE_NETFILTER=m); its sources (sys-root, /local)",
        host(
            "5.15.108",
            'ID=bottlerocket\nVERSION_ID="1.13.3"\n',
            modules="/x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/modules",
            config="/proc/config.gz",
            files=(
                mounts("ext4", "/dev/dm-0", CGROUP2 + "70 27 259:4 /var /var rw - ext4 /dev/nvme1n1p1 rw\n"),
                {
                    "/usr": "link:/x86_64-bottlerocket-linux-gnu/sys-root/usr",
                    "/lib": "link:usr/lib",
                    "/proc/sys/net/ipv4/ip_forward": "1\n",
                    "/sys/fs/selinux/enforce": "1",
                    "/sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"net.bridge_netfilter": "pass", "storage.overlay": "pass", "kernel.modules_match": "pass"},
        profile="kubernetes",
    ),
    Reported(
        "Fedora CoreOS, for Podman",
        "docs.fedoraproject.org/fedora-coreos (ostree: /usr is read-only, modules and their configuration in /usr/lib)",
        host(
            "6.11.6-300.fc41.x86_64",
            "ID=fedora\nVERSION_ID=41\nVARIANT_ID=coreos\n",
            modules="/usr/lib/modules",
            config="/usr/lib/modules/{release}/config",
            without=("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE", "IP_NF_TARGET_MASQUERADE"),
            files=(
                mounts(
                    "xfs",
                    "/dev/vda4",
                    CGROUP2
                    + "71 27 252:4 /ostree/deploy/fedora-coreos/deploy/a.0/usr /usr ro - xfs /dev/vda4 rw\n"
                    + "72 27 252:4 /ostree/deploy/fedora-coreos/var /var rw - xfs /dev/vda4 rw\n",
                ),
                {"/usr/bin/podman": "", "/run/ostree-booted": "", "/sys/fs/selinux/enforce": "1"},
            ),
        ),
        NOT_REFUSED,
        {"kernel.modules_match": "pass", "storage.overlay": "pass"},
        profile="podman",
    ),
    Reported(
        "a container of Docker without privileges",
        "moby docs (docker run: /sys/fs/cgroup is read-only); systemd#11703",
        host(
            "6.8.0-49-generic",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
            files=(
                CONTAINER,
                mounts("overlay", "overlay", "29 28 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n"),
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                NFT,
                {
                    "/.dockerenv": "",
                    "/boot/config-6.8.0-49-generic": None,
                    "/lib/modules/6.8.0-49-generic/modules.dep": None,
                },
            ),
        ),
        UNFIT,
        {"cgroup.v2.controllers": "fail", "storage.driver": "fail"},
    ),
    Reported(
        "the same on cgroup v1",
        "containers/crun#402 (mountinfo of such a container: each hierarchy ro)",
        host(
            "3.10.0-1160.el7.x86_64",
            'ID="fedora"\nVERSION_ID="32"\n',
            files=(
                CONTAINER,
                v1(root="overlay", source="overlay"),
                {
                    "/proc/self/mountinfo": mounts("overlay", "overlay", "")["/proc/self/mountinfo"]
                    + "".join(
                        f"{50 + n} 28 0:{50 + n} /docker/20c6 /sys/fs/cgroup/{c} ro,nosuid - cgroup cgroup rw,{c}\n"
                        for n, c in enumerate(V1)
                    ),
                    "/.dockerenv": "",
                    "/boot/config-3.10.0-1160.el7.x86_64": None,
                    "/lib/modules/3.10.0-1160.el7.x86_64/modules.dep": None,
                },
            ),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
    ),
    Reported(
        "a privileged pod of Docker on Container-Optimized OS",
        "docker-library docs (dind --privileged); cloud.google.com/container-optimized-os (kernel config)",
        host(
            "6.1.75+",
            "ID=alpine\nVERSION_ID=3.20.3\n",
            config="/proc/config.gz",
            built_in=(
                *("OVERLAY_FS", "BRIDGE", "BRIDGE_NETFILTER", "VETH", "NF_NAT", "IP_NF_NAT", "IP_NF_FILTER"),
                *("NETFILTER_XT_TARGET_MASQUERADE", "NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK"),
            ),
            files=(
                CONTAINER,
                mounts("overlay", "overlay", CGROUP2 + "70 27 8:1 /e /var/lib/docker rw - ext4 /dev/sda1 rw\n"),
                LEGACY,
                {"/var/run/secrets/kubernetes.io/serviceaccount/token": "", "/lib/modules/6.1.75+/modules.dep": None},
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass", "net.nat": "pass", "net.bridge": "pass"},
    ),
    Reported(
        "Alpine, whose service of control groups does not run",
        "docker/cli#3285 (Devices cgroup isn't mounted); k3s-io/k3s#1354 (the service cgroups)",
        host(
            "6.1.53-0-virt",
            "ID=alpine\nVERSION_ID=3.18.4\n",
            suffix=".ko.gz",
            files=(
                mounts("ext4", "/dev/sda3", ""),
                {
                    "/sys/fs/cgroup/cgroup.controllers": None,
                    "/proc/1/comm": "init\n",
                    "/sys/module/apparmor/parameters/enabled": "N\n",
                },
            ),
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
        words={"cgroup.mode": "rc-service cgroups start"},
    ),
    Reported(
        "a kernel of 6.12 whose memory controller is of v2 alone, booted with v1",
        "linux 6.12 (MEMCG_V1, CPUSETS_V1), off in Debian's configuration",
        host(
            "6.12.43+deb13-amd64",
            'ID=debian\nVERSION_ID="13"\n',
            files=(v1([name for name in V1 if name not in {"memory", "cpuset"}]), NFT),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
    ),
    Reported(
        "Oracle Linux 8 on Ampere with pages of 64 KiB",
        "vectordotdev/vector#14851 (Oracle's Kubernetes: Unsupported system page size)",
        host(
            "5.4.17-2136.312.3.4.el8uek.aarch64",
            'ID="ol"\nID_LIKE="fedora"\nVERSION_ID="8.7"\n',
            built_in=("ARM64_64K_PAGES",),
            files=(ARM64, v1(root="xfs", source="/dev/mapper/ocivolume-root"), NFT),
        ),
        NOT_REFUSED,
        {"hw.page_size": "warn"},
    ),
    Reported(
        "RHEL 7, which permits no user namespaces, for Podman without root",
        "podman troubleshooting.md (user.max_user_namespaces is 0 on RHEL 7)",
        host(
            "3.10.0-1160.el7.x86_64",
            'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="7.9"\n',
            files=(
                v1(root="xfs", source="/dev/mapper/rhel-root"),
                {"/proc/sys/user/max_user_namespaces": "0\n", "/usr/bin/podman": ""},
            ),
        ),
        UNFIT,
        {"ns.user": "fail"},
        profile="podman-rootless",
    ),
)
