"""Hosts that people reported elsewhere, of each kind of fault: nested engines, file systems, boards, foreign kernels.

Each was written from its source, with what is right, before a run; as in ``reported``. Experiments are those of the
report's error.
"""

from tests.profiles.nodes import listening
from tests.profiles.reported import (
    ALL_NS,
    ARM64,
    ARMV7,
    CGROUP2,
    CONTAINER,
    DEBIAN12,
    LEGACY,
    NETWORK,
    NFT,
    NFT_MODULES,
    NOT_REFUSED,
    READY,
    RISCV,
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

_UBUNTU = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="{}"\n'
_ORACLE10 = 'ID="ol"\nID_LIKE="fedora"\nVERSION_ID="10.0"\n'
_CENTOS7 = 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n'
_REFUSED = {"/.evidence/experiments.json": '{"overlay": {"ok": false, "error": "EINVAL", "stage": "mount"}}'}
OF_A_USER = {
    "/proc/self/status": "Name:\tsh\nUid:\t1000\t1000\t1000\t1000\n",
    "/etc/passwd": "anna:x:1000:1000::/home/anna:/bin/bash\n",
    "/etc/subuid": "anna:100000:65536\n",
    "/etc/subgid": "anna:100000:65536\n",
    "/proc/sys/user/max_user_namespaces": "30000\n",
    "/usr/bin/podman": "",
    "/usr/bin/crun": "",
    "/usr/bin/newuidmap": "",
    "/usr/bin/newgidmap": "",
    "/usr/bin/slirp4netns": "",
    "/usr/bin/fuse-overlayfs": "",
    "/dev/fuse": "",
}
CONTAINER_DEV = mounts(
    "ext4",
    "/dev/sda1",
    f"{CGROUP2}611 27 0:60 / /dev rw - tmpfs none rw,size=492k\n610 611 0:59 / /dev/.lxc/proc rw - proc proc rw\n",
)
MASKED = (
    "700 26 0:22 /asound /proc/asound ro - proc proc rw\n701 26 0:30 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw\n"
    "702 26 0:22 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw\n"
)
"""What engines mount over parts of /proc in a container (runtime-spec: maskedPaths, readonlyPaths)."""


def in_docker(release, extra=""):
    """Return a container of Docker under Debian 12: the kernel's configuration and modules are its host's."""
    return (
        ALL_NS,
        loaded(*NETWORK, *NFT_MODULES, "overlay"),
        {
            "/.dockerenv": "",
            f"/boot/config-{release}": None,
            f"/lib/modules/{release}/modules.dep": None,
            "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n",
            "/proc/self/mountinfo": "27 1 0:51 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n"
            f"{SYS}{CGROUP2}60 27 8:1 /vol /home/anna/.local/share/containers rw - ext4 /dev/sda1 rw\n"
            f"61 27 8:1 /vol2 /var/lib/docker rw - ext4 /dev/sda1 rw\n{extra}",
        },
    )


FILE_SYSTEMS = (
    Reported(
        "a data-root on a pool of mergerfs",
        "trapexit/mergerfs#680 (overlayfs: filesystem on … not supported as upperdir)",
        host(
            "5.3.0-22-generic",
            _UBUNTU.format("19.10"),
            files=(
                LEGACY,
                v1(),
                {
                    "/etc/docker/daemon.json": '{"data-root": "/storage/pool/docker/data"}',
                    "/proc/self/mountinfo": v1()["/proc/self/mountinfo"]
                    + "80 27 0:52 / /storage/pool rw,relatime - fuse.mergerfs disk1:disk2 rw,allow_other\n",
                },
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "a data-root on exfat with the driver vfs",
        "moby/moby#43527 (symlink …/etc/mtab: function not implemented)",
        host(
            "5.13.0-40-generic",
            _UBUNTU.format("20.04"),
            files=(
                NFT,
                v1(),
                {
                    "/etc/docker/daemon.json": '{"data-root": "/mnt/e/Docker", "storage-driver": "vfs"}',
                    "/proc/self/mountinfo": v1()["/proc/self/mountinfo"]
                    + "80 27 8:17 / /mnt/e rw,relatime - exfat /dev/sdb1 rw,fmask=0022\n",
                },
            ),
        ),
        UNFIT,
    ),
    Reported(
        "ext4 with casefold below /var/lib/docker",
        "docker/for-linux#1400 (invalid argument, driver not supported; casefold enabled in the ext4 partition)",
        host("5.15.0-88-generic", _UBUNTU.format("20.04"), files=(NFT, ARM64, _REFUSED)),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "Android 16 (4.14) with /data on f2fs, which overlay refuses",
        "mgksu/dockerd#16 (Overlay2 driver not supported, although overlay is enabled in the kernel)",
        host(
            "4.14.357-openela",
            "",
            config="/proc/config.gz",
            built_in=("OVERLAY_FS", "BRIDGE", "VETH", "NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(
                ARM64,
                LEGACY,
                v1(root="ext4", source="/dev/block/dm-5"),
                {
                    "/etc/os-release": None,
                    "/etc/docker/daemon.json": '{"data-root": "/data/docker"}',
                    "/proc/1/comm": "init\n",
                    "/proc/self/mountinfo": v1(root="ext4", source="/dev/block/dm-5")["/proc/self/mountinfo"]
                    + "80 27 259:40 / /data rw,lazytime - f2fs /dev/block/dm-44 rw,fsync_mode=nobarrier\n",
                },
                _REFUSED,
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "CentOS 7 started by PXE, its root the kernel's first one",
        "opencontainers/runc#1170, moby/moby#36120 (pivot_root invalid argument)",
        host(
            "3.10.0-1160.el7.x86_64",
            _CENTOS7,
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(
                LEGACY,
                v1(root="rootfs", source="rootfs"),
                {
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\txfs\n",
                    "/etc/docker/daemon.json": '{"data-root": "/data/docker"}',
                    "/proc/self/mountinfo": v1(root="rootfs", source="rootfs")["/proc/self/mountinfo"]
                    + "80 27 8:17 / /data rw,relatime - ext4 /dev/sdb1 rw\n",
                },
            ),
        ),
        UNFIT,
        {"host.root_pivots": "fail"},
    ),
)

NESTED = (
    Reported(
        "Podman of a user in a container of Docker, whose /proc is masked",
        "opencontainers/runc#1658, podman#20453 (mount `proc` to `proc`: Operation not permitted)",
        host("5.15.139", DEBIAN12, files=(*in_docker("5.15.139", MASKED), NFT, OF_A_USER)),
        UNFIT,
        {"ns.proc_mount": "fail"},
        profile="podman-rootless",
    ),
    Reported(
        "the same on Ubuntu with its /proc whole, under Docker's profile of AppArmor",
        "runc#1658 (Docker's profile denies mount); moby profiles/apparmor/template.go (deny mount)",
        host(
            "6.8.0-60-generic",
            DEBIAN12,
            files=(
                *in_docker("6.8.0-60-generic"),
                NFT,
                OF_A_USER,
                {"/proc/self/attr/current": "docker-default (enforce)\n"},
            ),
        ),
        UNFIT,
        {"virt.mounts": "fail", "ns.proc_mount": "pass"},
        profile="podman-rootless",
    ),
    Reported(
        "Docker in a container of Docker that is not privileged, its host's configuration in /proc",
        "moby/moby#21997 (a container without --privileged mounts nothing); capabilities(7)",
        host(
            "6.12.10-arch1-1",
            DEBIAN12,
            config="/proc/config.gz",
            built_in=("OVERLAY_FS", "VETH", "BRIDGE"),
            files=(
                *in_docker("6.12.10-arch1-1"),
                NFT,
                {"/proc/self/status": "Name:\tsh\nUid:\t0\t0\t0\t0\nCapBnd:\t00000000a80425fb\n"},
            ),
        ),
        UNFIT,
        {"virt.mounts": "fail"},
    ),
    Reported(
        "the first with systempaths=unconfined: nothing is mounted over /proc",
        "podman#20453 (--security-opt unmask=/proc)",
        host("5.15.139", DEBIAN12, files=(*in_docker("5.15.139"), NFT, OF_A_USER)),
        NOT_REFUSED,
        profile="podman-rootless",
    ),
    Reported(
        "Docker in a container of Docker whose root holds its processes",
        "containerd/containerd#10083 (cannot enter cgroupv2 /sys/fs/cgroup/docker: it is in threaded mode)",
        host(
            "5.14.0-362.el9.x86_64",
            _CENTOS7,
            files=(
                *in_docker("5.14.0-362.el9.x86_64"),
                LEGACY,
                loaded(*NETWORK, *NFT_MODULES, "overlay", "iptable_nat", "iptable_filter", "ip_tables"),
                {
                    "/usr/bin/dockerd": "",
                    "/sys/fs/cgroup/cgroup.type": "domain threaded\n",
                    "/sys/fs/cgroup/docker/cgroup.type": "threaded\n",
                },
            ),
        ),
        UNFIT,
        {"engine.unobstructed": "fail", "cgroup.v2.controllers": "fail"},
        words={"engine.unobstructed": "/sys/fs/cgroup/init/cgroup.procs"},
    ),
    Reported(
        "a container of Incus on Debian 13 with nesting, under Incus' profile of AppArmor, for Docker 28.5.2",
        "lxc/incus#2623 (open sysctl net.ipv4.ip_unprivileged_port_start: permission denied)",
        lxc(
            "6.12.48+deb13-amd64",
            root="ext4",
            source="/dev/mapper/pool-docker",
            extra=(
                {
                    "/proc/self/attr/current": "incus-docker_</var/lib/incus>//&:incus-docker_<var-lib-incus>:"
                    "unconfined (enforce)\n",
                    "/dev/incus/sock": "",
                },
            ),
        ),
        NOT_REFUSED,
        {"virt.lxc_confined": "warn"},
        {"virt.container": "none"},
    ),
    Reported(
        "Docker with userns-remap under CentOS 7, whose user.max_user_namespaces is 0",
        "moby/moby#34011, #35806 (nsenter: failed to unshare namespaces: Invalid argument)",
        host(
            "3.10.0-693.el7.x86_64",
            _CENTOS7,
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(
                LEGACY,
                v1(root="xfs", source="/dev/mapper/centos-root"),
                {
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\txfs\n",
                    "/etc/docker/daemon.json": '{"userns-remap": "default"}',
                    "/proc/sys/user/max_user_namespaces": "0\n",
                },
            ),
        ),
        UNFIT,
        {"engine.remaps_users": "fail"},
        words={"engine.remaps_users": "user.max_user_namespaces=28633"},
    ),
    Reported(
        "the same without userns-remap",
        "docs.docker.com/engine/security/userns-remap (opt-in)",
        host(
            "3.10.0-1160.el7.x86_64",
            _CENTOS7,
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(
                LEGACY,
                v1(root="xfs", source="/dev/mapper/centos-root"),
                {
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\txfs\n",
                    "/proc/sys/user/max_user_namespaces": "0\n",
                },
            ),
        ),
        NOT_REFUSED,
    ),
    Reported(
        "a container of OpenVZ 7 in which Docker runs",
        "pterodactyl/panel#4014 (OpenVZ v7 seems to support Docker)",
        host(
            "3.10.0-1160.41.1.vz7.183.5",
            _UBUNTU.format("20.04"),
            files=(
                v1(root="ext4", source="/dev/ploop1p1"),
                LEGACY,
                CONTAINER,
                loaded(*NETWORK, "iptable_nat", "iptable_filter", "overlay"),
                {
                    "/proc/vz/version": "",
                    "/proc/user_beancounters": "Version: 2.5\n",
                    "/boot/config-3.10.0-1160.41.1.vz7.183.5": None,
                    "/lib/modules/3.10.0-1160.41.1.vz7.183.5/modules.dep": None,
                    "/proc/filesystems": "nodev\tcgroup\nnodev\toverlay\n\text4\n",
                },
            ),
        ),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass"},
        {"virt.container": "none"},
    ),
)

NODES = (
    Reported(
        "Oracle Linux 10 with Red Hat's kernel, without kernel-modules-extra, for k3s",
        "longhorn/longhorn#12317 (Module br_netfilter not found in /lib/modules/6.12.0-55.40.1.0.1.el10_0.x86_64)",
        host(
            "6.12.0-55.40.1.0.1.el10_0.x86_64",
            _ORACLE10,
            config="/lib/modules/{release}/config",
            without=("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE", "IP_NF_RAW", "IP_NF_MANGLE"),
            elsewhere=("BRIDGE_NETFILTER", "NETFILTER_XT_MATCH_ADDRTYPE"),
            files=(NFT,),
        ),
        UNFIT,
        {"net.bridge_netfilter": "fail"},
        profile="k3s",
        words={"net.bridge_netfilter": "dnf install kernel-modules-extra-$(uname -r)"},
    ),
    Reported(
        "the same with Oracle's kernel",
        "k3s-io/k3s-ansible#531 (kernel-modules-extra does not exist: kernel-uek-modules-extra)",
        host(
            "6.12.0-103.40.4.3.el10uek.x86_64",
            _ORACLE10,
            config="/lib/modules/{release}/config",
            elsewhere=("BRIDGE_NETFILTER",),
            files=(NFT,),
        ),
        UNFIT,
        {"net.bridge_netfilter": "fail"},
        profile="k3s",
        words={"net.bridge_netfilter": "dnf install kernel-uek-modules-extra-$(uname -r)"},
    ),
    Reported(
        "a LonganPi 3H, whose kernel has no CFS_BANDWIDTH, for k3s",
        "sipeed/LonganPi-3H-SDK#81 (cpu.max: no such file or directory: no pod starts)",
        host(
            "6.7.10",
            DEBIAN12,
            config="/proc/config.gz",
            without=("CFS_BANDWIDTH", "BLK_DEV_THROTTLING"),
            files=(ARM64, NFT, mounts("ext4", "/dev/mmcblk0p2"), {"/sys/fs/cgroup/system.slice/cpu.max": None}),
        ),
        UNFIT,
        {"cgroup.cpu_limit": "fail"},
        profile="k3s",
    ),
    Reported(
        "a HiFive Unmatched (riscv64) with openSUSE, for which k3s has no release",
        "k3s-io/k3s#7778 (a build of one's own runs on 6.4.12-1-default; the pull request was closed)",
        host(
            "6.4.12-1-default",
            'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20230910"\n',
            config="/proc/config.gz",
            suffix=".ko.zst",
            modules="/usr/lib/modules",
            files=(
                RISCV,
                NFT,
                mounts("btrfs", "/dev/nvme0n1p3"),
                {"/sys/module/apparmor/parameters/enabled": "Y\n", "/sbin/apparmor_parser": ""},
            ),
        ),
        UNFIT,
        {"storage.overlay": "pass", "hw.x86_64_level": "skip", "os.arch": "fail", "cgroup.v2.controllers": "pass"},
        {"virt.vm": "kvm"},
        profile="k3s",
    ),
    Reported(
        "a container of LXD without /dev/kmsg, for k0s",
        "k0sproject/k0s#744, kubernetes/kubernetes#80633 (failed to create kubelet: open /dev/kmsg: no such file)",
        lxc(
            "6.8.0-60-generic",
            root="ext4",
            source="/dev/sda1",
            extra=({"/dev/null": "", "/dev/tty": "", "/dev/console": ""}, CONTAINER_DEV),
        ),
        UNFIT,
        {"k8s.kmsg": "fail"},
        profile="k0s",
        words={"k8s.kmsg": "/etc/tmpfiles.d/kmsg.conf"},
    ),
    Reported(
        "the same with /dev/kmsg",
        "k0sproject/k0s#744 (lxc.mount.entry = /dev/kmsg dev/kmsg)",
        lxc(
            "6.8.0-60-generic",
            root="ext4",
            source="/dev/sda1",
            extra=({"/dev/null": "", "/dev/tty": "", "/dev/console": "", "/dev/kmsg": ""},),
        ),
        NOT_REFUSED,
        profile="k0s",
    ),
    Reported(
        "a host on which a server of k3s runs already, for an agent beside it",
        "k3s-io/k3s#5973 (listen tcp 127.0.0.1:6444: bind: address already in use)",
        host("5.15.0-46-generic", _UBUNTU.format("22.04"), files=(NFT, listening(22, 6444, 10250))),
        UNFIT,
        profile="k3s",
    ),
    Reported(
        "a node of Bottlerocket 1.20, whose modules are compressed",
        "bottlerocket-os/bottlerocket#3968 (kernel modules of 1.20.0 are .ko.xz)",
        host(
            "6.1.90",
            "ID=bottlerocket\nVERSION_ID=1.20.0\nVARIANT_ID=aws-k8s-1.29\n",
            config="/proc/config.gz",
            built_in=("SECURITY_SELINUX",),
            files=(
                {
                    "/proc/self/mountinfo": "27 1 254:0 / / ro,relatime - ext4 /dev/dm-0 ro,seclabel\n"
                    + SYS
                    + CGROUP2
                    + "60 27 259:5 /var /var rw,nosuid,nodev,noatime - xfs /dev/nvme1n1p1 rw,ftype=1\n",
                    "/sys/fs/selinux/enforce": "1",
                    "/proc/filesystems": "nodev\tcgroup2\nnodev\toverlay\n\text4\n\txfs\n",
                    "/usr/bin/containerd": "",
                    "/usr/bin/kubelet": "",
                    "/proc/sys/net/ipv4/ip_forward": "1\n",
                },
                LEGACY,
                loaded(*NETWORK, "overlay", "iptable_nat", "iptable_filter", "ip_tables"),
            ),
        ),
        NOT_REFUSED,
        {"storage.overlay": "pass"},
        profile="kubernetes",
    ),
)

KERNELS = (
    Reported(
        "FreeBSD 14, whose Linux emulation answers: neither namespaces nor control groups",
        "89luca89/distrobox#637, ghostbsd/ghostbsd-src#197 (Docker does not work with the Linux layer)",
        {
            "/etc/os-release": b'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n',
            "/proc/sys/kernel/osrelease": b"5.15.0\n",
            "/proc/sys/kernel/ostype": b"Linux\n",
            "/proc/version": b"Linux version 5.15.0 (des@freebsd.org) (gcc version 4.6.3) #4 SMP Sun Dec 18 01:06:00\n",
            "/proc/filesystems": b"nodev\tprocfs\nnodev\tlinprocfs\nnodev\tlinsysfs\n\text2fs\n\tzfs\n",
            "/proc/meminfo": b"MemTotal:  8000000 kB\n",
            "/proc/modules": b"",
            "/proc/cpuinfo": b"processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu lm cmov sse2\n",
            "/proc/self/status": b"Name:\tsh\nUid:\t0\t0\t0\t0\n",
            "/proc/self/mountinfo": b"1 0 0:1 / / rw - zfs zroot/compat/ubuntu rw\n"
            b"2 1 0:2 / /proc rw - proc linprocfs rw\n3 1 0:3 / /sys rw - sysfs linsysfs rw\n",
        },
        UNFIT,
        {"cgroup.mode": "fail"},
    ),
    Reported(
        "Photon 1.0 with its kernel for ESX, which has no bridge",
        "vmware/photon#762, #924 (the minimal version of 1.0 has no module bridge)",
        host(
            "4.4.110-2.ph1-esx",
            'ID=photon\nVERSION_ID="1.0"\n',
            config="/boot/config-{release}",
            without=("BRIDGE", "BRIDGE_NETFILTER", "NF_TABLES", "NFT_COMPAT", "NF_TABLES_IPV4", "NF_TABLES_INET"),
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(LEGACY, v1(root="ext4", source="/dev/root")),
        ),
        UNFIT,
        {"net.bridge": "fail"},
    ),
    Reported(
        "a guest of Firecracker on arm64 with the kernel of its examples",
        "firecracker-microvm/firecracker#3476 (Error creating default bridge network: package not installed)",
        host(
            "4.14.174",
            'ID=debian\nVERSION_ID="8"\n',
            config="/proc/config.gz",
            without=("MODULES", "BRIDGE", "BRIDGE_NETFILTER", "NF_TABLES", "NFT_COMPAT", "NF_TABLES_IPV4"),
            built_in=("OVERLAY_FS", "VETH", "NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(
                ARM64,
                LEGACY,
                v1(root="ext4", source="/dev/vda"),
                {"/lib/modules/4.14.174/modules.dep": None, "/proc/modules": None, "/proc/sys/kernel/modprobe": None},
            ),
        ),
        UNFIT,
        {"net.bridge": "fail"},
        {"virt.vm": "none"},
    ),
    Reported(
        "Raspberry Pi OS in QEMU with a kernel whose modules are not there",
        "carlosperate/docker-qemu-rpi-os#6 (failed to mount overlay: no such device)",
        host(
            "5.10.63-v8+",
            'ID=debian\nVERSION_ID="11"\n',
            files=(
                ARM64,
                NFT,
                mounts("ext4", "/dev/sda2"),
                {
                    "/boot/config-5.10.63-v8+": None,
                    "/lib/modules/5.10.63-v8+/modules.dep": None,
                    "/proc/modules": "",
                    "/.evidence/experiments.json": '{"overlay": {"ok": false, "error": "ENODEV", "stage": "mount"}}',
                },
            ),
        ),
        UNFIT,
        {"storage.driver": "fail"},
        {"virt.vm": "none"},
    ),
    Reported(
        "a Surface of 4.18.20 whose kernel has no table nat",
        "jakeday/linux-surface#330 (iptables v1.8.2 (legacy): can't initialize iptables table `nat')",
        host(
            "4.18.20-surface-linux-surface",
            'ID=debian\nVERSION_ID="9"\n',
            without=("IP_NF_NAT", "NF_NAT", "NF_TABLES", "NFT_COMPAT", "NFT_NAT", "IP_NF_TARGET_MASQUERADE"),
            files=(LEGACY, v1()),
        ),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "an Ubuntu of Qualcomm's for RB1 (6.15) under iptables of nf_tables, which the kernel lacks",
        "qualcomm-linux/qcom-deb-images#43 (iptables-nft does not work: kernel modules are missing)",
        host(
            "6.15.0-rc3-qcom",
            'ID=debian\nVERSION_ID="13"\n',
            without=("NF_TABLES", "NF_TABLES_IPV4", "NF_TABLES_INET", "NFT_COMPAT", "NFT_NAT"),
            files=(ARM64, NFT),
        ),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "an ODROID-C1 (3.10) in which NF_NAT_IPV4 is the table nat",
        "hypriot/image-builder-odroid-c1#38 (check-config: CONFIG_IP_NF_NAT missing; Docker runs)",
        host(
            "3.10.104-131",
            'ID=debian\nVERSION_ID="8"\n',
            config="/proc/config.gz",
            without=("IP_NF_NAT", "NF_TABLES", "NFT_COMPAT", "SECCOMP", "SECCOMP_FILTER", "TIME_NS", "CGROUP_BPF"),
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED", "BRIDGE", "BRIDGE_NETFILTER"),
            files=(
                ARMV7,
                LEGACY,
                v1([name for name in V1 if name != "pids"], root="btrfs", source="/dev/mmcblk0p2"),
                {"/proc/filesystems": "nodev\tcgroup\n\text4\n\tbtrfs\n"},
            ),
        ),
        NOT_REFUSED,
        {"net.nat": "pass"},
    ),
    Reported(
        "an Asus Tinker Board whose kernel lacks the device rules of cgroup v2",
        "MichaIng/DietPi#5554, #4980 (BPF cgroup missing, breaking Docker)",
        host(
            "5.15.59-rockchip",
            'ID=debian\nVERSION_ID="11"\n',
            without=("CGROUP_BPF",),
            files=(ARMV7, NFT, mounts("ext4", "/dev/mmcblk0p1")),
        ),
        UNFIT,
        {"kernel.cgroup_bpf": "fail"},
        words={"kernel.cgroup_bpf": "systemd.unified_cgroup_hierarchy=0"},
    ),
    Reported(
        "an ODROID-XU4 of 4.14, whose kernel lost the controllers",
        "hardkernel/linux#325 (Devices cgroup isn't mounted)",
        host(
            "4.14.0-xu3",
            _UBUNTU.format("16.04"),
            built_in=("NF_NAT_IPV4", "NF_NAT_NEEDED"),
            files=(ARMV7, LEGACY, v1(("freezer", "net_cls", "perf_event"))),
        ),
        UNFIT,
        {"cgroup.v1.controllers": "fail"},
    ),
    Reported(
        "Home Assistant OS with ip6tables in daemon.json before Docker's next start, without the table nat of IPv6",
        "home-assistant/operating-system#2051 (ip6tables: can't initialize ip6tables table `nat'; IP6_NF_NAT=y helps)",
        host(
            "5.15.55",
            'ID=haos\nVERSION_ID="9.0.dev20220811"\n',
            config="/proc/config.gz",
            files=(
                LEGACY,
                mounts("squashfs", "/dev/sda3"),
                {
                    "/proc/self/mountinfo": "27 1 8:3 / / ro - squashfs /dev/sda3 ro\n"
                    + SYS
                    + CGROUP2
                    + "60 27 8:8 /docker /mnt/data/docker rw - ext4 /dev/sda8 rw\n",
                    "/etc/docker/daemon.json": '{"data-root": "/mnt/data/docker", "experimental": true, '
                    '"ip6tables": true}',
                    "/usr/sbin/ip6tables": "xtables-legacy-multi",
                    "/usr/bin/dockerd": "",
                },
            ),
        ),
        UNFIT,
        {"engine.ipv6_rules": "fail"},
        dockerd="20.10.17",
    ),
    Reported(
        "Amazon Linux 2023 with tables of iptables-legacy beside those of nft",
        "cmspam/incus-docker#2 (Warning: iptables-legacy tables present; Docker's chains are nft's)",
        host(
            "6.1.77-99.164.amzn2023.x86_64",
            'ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n',
            files=(
                NFT,
                mounts("xfs", "/dev/nvme0n1p1", options=",ftype=1"),
                {"/proc/net/ip_tables_names": "filter\nnat\n", "/proc/filesystems": "nodev\toverlay\n\txfs\n"},
            ),
        ),
        NOT_REFUSED,
        {"net.iptables.backends": "warn"},
    ),
    Reported(
        "gokrazy, whose kernel has no family inet in nf_tables, for Podman by nftables",
        "gokrazy/kernel#642 (NF_TABLES_INET, NFT_FIB_INET are missing)",
        host(
            "6.14.6",
            "ID=gokrazy\n",
            config="/proc/config.gz",
            without=("NF_TABLES_INET", "NFT_FIB_INET"),
            files=(
                ARM64,
                {
                    "/usr/bin/podman": "",
                    "/usr/sbin/nft": "",
                    "/etc/containers/containers.conf": '[network]\nfirewall_driver = "nftables"\n',
                },
            ),
        ),
        UNFIT,
        {"net.nft_rules": "fail"},
        profile="podman",
    ),
    Reported(
        "a stock Debian 12, as a control",
        "docs.docker.com/engine/install/debian",
        host(
            "6.1.0-18-amd64",
            DEBIAN12,
            files=(NFT, {"/sys/module/apparmor/parameters/enabled": "Y\n", "/usr/sbin/apparmor_parser": ""}),
        ),
        READY,
    ),
)

HOSTS = (*FILE_SYSTEMS, *NESTED, *NODES, *KERNELS)
