"""Hosts that people reported elsewhere, of kinds that few have: a NAS, boards, ChromeOS, OpenVZ, Xen and Power.

Each was written from its source, with what is right, before a run; as in ``reported``.
"""

from tests.profiles.reported import (
    ALL_NS,
    ARM64,
    ARMV7,
    DEBIAN12,
    LEGACY,
    NETWORK,
    NFT,
    NOT_PROMISED,
    NOT_REFUSED,
    OWN,
    READY,
    UNFIT,
    V1,
    Reported,
    arch,
    host,
    loaded,
    lxc,
    mounts,
    v1,
)

_UBUNTU22 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n'
_ARCH = "ID=archarm\nID_LIKE=arch\n"
_DEBIAN13 = 'ID=debian\nVERSION_ID="13"\n'
_NO_NFT = ("NF_TABLES", "NFT_COMPAT", "NFT_NAT", "NFT_MASQ", "NF_TABLES_IPV4", "NF_TABLES_INET")
_NO_LEGACY = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE")
_SOCKET = {"/run/docker.sock": ""}
_DROP_IN = "/etc/systemd/system/docker.service.d/override.conf"
_XEN = {"/sys/hypervisor/type": "xen\n", "/sys/hypervisor/guest_type": "PVH\n", "/proc/xen/capabilities": ""}
_OPENVZ = {"/proc/vz/veinfo": "101 0 1\n", "/proc/user_beancounters": "Version: 2.5\n  101: kmemsize 1 1 1 1 0\n"}


def jetson(*more, without=()):
    """Return a Jetson under the kernel of JetPack 6, which has neither nf_tables nor the legacy table raw."""
    return host(
        "5.15.148-tegra",
        _UBUNTU22,
        config="/proc/config.gz",
        without=(*_NO_NFT, "IP_NF_RAW", *without),
        files=(ARM64, LEGACY, {"/sys/module/apparmor/parameters/enabled": "N\n"}, *more),
    )


def synology(release, *more, modules=()):
    """Return a NAS of Synology: no configuration of its kernel, cgroup v1 without pids, modules in one folder."""
    return host(
        release,
        "",
        files=(
            v1([name for name in V1 if name != "pids"], root="btrfs", source="/dev/mapper/cachedev_0"),
            loaded(*NETWORK, "iptable_nat", "ip_tables", "btrfs", "iptable_filter", "ipt_MASQUERADE", *modules),
            LEGACY,
            {
                "/etc/os-release": None,
                "/etc/synoinfo.conf": 'unique="synology_avoton_1815+"\n',
                f"/boot/config-{release}": None,
                f"/lib/modules/{release}/modules.dep": None,
                "/proc/filesystems": "nodev\tcgroup\n\text4\n\tbtrfs\n",
                **ALL_NS,
                **OWN,
                "/proc/self/ns/cgroup": None,
            },
            *more,
        ),
    )


def virtuozzo(release, os_release, *more):
    """Return a container of OpenVZ, whose kernel shows neither its configuration nor modules."""
    hidden = {f"/boot/config-{release}": None, f"/lib/modules/{release}/modules.dep": None}
    return host(release, os_release, files=(_OPENVZ, hidden, *more))


