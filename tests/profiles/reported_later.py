"""More hosts that people reported elsewhere: appliances, boards, small guests, and distributions without systemd.

Each was written from its report, with what is right, before a run; as in ``reported``.
"""

from tests.profiles.reported import (
    ALL_NS,
    ARM64,
    ARMV7,
    CGROUP2,
    DEBIAN12,
    IN_LXC,
    LEGACY,
    NETWORK,
    NFT,
    NFT_MODULES,
    NOT_PROMISED,
    NOT_REFUSED,
    OWN,
    READY,
    SYS,
    UNFIT,
    V1,
    Reported,
    host,
    loaded,
    lxc,
    mounts,
    v1,
)

_TABLES = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE", "IP_NF_TARGET_MASQUERADE")
_NFT_OPTIONS = ("NF_TABLES", "NF_TABLES_IPV4", "NF_TABLES_INET", "NFT_COMPAT", "NFT_NAT")
_RUNIT = {"/proc/1/comm": "runit\n"}
_OPENRC = {"/proc/1/comm": "init\n"}
_NESTING = "610 27 0:59 / /dev/.lxc/proc rw - proc proc rw\n611 27 0:60 / /dev/.lxc/sys rw - sysfs sysfs rw\n"
_RPI = 'ID=debian\nVERSION_ID="13"\n'

