"""Hosts that people reported elsewhere, found by the error that their engine ended with.

Each was written from its source, with what is right, before a run; as in ``reported``. Experiments are those of the
report's error.
"""

from tests.profiles.reported import (
    ALL_NS,
    ARM64,
    ARMV7,
    CGROUP2,
    CONTAINER,
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
    UNFIT,
    V1,
    Reported,
    host,
    loaded,
    mounts,
    v1,
)
from tests.profiles.stock import STOCK

_FEDORA33 = "ID=fedora\nVERSION_ID=33\n"
_UBUNTU22 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n'
_DOCKERD = {"/usr/bin/dockerd": "", "/run/systemd/system/x": ""}
_WSL = {**ALL_NS, **OWN, "/proc/sys/fs/binfmt_misc/WSLInterop": "enabled\n"}
_USER = {
    "/proc/self/status": "Name:\tsh\nUid:\t1000\t1000\t1000\t1000\n",
    "/etc/passwd": "anna:x:1000:1000::/home/anna:/bin/bash\n",
    "/etc/subuid": "anna:100000:65536\n",
    "/etc/subgid": "anna:100000:65536\n",
    "/proc/sys/user/max_user_namespaces": "30000\n",
}
_LOCKED = {"/proc/sys/kernel/modules_disabled": "1\n"}
_NIX_LOADED = (
    "ext4",
    "overlay",
    "nf_nat",
    "nf_conntrack",
    "xt_conntrack",
    "xt_addrtype",
    "xt_MASQUERADE",
    *NFT_MODULES,
)


def _without_modules(release):
    return {f"/lib/modules/{release}/modules.dep": None, f"/boot/config-{release}": None}


def _nixos(*modules):
    return STOCK["nixos-25.05"].changed({**_LOCKED, **loaded(*modules)})