HOSTS = (
    Reported(
        "a Jetson without the table raw under Docker 28.0.1: docker run -p fails",
        "moby/moby#49557 (can't initialize iptables table `raw': Table does not exist)",
        jetson(_SOCKET),
        UNFIT,
        {"net.raw": "fail", "net.nat": "pass"},
        words={"net.raw": "DOCKER_INSECURE_NO_IPTABLES_RAW=1"},
        engine="28.0.1",
    ),
    Reported(
        "a container of LXC whose kernel's configuration is its host's, and whose tables are loaded but for raw",
        "canonical/lxd#5614 (Docker in LXD; iptable_nat and iptable_filter are loaded)",
        lxc(
            "5.4.0-52-generic",
            root="ext4",
            source="/dev/sda1",
            programs=LEGACY,
            modules=(*NETWORK, "iptable_nat", "iptable_filter", "overlay"),
        ),
        NOT_REFUSED,
        {"net.raw": "unknown", "net.nat": "pass"},
    ),
    Reported(
        "the same under Docker 27.5.1",
        "moby/moby#49557 (No problem on Docker version 27.5.1)",
        jetson(_SOCKET),
        READY,
        {"net.raw": "skip", "net.tables": "warn"},
        engine="27.5.1",
    ),
    Reported(
        "the same under Docker 29.3 with DOCKER_INSECURE_NO_IPTABLES_RAW in a drop-in",
        "moby/moby#49621; telnetdoogie/synology-docker#63 (the drop-in)",
        jetson(_SOCKET, {_DROP_IN: '[Service]\nEnvironment="DOCKER_INSECURE_NO_IPTABLES_RAW=1"\n'}),
        READY,
        {"net.raw": "skip"},
        engine="29.3.0",
    ),
    Reported(
        "the same with the variable set to 0",
        "moby/moby#49621 (1 turns it on)",
        jetson(_SOCKET, {_DROP_IN: "[Service]\nEnvironment=DOCKER_INSECURE_NO_IPTABLES_RAW=0\n"}),
        UNFIT,
        {"net.raw": "fail"},
        engine="29.3.0",
    ),
    Reported(
        "a Jetson AGX Orin whose kernel lacks raw, addrtype and conntrack, for k3s",
        "NVIDIA/NemoClaw#1076 (Couldn't load match `comment')",
        jetson(
            without=(
                *("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK", "NETFILTER_XT_MATCH_COMMENT"),
                *("NETFILTER_XT_TARGET_MASQUERADE", "IP_NF_TARGET_MASQUERADE"),
            )
        ),
        UNFIT,
        {"net.nat": "fail"},
        profile="k3s",
    ),
    Reported(
        "a DRIVE AGX Thor, whose real-time kernel lacks veth",
        "NVIDIA/OpenShell#692 (veth pair interfaces: operation not supported)",
        host("6.8.12-prod-rt-tegra", _UBUNTU22, config="/proc/config.gz", without=("VETH",), files=(ARM64, NFT)),
        UNFIT,
        {"net.veth": "fail", "net.nat": "pass"},
    ),
    Reported(
        "a DS1815+ (3.10) under Docker 28: iptable_raw does not load",
        "telnetdoogie/synology-docker#63, #48 (no container of a bridge starts)",
        synology("3.10.108", _SOCKET),
        NOT_PROMISED,
        {"storage.driver": "pass"},
        engine="28.5.2",
    ),
    Reported(
        "a DS220+ of DSM 7.4 (4.4.302) under Docker 29.4.2 with iptable_raw loaded",
        "telnetdoogie/synology-docker#85, #44 (it runs once install_iptables_modules.sh loaded it)",
        synology("4.4.302+", _SOCKET, modules=("iptable_raw",)),
        NOT_REFUSED,
        {"net.raw": "pass", "storage.driver": "pass"},
        engine="29.4.2",
    ),
    Reported(
        "a DS1815+ (3.10) under Docker 20.10, which writes no rules into raw",
        "telnetdoogie/synology-docker#35, #38",
        synology("3.10.108", _SOCKET),
        NOT_REFUSED,
        {"net.raw": "skip"},
        engine="20.10.3",
    ),
    Reported(
        "Asahi of 6.17 without the legacy tables, under legacy iptables",
        "AsahiLinux/linux#424 (failed to create NAT chain DOCKER)",
        host(
            "6.17.7-asahi1-1-edge-ARCH",
            _ARCH,
            config="/proc/config.gz",
            without=_NO_LEGACY,
            files=(ARM64, LEGACY, {"/proc/device-tree/model": "Apple Mac mini (M1, 2020)\0"}),
        ),
        UNFIT,
        {"net.nat": "fail"},
        {"virt.vm": "kvm"},
    ),
    Reported(
        "the same under iptables of nf_tables",
        "AsahiLinux/linux#424; docker/docs (iptables-nft)",
        host(
            "6.17.7-asahi1-1-edge-ARCH",
            _ARCH,
            config="/proc/config.gz",
            without=_NO_LEGACY,
            files=(ARM64, NFT, {"/proc/device-tree/model": "Apple Mac mini (M1, 2020)\0"}),
        ),
        READY,
        {"net.nat": "pass", "net.raw": "pass"},
    ),
    Reported(
        "a ROCK 3A of 5.10 with neither nf_tables nor the legacy tables",
        "qxhome/rk3568-kernel5.10-alldrivers#2 (Failed to initialize nft: Protocol not supported; legacy fails too)",
        host("5.10.66", _UBUNTU22, config="/proc/config.gz", without=(*_NO_NFT, *_NO_LEGACY), files=(ARM64, NFT)),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "a Raspberry Pi of 5.4.42, whose kernel lost memory and blkio, for k3s",
        "raspberrypi/linux#3644 (MEMCG is no longer defined)",
        host(
            "5.4.42-v7+",
            'ID=raspbian\nID_LIKE=debian\nVERSION_ID="10"\n',
            config="/proc/config.gz",
            without=("BLK_CGROUP", "BLK_DEV_THROTTLING", "MEMCG"),
            files=(ARMV7, LEGACY, v1([name for name in V1 if name not in {"memory", "blkio"}])),
        ),
        UNFIT,
        {"cgroup.mode.v2": "fail"},
        profile="k3s",
    ),
    Reported(
        "the same for Docker",
        "raspberrypi/linux#3644; moby/moby#3485",
        host(
            "5.4.42-v7+",
            'ID=raspbian\nID_LIKE=debian\nVERSION_ID="10"\n',
            config="/proc/config.gz",
            without=("BLK_CGROUP", "BLK_DEV_THROTTLING", "MEMCG"),
            files=(ARMV7, LEGACY, v1([name for name in V1 if name not in {"memory", "blkio"}])),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
    ),
    Reported(
        "crouton on ChromeOS, which mounts cpuset with noprefix",
        "dnschneid/crouton#4978, moby/moby#33594 (cpuset/docker/cpuset.cpus: no such file or directory)",
        host(
            "5.15.108-18910-gab0e1cb584e1",
            _UBUNTU22,
            config="/proc/config.gz",
            files=(
                LEGACY,
                {
                    **v1(),
                    "/proc/self/mountinfo": v1()["/proc/self/mountinfo"].replace(
                        "cgroup rw,cpuset", "cgroup rw,cpuset,noprefix"
                    ),
                },
            ),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
        words={"cgroup.v1.controllers": "without the option noprefix"},
    ),
    Reported(
        "the same where cpuset has its prefix",
        "dnschneid/crouton#4978 (the control)",
        host("5.15.108-18910-gab0e1cb584e1", _UBUNTU22, config="/proc/config.gz", files=(LEGACY, v1())),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass"},
    ),
    Reported(
        "CentOS 7 in a container of OpenVZ 6 (2.6.32)",
        "moby/moby#20376 (no container starts; the driver is vfs)",
        virtuozzo(
            "2.6.32-042stab108.8", 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n', mounts("simfs", "/vz")
        ),
        UNFIT,
        {"virt.container": "fail"},
        {"virt.container": "none"},
    ),
    Reported(
        "Debian 13 in a container of Virtuozzo under 6.1, in which Docker 29.7.2 runs",
        "moby/moby#53592 (29.8.0 alone takes it for a user namespace)",
        virtuozzo(
            "6.1.0-40.vz9",
            _DEBIAN13,
            mounts("ext4", "/dev/ploop1p1"),
            loaded(*NETWORK, "nf_tables", "nft_compat", "nft_chain_nat", "overlay"),
            NFT,
            {"/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n", **ALL_NS},
        ),
        NOT_REFUSED,
        {"storage.overlay": "pass", "net.bridge": "pass"},
        {"virt.container": "none"},
    ),
    Reported(
        "a guest of Xen with PVH, as Qubes starts them: no SMBIOS, no device model",
        "QubesOS/qubes-issues#7313 (Docker runs there); linux Documentation/ABI sysfs-hypervisor-xen (guest_type)",
        host("6.6.42-1.qubes.fc37.x86_64", DEBIAN12, files=(NFT, mounts("ext4", "/dev/mapper/dmroot"), _XEN)),
        NOT_REFUSED,
        {"net.nat": "pass"},
        {"virt.vm": "none"},
    ),
    Reported(
        "a Power9 server without a hypervisor, with pages of 64 KiB",
        "kata-containers/kata-containers#1050 (docker on ppc64le); linux arch/powerpc/platforms/powernv/setup.c",
        host(
            "5.4.0-62-generic",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n',
            suffix=".ko",
            files=(
                arch(
                    "ppc64le",
                    "processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 2902.000000MHz\n"
                    "timebase\t: 512000000\nplatform\t: PowerNV\nmodel\t\t: 8335-GTH\nmachine\t\t: PowerNV 8335-GTH\n"
                    "firmware\t: OPAL\nMMU\t\t: Radix\n",
                ),
                LEGACY,
                {"/proc/self/smaps": "KernelPageSize:       64 kB\n"},
            ),
        ),
        NOT_REFUSED,
        {"hw.x86_64_level": "skip", "hw.page_size": "skip"},
        {"virt.vm": "kvm"},
    ),
    Reported(
        "a board of Sartura under 5.10.63: no br_netfilter, no memory controller, no nf_tables",
        "sartura/replica#18 (failed to create NAT chain DOCKER: Failed to initialize nft: Protocol not supported)",
        host(
            "5.10.63",
            'ID=debian\nVERSION_ID="11"\n',
            config="/proc/config.gz",
            without=(*_NO_NFT, "BRIDGE_NETFILTER", "MEMCG"),
            files=(ARM64, NFT, {"/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n"}),
        ),
        UNFIT,
        {"net.nat": "fail", "cgroup.v2.controllers": "fail"},
    ),
    Reported(
        "SLES 11 (3.0.101) without control groups",
        "moby/moby#19232 (check-config: cgroup hierarchy nonexistent, MEMCG missing)",
        host(
            "3.0.101-0.7.29-default",
            'ID="sles"\nVERSION_ID="11.2"\n',
            config="/proc/config.gz",
            without=("MEMCG", "USER_NS", "OVERLAY_FS", "NFT_COMPAT", "NF_TABLES"),
            files=(LEGACY, mounts("ext4", "/dev/sda2", "")),
        ),
        UNFIT,
        {"kernel.version": "fail"},
    ),
)