HOSTS = (
    Reported(
        "Void Linux of 2018 (musl, runit): no hierarchy name=systemd is mounted, and Docker 18.09 starts no container",
        "void-linux/void-packages#5402 (cannot find cgroup mount destination); merged #5959 mounts it",
        host(
            "4.19.6_1",
            "ID=void\n",
            files=(
                v1(),
                LEGACY,
                _RUNIT,
                {
                    "/proc/self/mountinfo": f"27 1 254:1 / / rw - ext4 /dev/sda1 rw\n{SYS}"
                    + "".join(
                        f"{40 + number} 28 0:{40 + number} / /sys/fs/cgroup/{name} rw - cgroup cgroup rw,{name}\n"
                        for number, name in enumerate(V1)
                    ),
                },
            ),
        ),
        NOT_REFUSED,
        {"cgroup.v1.mounted": "warn", "cgroup.v1.controllers": "pass"},
    ),
    Reported(
        "Void Linux of 2023, whose runit mounts cgroup v2",
        "void-linux/void-runit#103 (default to cgroup2)",
        host("6.1.69_1", "ID=void\n", files=(NFT, _RUNIT)),
        READY,
        {"cgroup.mode": "pass", "storage.driver": "pass"},
    ),
    Reported(
        "Amazon Linux of 2015, on which no service mounts control groups",
        "moby/moby#13979 (cgroup hierarchy: nonexistent??), #14102 (mountpoint for cgroup not found)",
        host(
            "3.14.35-28.38.amzn1.x86_64",
            'ID="amzn"\nID_LIKE="rhel fedora"\nVERSION_ID="2015.03"\n',
            without=_NFT_OPTIONS,
            files=(v1(mounted=False), LEGACY, _OPENRC),
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
    ),
    Reported(
        "Amazon Linux 2 (4.14, systemd 219, cgroup v1)",
        "awslabs/amazon-eks-ami#824; aws/amazon-ecs-agent#1792 (overlay2 is its default)",
        host(
            "4.14.301-224.520.amzn2.x86_64",
            'ID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"\n',
            files=(v1(), LEGACY, mounts("xfs", "/dev/nvme0n1p1", v1()["/proc/self/mountinfo"].split("\n", 3)[3])),
        ),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass", "net.nat": "pass"},
    ),
    Reported(
        "a guest of Firecracker with the kernel of its continuous integration: no modules, no netfilter",
        "firecracker-microvm/firecracker#4791 (modules disabled, netfilter not built in), #3476",
        host(
            "5.10.223",
            'ID=ubuntu\nVERSION_ID="22.04"\n',
            without=(*_TABLES, *_NFT_OPTIONS, "MODULES", "BRIDGE", "BRIDGE_NETFILTER", "VETH", "NF_NAT", "OVERLAY_FS"),
            config="/proc/config.gz",
            files=(NFT, {"/proc/modules": None}),
        ),
        UNFIT,
        {"net.nat": "fail", "net.bridge": "fail", "storage.driver": "fail"},
    ),
    Reported(
        "a kernel that was built without veth, for Podman's bridge",
        "podman-container-tools/podman#12246 and NVIDIA/OpenShell#1194 (6.11.0-1016-nvidia does not ship veth)",
        host("6.11.0-1016-nvidia", 'ID=ubuntu\nVERSION_ID="24.04"\n', without=("VETH",), files=(ARM64, NFT)),
        UNFIT,
        {"net.veth": "fail", "net.bridge": "pass"},
        profile="podman",
    ),
    Reported(
        "Gentoo with a kernel of one's own without veth: containers fail with operation not supported",
        "moby/moby#11889, #27426",
        host(
            "6.6.30-gentoo",
            "ID=gentoo\n",
            without=("VETH",),
            config="/usr/src/linux-{release}/.config",
            files=(NFT, _OPENRC),
        ),
        UNFIT,
        {"net.veth": "fail"},
    ),
    Reported(
        "Gentoo without NETFILTER_ADVANCED, and so without the match addrtype",
        "tianon/docker-overlay#37; moby/moby#13931 (No chain/target/match by that name)",
        host(
            "3.18.4-aufs",
            "ID=gentoo\n",
            without=("NETFILTER_XT_MATCH_ADDRTYPE", *_NFT_OPTIONS),
            config="/proc/config.gz",
            files=(v1(), LEGACY, _OPENRC),
        ),
        UNFIT,
        {"net.xt_match": "fail", "net.bridge": "pass"},
    ),
    Reported(
        "a Surface under a kernel without the legacy nat table, and legacy iptables",
        "jakeday/linux-surface#330 and #338 (IP_NF_NAT, IP_NF_TARGET_MASQUERADE missing)",
        host(
            "4.18.20-surface-linux-surface",
            'ID=debian\nVERSION_ID="9"\n',
            without=("IP_NF_NAT", "IP_NF_TARGET_MASQUERADE", *_NFT_OPTIONS),
            files=(v1(), LEGACY),
        ),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "Raspberry Pi OS of Debian 13 as it is installed: the firmware disables the memory controller",
        "RPi-Distro/pi-gen#917 (--memory is ignored, no error), raspberrypi/linux#6439, moby/moby#46185",
        host(
            "6.12.75+rpt-rpi-v8",
            _RPI,
            files=(
                ARM64,
                NFT,
                {
                    "/proc/cmdline": "coherent_pool=1M cgroup_disable=memory root=PARTUUID=295ac2ff-02 rootwait\n",
                    "/boot/firmware/cmdline.txt": "console=tty1 root=PARTUUID=295ac2ff-02 rootwait\n",
                    "/proc/cgroups": "cpuset\t0\t95\t1\ncpu\t0\t95\t1\nmemory\t0\t95\t0\npids\t0\t95\t1\n",
                    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
                },
            ),
        ),
        UNFIT,
        {"cgroup.memory": "fail"},
        words={"cgroup.memory": "/boot/firmware/cmdline.txt"},
    ),
    Reported(
        "the same after cgroup_enable=memory in cmdline.txt, which this kernel reads after the firmware's word",
        "raspberrypi/linux#3387, #6439 (raspberrypi's own kernel takes the last word)",
        host(
            "6.12.75+rpt-rpi-v8",
            _RPI,
            files=(
                ARM64,
                NFT,
                {
                    "/proc/cmdline": "cgroup_disable=memory root=PARTUUID=295ac2ff-02 rootwait cgroup_enable=memory\n",
                    "/proc/cgroups": "cpuset\t0\t95\t1\ncpu\t0\t95\t1\nmemory\t0\t95\t1\npids\t0\t95\t1\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"cgroup.memory": "pass", "cgroup.v2.controllers": "pass"},
    ),
    Reported(
        "Debian's own kernel on a Raspberry Pi: cgroup_enable=memory is an unknown word to it",
        "raspberrypi/linux#7442 and #6439 (Unknown kernel command line parameters; memory 0 95 0)",
        host(
            "6.1.0-28-arm64",
            DEBIAN12,
            files=(
                ARM64,
                NFT,
                {
                    "/proc/cmdline": "cgroup_disable=memory root=/dev/mmcblk0p2 cgroup_memory=1 cgroup_enable=memory\n",
                    "/proc/cgroups": "cpuset\t0\t95\t1\ncpu\t0\t95\t1\nmemory\t0\t95\t0\npids\t0\t95\t1\n",
                    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
                },
            ),
        ),
        UNFIT,
        {"cgroup.memory": "fail"},
    ),
    Reported(
        "Armbian with Rockchip's kernel 4.4 under systemd's cgroup v2",
        "HelmSecure/armbian-images#17 (works with systemd.unified_cgroup_hierarchy=0)",
        host(
            "4.4.213-rk3399",
            DEBIAN12,
            config="/proc/config.gz",
            files=(
                ARM64,
                NFT,
                {"/sys/fs/cgroup/cgroup.controllers": "io memory pids\n", "/proc/cgroups": "memory\t0\t60\t1\n"},
            ),
        ),
        UNFIT,
        {"cgroup.v2.controllers": "fail"},
    ),
    Reported(
        "the same with systemd.unified_cgroup_hierarchy=0",
        "HelmSecure/armbian-images#17 (Docker works with the 4.4 kernel)",
        host("4.4.213-rk3399", DEBIAN12, config="/proc/config.gz", files=(ARM64, v1(), LEGACY)),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass", "net.nat": "pass"},
    ),
    Reported(
        "a Rock64 whose kernel has no keys: could not create session key",
        "ayufan-rock64/linux-build#43 (function not implemented)",
        host("4.4.77-rockchip", DEBIAN12, without=("KEYS",), config="/proc/config.gz", files=(ARM64, v1(), LEGACY)),
        NOT_PROMISED,
        {"kernel.keys": "fail"},
    ),
    Reported(
        "an Odroid XU4 with the 4.14.3 kernel that lost its control groups",
        "hardkernel/linux#328 (cgroup hierarchy: nonexistent??; MEMCG, CPUSETS, CGROUP_DEVICE missing)",
        host(
            "4.14.3-85",
            'ID=ubuntu\nVERSION_ID="16.04"\n',
            config="/proc/config.gz",
            files=(ARMV7, v1(("perf_event",), mounted=False), LEGACY),
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
    ),
    Reported(
        "Sailfish on a phone, whose kernel lacks the match addrtype and message queues",
        "sailfishos-oneplus5/important#12",
        host(
            "4.4.153",
            "ID=sailfishos\n",
            without=("NETFILTER_XT_MATCH_ADDRTYPE", "POSIX_MQUEUE"),
            config="/proc/config.gz",
            files=(ARM64, v1(), LEGACY),
        ),
        UNFIT,
        {"net.xt_match": "fail", "kernel.mqueue": "fail"},
    ),
    Reported(
        "a Pinephone, whose kernel has no overlay: Docker copies whole images with vfs",
        "dreemurrs-embedded/Pine64-Arch#539 (Storage Driver: vfs)",
        host("6.2.9-1-danctnix", "ID=arch\n", without=("OVERLAY_FS",), config="/proc/config.gz", files=(ARM64, NFT)),
        UNFIT,
        {"storage.driver": "fail", "net.nat": "pass"},
    ),
    Reported(
        "TrueNAS SCALE 24.10: zfs 2.2 below Docker's overlay2",
        "truenas/documentation#1593 (the overlay2 driver replaces zfs); dockur/windows#908",
        host(
            "6.6.44-production+truenas",
            DEBIAN12,
            files=(
                NFT,
                mounts("zfs", "boot-pool/ROOT/24.10.0"),
                {
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\tzfs\n",
                    "/sys/module/zfs/version": "2.2.99-1\n",
                    "/dev/zfs": "",
                    "/usr/sbin/zfs": "",
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass"},
    ),
    Reported(
        "Arch with linux-hardened, for Docker as root",
        "ShellCode33/ArchLinux-Hardened#1 (containers run as root); a13xp0p0v/kernel-hardening-checker#189",
        host(
            "6.12.30-hardened1-1-hardened",
            "ID=arch\n",
            config="/proc/config.gz",
            files=(NFT, {"/proc/sys/kernel/unprivileged_userns_clone": "0\n"}),
        ),
        READY,
        {"storage.driver": "pass"},
    ),
    Reported(
        "the same, for Podman without root",
        "podman-container-tools/podman#20720; 89luca89/distrobox#1061",
        host(
            "6.12.30-hardened1-1-hardened",
            "ID=arch\n",
            config="/proc/config.gz",
            files=(NFT, {"/proc/sys/kernel/unprivileged_userns_clone": "0\n"}),
        ),
        UNFIT,
        {"ns.user": "fail"},
        profile="podman-rootless",
    ),
    Reported(
        "a server of Scaleway under its boot script's kernel: modules of 4.4.6-docker-6 are nowhere",
        "scaleway/image-alpine#39 (modprobe: can't change directory; Devices cgroup isn't mounted)",
        host(
            "4.4.6-docker-6",
            "ID=alpine\nVERSION_ID=3.3.3\n",
            config="/proc/config.gz",
            files=(
                v1(mounted=False),
                LEGACY,
                _OPENRC,
                {"/lib/modules/4.4.6-docker-6/modules.dep": None, "/lib/modules/4.4.5-0-grsec/modules.dep": "a.ko:\n"},
            ),
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
    ),
    Reported(
        "boot2docker 18.09, of a kernel in one piece and a ramdisk",
        "boot2docker/boot2docker#1374 (4.14.79-boot2docker with xt_addrtype, xt_conntrack, nf_nat as modules)",
        host(
            "4.14.79-boot2docker",
            'ID=boot2docker\nID_LIKE=tinycore\nVERSION_ID="18.09.0"\n',
            config="/proc/config.gz",
            files=(
                v1(root="tmpfs", source="tmpfs"),
                LEGACY,
                _OPENRC,
                {"/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\text4\n"},
            ),
        ),
        NOT_REFUSED,
        {"net.nat": "pass", "net.xt_match": "pass", "kernel.modules_match": "pass"},
    ),
    Reported(
        "an nf_conntrack that a guide for web servers blocks, on Ubuntu",
        "kmod libkmod-module.c (the install commands of dependencies run too); modprobe.d(5)",
        host(
            "6.8.0-31-generic",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
            files=(
                NFT,
                loaded("overlay", "bridge", "veth", "nf_tables"),
                {
                    "/etc/modprobe.d/no-conntrack.conf": "install nf_conntrack /bin/true\n",
                    "/lib/modules/6.8.0-31-generic/modules.dep": "".join(
                        f"kernel/{name}.ko.zst:{needs}\n"
                        for name, needs in (
                            *((f"net/netfilter/{name}", "") for name in ("nf_tables", "nft_compat", "xt_addrtype")),
                            ("net/netfilter/nf_conntrack", ""),
                            *(
                                (f"net/netfilter/{name}", " kernel/net/netfilter/nf_conntrack.ko.zst")
                                for name in ("nf_nat", "nft_nat", "xt_MASQUERADE", "xt_conntrack", "nft_ct")
                            ),
                            ("fs/overlayfs/overlay", ""),
                            ("net/bridge/bridge", ""),
                            ("net/bridge/br_netfilter", " kernel/net/bridge/bridge.ko.zst"),
                            ("drivers/net/veth", ""),
                        )
                    ),
                },
            ),
        ),
        UNFIT,
        {"net.nat": "fail", "net.xt_match": "fail", "storage.driver": "pass"},
        words={"net.nat": "no-conntrack.conf"},
    ),
    Reported(
        "a container of Incus on btrfs of Ubuntu 24.04, with nesting",
        "lxc/incus#791; linuxcontainers.org/incus/docs (security.nesting)",
        lxc(
            "6.8.0-41-generic",
            root="btrfs",
            source="/dev/sdb",
            extra=({"/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\tbtrfs\n"},),
        ),
        NOT_REFUSED,
        {"net.bridge": "pass", "net.nat": "pass", "storage.driver": "pass"},
    ),
    Reported(
        "Talos: programs in /usr only, no shell, modules signed, and none of modprobe's rules",
        "siderolabs/talos#12729 (no modprobe for a pod); siderolabs/pkgs kernel/build/config-amd64 (IKCONFIG_PROC)",
        host(
            "6.12.31-talos",
            "ID=talos\nVERSION_ID=v1.10.3\n",
            config="/proc/config.gz",
            modules="/usr/lib/modules",
            files=(
                NFT,
                loaded(*NETWORK, *NFT_MODULES, "overlay", "vxlan"),
                mounts("squashfs", "/dev/loop0", f"{CGROUP2}31 27 8:4 / /var rw - xfs /dev/sda4 rw\n", ",ro"),
                {
                    "/proc/1/comm": "init\n",
                    "/proc/sys/net/ipv4/ip_forward": "1\n",
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\txfs\n",
                    "/sys/module/module/parameters/sig_enforce": "Y\n",
                    **OWN,
                },
            ),
        ),
        NOT_REFUSED,
        {"net.bridge": "pass", "net.veth": "pass", "kernel.modules_match": "pass"},
        profile="kubernetes",
    ),
    Reported(
        "a container of LXC whose host keeps keyctl from it (Termina of a Chromebook), for Docker",
        "opencontainers/runc#1893 (ENOSYS of keyctl is taken); podman-container-tools/podman#11037",
        host(
            "5.4.99-12983-g8b7876ab9f5e",
            'ID=debian\nVERSION_ID="10"\n',
            files=(
                IN_LXC,
                ALL_NS,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                NFT,
                mounts(
                    "btrfs",
                    "/dev/vdb",
                    more=f"{CGROUP2}{_NESTING}",
                ),
                {"/boot/config-5.4.99-12983-g8b7876ab9f5e": None, "/proc/filesystems": "nodev\toverlay\n\tbtrfs\n"},
            ),
        ),
        NOT_REFUSED,
        {"net.bridge": "pass", "storage.driver": "pass"},
    ),
)