KERNELS = (
    Reported(
        "NixOS with security.lockKernelModules, before its Docker module loaded veth and bridge",
        "NixOS/nixpkgs#76487 (veth: pair interfaces: operation not supported)",
        _nixos(*_NIX_LOADED),
        UNFIT,
        {"net.veth": "fail", "net.bridge": "fail", "net.nat": "pass", "storage.driver": "pass"},
        words={"net.veth": "/etc/modules-load.d"},
    ),
    Reported(
        "the same with the modules that it loads since",
        "NixOS/nixpkgs#76487, #97677 (boot.kernelModules: bridge, br_netfilter, veth, xt_nat)",
        _nixos(*_NIX_LOADED, *NETWORK, "xt_nat", "iptable_raw"),
        NOT_REFUSED,
        {"net.veth": "pass", "net.bridge": "pass"},
    ),
    Reported(
        "Linode under its own kernel 4.18 in one piece: no folder of modules, overlay is built in",
        "moby/moby#38157 (Module overlay not found in directory /lib/modules/4.18.8-x86_64-linode117; overlay2 before)",
        host(
            "4.18.8-x86_64-linode117",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="16.04"\n',
            config="/proc/config.gz",
            built_in=("OVERLAY_FS", "BRIDGE", "VETH", "NF_NAT_IPV4", "NF_NAT_NEEDED"),
            without=("MODULES", "NF_TABLES", "NFT_COMPAT"),
            files=(
                v1(),
                LEGACY,
                {
                    "/lib/modules/4.18.8-x86_64-linode117/modules.dep": None,
                    "/proc/modules": None,
                    "/proc/sys/kernel/modprobe": None,
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\text4\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass", "cgroup.v1.controllers": "pass"},
    ),
    Reported(
        "DietPi on a Raspberry Pi whose kernel was updated: the modules of the running one are gone",
        "MichaIng/DietPi#3126 (could not open /lib/modules/4.19.57-v7+/modules.dep.bin; reboot)",
        host(
            "4.19.57-v7+",
            'ID=raspbian\nID_LIKE=debian\nVERSION_ID="10"\n',
            files=(
                ARMV7,
                v1(root="ext4", source="/dev/mmcblk0p2"),
                NFT,
                _without_modules("4.19.57-v7+"),
                {
                    "/lib/modules/4.19.66-v7+/modules.dep": "kernel/drivers/net/veth.ko:\n",
                    "/proc/filesystems": "nodev\tcgroup\n\text4\n",
                    "/sbin/modprobe": "",
                },
            ),
        ),
        NOT_PROMISED,
        {"kernel.modules_match": "warn"},
    ),
    Reported(
        "a WD My Cloud under a kernel for boards: neither overlay nor nf_tables for iptables",
        "Heisath/wdmc2-kernel#19 (failed to mount overlay: no such device; rule set generation id: invalid argument)",
        host(
            "6.1.0-wdmc2",
            DEBIAN12,
            config="/proc/config.gz",
            without=("OVERLAY_FS", "NF_TABLES_IPV4", "NF_TABLES_INET", "NFT_COMPAT", "NFT_NAT"),
            files=(ARMV7, NFT, mounts("ext4", "/dev/sda2")),
        ),
        UNFIT,
        {"storage.driver": "fail", "net.nat": "fail"},
    ),
    Reported(
        "a Dream Machine SE of UniFi OS 3: cgroup v2, and a kernel without bpf(2)",
        "unifi-utilities/unifi-common#510, #428 (BPF_SYSCALL is not set; bpf_prog_query: function not implemented)",
        host(
            "4.19.152-ui-alpine",
            'ID=debian\nVERSION_ID="11"\n',
            config="/proc/config.gz",
            without=("CGROUP_BPF", "TIME_NS"),
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED", "OVERLAY_FS"),
            files=(ARM64, LEGACY),
        ),
        UNFIT,
        {"kernel.cgroup_bpf": "fail"},
        profile="podman",
    ),
    Reported(
        "a Dream Machine Pro SE of UniFi OS 1: neither overlay nor fuse, so that Podman copies with vfs",
        "unifi-utilities/unifi-common#280 (overlay fs rather than the vfs; no module fuse)",
        host(
            "4.19.152-ui-alpine",
            'ID=debian\nVERSION_ID="9"\n',
            config="/proc/config.gz",
            without=("OVERLAY_FS", "FUSE_FS"),
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(ARM64, LEGACY, v1()),
        ),
        UNFIT,
        {"storage.driver": "fail"},
        profile="podman",
    ),
    Reported(
        "Gentoo hardened, whose grsecurity forbids chmod and mknod in a chroot",
        "moby/moby#20303, #14363 (ApplyLayer: chmod /bin/mount: permission denied)",
        host(
            "4.3.3-hardened-r4",
            "ID=gentoo\n",
            config="/proc/config.gz",
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED", "GRKERNSEC", "GRKERNSEC_SYSCTL"),
            files=(
                v1(),
                LEGACY,
                {
                    "/proc/1/comm": "init\n",
                    "/proc/sys/kernel/grsecurity/chroot_deny_chmod": "1\n",
                    "/proc/sys/kernel/grsecurity/chroot_deny_mknod": "1\n",
                    "/proc/sys/kernel/grsecurity/chroot_caps": "1\n",
                },
            ),
        ),
        UNFIT,
        {"engine.unobstructed": "fail"},
        words={"engine.unobstructed": "sysctl -w kernel.grsecurity.chroot_deny_chmod=0"},
    ),
    Reported(
        "Deepin on arm64, whose kernel has real-time groups",
        "deepin-community/kernel#249 (RT_GROUP_SCHED=y: the cpu controller only with all such processes in the root)",
        host(
            "6.6.32-arm64-desktop-rolling",
            'ID=deepin\nVERSION_ID="23"\n',
            built_in=("RT_GROUP_SCHED", "SECURITY_APPARMOR"),
            files=(ARM64, NFT),
        ),
        NOT_REFUSED,
        {"kernel.rt_group_sched": "warn"},
    ),
)

GROUPS = (
    Reported(
        "a container of Virtuozzo 7 whose control group name=systemd is not mounted, under Docker 18.01",
        "docker/for-linux#205 (cannot found cgroup mount destination; overlay2 on extfs)",
        host(
            "3.10.0-693.11.6.vz7.40.4",
            'ID=debian\nVERSION_ID="9"\n',
            files=(
                v1(),
                LEGACY,
                {"/proc/vz/version": "", "/proc/user_beancounters": "Version: 2.5\n"},
                loaded(*NETWORK, "iptable_nat", "iptable_filter", "overlay"),
                {
                    "/proc/self/mountinfo": mounts("ext4", "/dev/ploop1p1", "")["/proc/self/mountinfo"]
                    + "".join(
                        f"{40 + n} 28 0:{40 + n} / /sys/fs/cgroup/{name} rw - cgroup cgroup rw,{name}\n"
                        for n, name in enumerate(V1)
                    ),
                    **_without_modules("3.10.0-693.11.6.vz7.40.4"),
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\text4\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"cgroup.v1.mounted": "warn", "storage.driver": "pass"},
        {"virt.container": "none"},
    ),
    Reported(
        "Flatcar 3815 with multipathd in real time: the cpu controller cannot be enabled",
        "flatcar/Flatcar#1395 (cpu.weight: no such file; echo +cpu: invalid argument)",
        host(
            "6.1.77-flatcar",
            'ID=flatcar\nID_LIKE=coreos\nVERSION_ID="3815.2.0"\n',
            built_in=("RT_GROUP_SCHED",),
            config="/proc/config.gz",
            files=(
                LEGACY,
                {
                    "/sys/fs/cgroup/cgroup.subtree_control": "cpuset io memory pids\n",
                    "/sys/fs/cgroup/system.slice/cgroup.controllers": "cpuset io memory pids\n",
                    "/sys/fs/cgroup/system.slice/cpu.max": None,
                    "/proc/sys/net/ipv4/ip_forward": "1\n",
                },
            ),
        ),
        NOT_PROMISED,
        {"kernel.rt_group_sched": "warn"},
        profile="kubernetes",
    ),
    Reported(
        "WSL 2 with autoMemoryReclaim=gradual: memory is of cgroup v2, the others of v1, for Podman with crun",
        "microsoft/WSL#10499 (crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2)",
        host(
            "5.15.123.1-microsoft-standard-WSL2",
            _UBUNTU22,
            config="/proc/config.gz",
            built_in=("OVERLAY_FS", "BRIDGE", "VETH"),
            files=(
                NFT,
                v1([name for name in V1 if name != "memory"], hybrid=True),
                _WSL,
                {
                    "/sys/fs/cgroup/unified/cgroup.controllers": "memory\n",
                    "/usr/bin/podman": "",
                    "/usr/bin/crun": "",
                },
            ),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
        profile="podman",
    ),
    Reported(
        "WSL 2 with cgroup_no_v1 of all but memory, for Podman",
        "microsoft/WSL#9120 (cgroup.controllers: cpuset cpu io pids)",
        host(
            "5.15.68.1-microsoft-standard-WSL2",
            _UBUNTU22,
            config="/proc/config.gz",
            files=(NFT, _WSL, {"/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n"}),
        ),
        UNFIT,
        {"cgroup.v2.controllers": "fail"},
        profile="podman",
    ),
    Reported(
        "WSL 2.9, whose control groups lie below /wsl-user, for Docker without root",
        "microsoft/WSL#41492 (open /sys/fs/cgroup/user.slice/user-1000.slice/cgroup.controllers: no such file)",
        host(
            "6.18.40.1-microsoft-standard-WSL2",
            "ID=fedora\nVERSION_ID=44\n",
            config="/proc/config.gz",
            files=(
                NFT,
                _WSL,
                _USER,
                {
                    "/proc/self/cgroup": "0::/wsl-user/distro-280/non-systemd\n",
                    "/sys/fs/cgroup/wsl-user/distro-280/cgroup.controllers": "cpuset cpu io memory pids\n",
                    "/sys/fs/cgroup/system.slice/cpu.max": None,
                    "/sys/fs/cgroup/system.slice/memory.swap.max": None,
                    "/usr/bin/rootlesskit": "",
                    "/usr/bin/slirp4netns": "",
                    "/usr/bin/newuidmap": "",
                    "/usr/bin/newgidmap": "",
                },
            ),
        ),
        NOT_PROMISED,
        profile="docker-rootless",
    ),
    Reported(
        "ChromeOS itself, with crun: no hierarchy of memory or pids, and cpuset without its prefix",
        "containers/crun#1115 (cpuset.cpus: no such file or directory; mount of ChromeOS M108)",
        host(
            "5.15.79-19151-gea7c1b0b6a6f",
            "ID=chromeos\nVERSION_ID=108\n",
            config="/proc/config.gz",
            files=(
                LEGACY,
                {
                    **v1(("cpu", "freezer", "devices", "cpuacct", "cpuset", "net_cls")),
                    "/proc/self/mountinfo": v1(("cpu", "freezer", "devices", "cpuacct", "cpuset", "net_cls"))[
                        "/proc/self/mountinfo"
                    ].replace("cgroup rw,cpuset", "cgroup rw,cpuset,noprefix,cpuset_v2_mode"),
                },
            ),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
        profile="podman",
    ),
    Reported(
        "Alpine 3.19 whose dockerd OpenRC put into /sys/fs/cgroup/docker, the group of the containers",
        "OpenRC/openrc#680, opencontainers/runc#4097 (it is in domain threaded mode: no container with a memory limit)",
        host(
            "6.6.14-0-lts",
            "ID=alpine\nVERSION_ID=3.19.1\n",
            suffix=".ko.gz",
            files=(
                NFT,
                {
                    "/proc/1/comm": "init\n",
                    "/usr/bin/dockerd": "",
                    "/sys/fs/cgroup/docker/cgroup.type": "domain threaded\n",
                    "/sys/fs/cgroup/docker/cgroup.controllers": "cpuset cpu io memory hugetlb pids\n",
                    "/sys/fs/cgroup/docker/cgroup.subtree_control": "cpuset cpu pids\n",
                },
            ),
        ),
        UNFIT,
        {"engine.unobstructed": "fail"},
        words={"engine.unobstructed": '"cgroup-parent": "/containers"'},
    ),
    Reported(
        "the same before the first container was started: the group is whole",
        "OpenRC/openrc#680 (initially domain)",
        host(
            "6.6.14-0-lts",
            "ID=alpine\nVERSION_ID=3.19.1\n",
            suffix=".ko.gz",
            files=(NFT, {"/proc/1/comm": "init\n", "/sys/fs/cgroup/docker/cgroup.type": "domain\n"}),
        ),
        NOT_REFUSED,
    ),
    Reported(
        "a container of Debian 12 on RHEL 8 in which no control group is mounted, for Podman with crun",
        "podman-container-tools/podman#22264 (creating cgroup directory /sys/fs/cgroup/devices/libpod_parent: No such)",
        host(
            "4.18.0-348.20.1.el8_5.x86_64",
            DEBIAN12,
            files=(
                CONTAINER,
                mounts("overlay", "overlay", ""),
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                NFT,
                {
                    "/.dockerenv": "",
                    "/sys/fs/cgroup/cgroup.controllers": None,
                    "/sys/fs/cgroup/system.slice/cpu.max": None,
                    "/sys/fs/cgroup/system.slice/memory.swap.max": None,
                    **_without_modules("4.18.0-348.20.1.el8_5.x86_64"),
                },
            ),
        ),
        UNFIT,
        {"cgroup.mode": "fail"},
        profile="podman",
    ),
)

CONTAINERS = (
    Reported(
        "Jenkins in a container of Docker on Ubuntu 14.04 (3.13, which has no overlay)",
        "moby/moby#20573 ('overlay' not found as a supported filesystem; modules.dep.bin of 3.13.0-77 is not there)",
        host(
            "3.13.0-77-generic",
            'ID=debian\nVERSION_ID="8"\n',
            files=(
                v1(root="aufs", source="none"),
                LEGACY,
                {
                    "/.dockerenv": "",
                    **ALL_NS,
                    **_without_modules("3.13.0-77-generic"),
                    "/proc/self/cgroup": "2:cpuset:/docker/4a7f\n3:memory:/docker/4a7f\n",
                    "/proc/filesystems": "nodev\tcgroup\nnodev\taufs\n\text4\n",
                },
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
        {"virt.container": "none"},
    ),
    Reported(
        "a rented container under elrepo's kernel in which nothing may be mounted, for nerdctl",
        "containerd/nerdctl#690 (failed to mount: operation not permitted; 5.4.123-1.el7.elrepo, Debian 10)",
        host(
            "5.4.123-1.el7.elrepo.x86_64",
            'ID=debian\nVERSION_ID="10"\n',
            files=(
                CONTAINER,
                v1(root="ext4", source="/dev/loop7"),
                IN_LXC,
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                NFT,
                {
                    "/proc/self/uid_map": "         0          0 4294967295\n",
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\text4\n",
                    "/.evidence/experiments.json": '{"overlay": {"ok": false, "error": "EPERM", "stage": "mount"}}',
                    **_without_modules("5.4.123-1.el7.elrepo.x86_64"),
                },
            ),
        ),
        UNFIT,
        {"storage.overlay": "fail"},
        {"virt.container": "none"},
        profile="nerdctl",
    ),
    Reported(
        "a container of Proxmox for CasaOS, confined by LXC's profile without nesting",
        "IceWhaleTech/CasaOS#76 (docker-default could not be loaded: attempted to load a profile while confined?)",
        host(
            "5.13.19-2-pve",
            'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n',
            files=(
                CONTAINER,
                IN_LXC,
                mounts("ext4", "/dev/mapper/pve-vm--101--disk--0"),
                loaded(*NETWORK, *NFT_MODULES, "overlay"),
                NFT,
                {
                    "/proc/self/attr/current": "lxc-container-default-cgns (enforce)\n",
                    "/proc/self/uid_map": "         0          0 4294967295\n",
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n",
                    "/sys/module/apparmor/parameters/enabled": "Y\n",
                    "/usr/sbin/apparmor_parser": "",
                    **_without_modules("5.13.19-2-pve"),
                },
            ),
        ),
        NOT_PROMISED,
        {},
        {"virt.container": "none"},
    ),
    Reported(
        "OpenVZ 6 for Docker without root: no user namespaces",
        "rootless-containers/usernetes#85 (fork/exec /proc/self/exe: operation not permitted)",
        host(
            "2.6.32-042stab128.2",
            'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
            files=(
                LEGACY,
                {
                    "/proc/vz/version": "",
                    "/proc/user_beancounters": "Version: 2.5\n",
                    **mounts("simfs", "/vz", ""),
                    **_without_modules("2.6.32-042stab128.2"),
                    "/proc/self/ns/pid": None,
                    "/sys/fs/cgroup/cgroup.controllers": None,
                    "/proc/filesystems": "nodev\tproc\n\text4\n",
                },
                _USER,
                {"/proc/sys/user/max_user_namespaces": None},
            ),
        ),
        UNFIT,
        {"virt.container": "fail"},
        profile="docker-rootless",
    ),
)

SET_UP = (
    Reported(
        "DSM 7 with Docker 28 on ext4 of Synology, which overlay refuses",
        "telnetdoogie/synology-docker#39 (overlayfs: filesystem on … not supported)",
        host(
            "4.4.302+",
            "",
            files=(
                v1([name for name in V1 if name != "pids"], root="ext4", source="/dev/md0"),
                loaded(
                    *NETWORK, "iptable_nat", "ip_tables", "overlay", "iptable_filter", "iptable_raw", "ipt_MASQUERADE"
                ),
                LEGACY,
                {
                    "/etc/os-release": None,
                    "/etc/synoinfo.conf": 'unique="synology_geminilake_224+"\n',
                    **_without_modules("4.4.302+"),
                    "/proc/filesystems": "nodev\tcgroup\nnodev\taufs\nnodev\toverlay\n\text4\n",
                    "/var/packages/ContainerManager/etc/dockerd.json": '{"data-root": "/volume1/@docker"}',
                    "/.evidence/experiments.json": '{"overlay": {"ok": false, "error": "EINVAL", "stage": "mount"}}',
                },
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
        engine="28.5.2",
    ),
    Reported(
        "the same, captured without experiments",
        "telnetdoogie/synology-docker#39 (ext4 with synoacl, a disk with plain ext4 as well)",
        host(
            "4.4.302+",
            "",
            files=(
                v1([name for name in V1 if name != "pids"], root="ext4", source="/dev/md0"),
                loaded(
                    *NETWORK, "iptable_nat", "ip_tables", "overlay", "iptable_filter", "iptable_raw", "ipt_MASQUERADE"
                ),
                LEGACY,
                {
                    "/etc/os-release": None,
                    "/etc/synoinfo.conf": 'unique="synology_geminilake_224+"\n',
                    **_without_modules("4.4.302+"),
                    "/proc/filesystems": "nodev\tcgroup\nnodev\taufs\nnodev\toverlay\n\text4\n",
                    "/var/packages/ContainerManager/etc/dockerd.json": '{"data-root": "/volume1/@docker"}',
                },
            ),
        ),
        NOT_PROMISED,
        engine="28.5.2",
    ),
    Reported(
        "Fedora 33 with firewalld, docker0 in its zone trusted by an earlier guide",
        "moby/moby#41609, docker/for-linux#1163, moby#41188 (ZONE_CONFLICT: 'docker0' already bound to a zone)",
        host(
            "5.9.10-200.fc33.x86_64",
            _FEDORA33,
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                _DOCKERD,
                {
                    "/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs": "700\n",
                    "/etc/firewalld/zones/trusted.xml": '<?xml version="1.0" encoding="utf-8"?>\n'
                    '<zone target="ACCEPT">\n  <short>Trusted</short>\n  <interface name="docker0"/>\n</zone>\n',
                },
            ),
        ),
        UNFIT,
        {"engine.unobstructed": "fail"},
        words={"engine.unobstructed": "--zone=trusted --remove-interface=docker0"},
    ),
    Reported(
        "the same with docker0 in Docker's zone alone",
        "docs.docker.com/engine/network/packet-filtering-firewalls (integration with firewalld: a zone named docker)",
        host(
            "5.9.10-200.fc33.x86_64",
            _FEDORA33,
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                _DOCKERD,
                {
                    "/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs": "700\n",
                    "/etc/firewalld/zones/docker.xml": '<?xml version="1.0" encoding="utf-8"?>\n'
                    '<zone target="ACCEPT">\n  <short>docker</short>\n  <interface name="docker0"/>\n</zone>\n',
                },
            ),
        ),
        READY,
    ),
    Reported(
        "SteamOS 3.5 for Podman without root: / is read-only, /home is not",
        "ValveSoftware/SteamOS#754; 89luca89/distrobox#1587 (Podman and Distrobox come with it)",
        host(
            "6.1.52-valve9-1-neptune-61",
            "ID=steamos\nID_LIKE=arch\nVERSION_ID=3.5.7\n",
            config="/proc/config.gz",
            suffix=".ko.zst",
            files=(
                NFT,
                _USER,
                {
                    "/proc/self/mountinfo": "27 1 0:25 / / ro,relatime - btrfs /dev/nvme0n1p5 ro\n"
                    "28 27 0:23 / /sys rw - sysfs sysfs rw\n26 27 0:22 / /proc rw - proc proc rw\n"
                    "60 27 259:7 / /var rw,relatime - ext4 /dev/nvme0n1p7 rw\n"
                    "61 27 259:8 / /home rw,relatime - ext4 /dev/nvme0n1p8 rw\n" + CGROUP2,
                    "/usr/bin/podman": "",
                    "/usr/bin/crun": "",
                    "/usr/bin/newuidmap": "",
                    "/usr/bin/newgidmap": "",
                    "/usr/bin/slirp4netns": "",
                },
            ),
        ),
        NOT_REFUSED,
        {"storage.driver": "pass"},
        profile="podman-rootless",
    ),
)

HOSTS = (*KERNELS, *GROUPS, *CONTAINERS, *SET_UP)
