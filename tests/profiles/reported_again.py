"""Hosts that people reported elsewhere, by how their engine was set up, and distributions that few reports are of.

Each was written from its source, with what is right, before a run; as in ``reported``.
"""

from tests.profiles.reported import (
    ALL_NS,
    CGROUP2,
    LEGACY,
    NFT,
    NOT_REFUSED,
    OWN,
    READY,
    UNFIT,
    V1,
    Reported,
    arch,
    host,
    mounts,
    v1,
)

_UBUNTU24 = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
_DEBIAN13 = 'ID=debian\nVERSION_ID="13"\n'
_APPARMOR = {"/sys/module/apparmor/parameters/enabled": "Y\n", "/usr/sbin/apparmor_parser": ""}
_DOCKERD = {"/usr/bin/dockerd": "", "/run/systemd/system/x": ""}
_UNIT, _FILE = "/etc/systemd/system/docker.service", "/etc/docker/daemon.json"
_RULES = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_RAW", "IP_NF_MANGLE", "IP_NF_TARGET_MASQUERADE", "NFT_COMPAT")
_MATCHES = ("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK")
_WSL = {**ALL_NS, **OWN, "/proc/sys/fs/binfmt_misc/WSLInterop": "enabled\n"}
_NFS_HOME = "60 27 0:60 / /home rw,relatime - nfs4 10.0.0.1:/home rw,vers=4.2\n"
_USER = {
    "/proc/self/status": "Name:\tsh\nUid:\t1000\t1000\t1000\t1000\n",
    "/etc/passwd": "anna:x:1000:1000::/home/anna:/bin/bash\n",
    "/etc/subuid": "anna:100000:65536\n",
    "/etc/subgid": "anna:100000:65536\n",
}


def ubuntu(*files, **more):
    return host("6.8.0-41-generic", _UBUNTU24, files=(NFT, _APPARMOR, *files), **more)


SET_UP = (
    Reported(
        "nftables of one's own: docker daemon --iptables=false, a kernel without modules of iptables",
        "gist.github.com/dearing/9388218f3c6ef6e48114 (ExecStart in a drop-in); docs.docker.com, prevent Docker from …",
        ubuntu(
            _DOCKERD,
            {
                _UNIT: "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n",
                f"{_UNIT}.d/x.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/docker daemon --iptables=false\n",
            },
            without=(*_RULES, *_MATCHES),
        ),
        READY,
        {"net.nat": "skip", "net.xt_match": "skip", "net.raw": "skip", "net.nft_rules": "skip"},
    ),
    Reported(
        "the same kernel, Docker as it is installed",
        "moby/moby#44601 (failed to create NAT chain DOCKER)",
        ubuntu(_DOCKERD, without=(*_RULES, *_MATCHES)),
        UNFIT,
        {"net.nat": "fail", "net.xt_match": "fail"},
    ),
    Reported(
        "Docker 29 with firewall-backend nftables, without iptables",
        "docs.docker.com/engine/network/firewall-nftables",
        ubuntu(
            _DOCKERD,
            {
                _FILE: '{"firewall-backend": "nftables"}',
                "/usr/sbin/iptables": None,
                "/usr/sbin/xtables-nft-multi": None,
            },
            without=_RULES,
        ),
        READY,
        {"net.nft_rules": "pass", "net.nat": "skip", "net.iptables": "skip"},
    ),
    Reported(
        "the same, on a kernel whose nf_tables cannot masquerade",
        "docs.docker.com/engine/network/firewall-nftables; linux net/netfilter/Kconfig (NFT_MASQ)",
        ubuntu(
            _DOCKERD,
            {_UNIT: "[Service]\nExecStart=/usr/bin/dockerd --firewall-backend=nftables\n"},
            without=("NFT_MASQ",),
        ),
        UNFIT,
        {"net.nft_rules": "fail"},
    ),
    Reported(
        "hosts in daemon.json, and -H in docker.service",
        "docs.docker.com/engine/daemon/troubleshoot (specified both as a flag and in the configuration file: hosts)",
        ubuntu(
            _DOCKERD,
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n",
                _FILE: '{"hosts": ["unix:///var/run/docker.sock", "tcp://127.0.0.1:2376"]}',
            },
        ),
        READY,
        {"engine.configuration": "warn"},
        words={"engine.configuration": "a drop-in with ExecStart= twice"},
    ),
    Reported(
        "a daemon.json of Ubuntu 16.04 with storage-driver aufs, the host upgraded since",
        "docs.docker.com/engine/deprecated (AuFS, removed in 24.0); moby/moby#45342",
        ubuntu(_DOCKERD, {_FILE: '{"storage-driver": "aufs"}'}),
        UNFIT,
        {"storage.driver": "fail", "storage.overlay": "pass"},
        words={"storage.driver": "Remove storage-driver from /etc/docker/daemon.json"},
    ),
    Reported(
        "storage-driver btrfs, the data-root moved to ext4",
        "moby daemon/graphdriver/btrfs (prerequisites for driver not satisfied: wrong filesystem)",
        ubuntu(_DOCKERD, {_UNIT: "[Service]\nExecStart=/usr/bin/dockerd -s btrfs\n"}),
        UNFIT,
        {"storage.driver": "fail"},
    ),
    Reported(
        "a home on NFS, for Docker without root, not set up yet",
        "docs.docker.com/engine/security/rootless/troubleshoot (NFS mounts as the data-root are not supported)",
        ubuntu(_USER, mounts(more=CGROUP2 + _NFS_HOME), {"/proc/sys/user/max_user_namespaces": "30000\n"}),
        UNFIT,
        {"storage.driver": "fail"},
        profile="docker-rootless",
        words={"storage.driver": "data-root in ~/.config/docker/daemon.json"},
    ),
    Reported(
        "a home on NFS, for Podman without root beside Docker of root",
        "containers/podman rootless.md (NFS and parallel filesystem home directories)",
        ubuntu(
            _USER,
            _DOCKERD,
            mounts(more=CGROUP2 + _NFS_HOME),
            {"/usr/bin/podman": "", "/proc/sys/user/max_user_namespaces": "30000\n"},
        ),
        UNFIT,
        {"storage.driver": "fail"},
        profile="podman-rootless",
    ),
    Reported(
        "the same with rootless_storage_path on a local disk",
        "containers-storage.conf(5) (rootless_storage_path)",
        ubuntu(
            _USER,
            mounts(more=CGROUP2 + _NFS_HOME),
            {
                "/usr/bin/podman": "",
                "/etc/containers/storage.conf": '[storage]\nrootless_storage_path = "/srv/$USER/pods"\n',
            },
        ),
        NOT_REFUSED | UNFIT,
        {},
        profile="podman-rootless",
    ),
)

PLACES = (
    Reported(
        "Kali on WSL 2, whose kernel had no nf_tables for iptables",
        "microsoft/WSL#7705 (5.10.60.1: failed to create NAT chain DOCKER; iptables-legacy works)",
        host(
            "5.10.60.1-microsoft-standard-WSL2",
            "ID=kali\nID_LIKE=debian\n",
            config="/proc/config.gz",
            without=("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT"),
            files=(NFT, _WSL),
        ),
        UNFIT,
        {"net.nat": "fail"},
    ),
    Reported(
        "the same with iptables-legacy",
        "microsoft/WSL#7705 (update-alternatives --set iptables /usr/sbin/iptables-legacy)",
        host(
            "5.10.60.1-microsoft-standard-WSL2",
            "ID=kali\nID_LIKE=debian\n",
            config="/proc/config.gz",
            without=("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT"),
            files=(LEGACY, _WSL),
        ),
        READY,
        {"net.nat": "pass"},
    ),
    Reported(
        "WSL 1 with dockerd --iptables=false",
        "microsoft/WSL#8450 (4.4.0-19041-Microsoft; aufs, overlay and btrfs not supported)",
        host(
            "4.4.0-19041-Microsoft",
            _UBUNTU24,
            files=(
                mounts("lxfs", "rootfs", ""),
                {"/boot/config-4.4.0-19041-Microsoft": None, "/proc/filesystems": "nodev\tsysfs\n\text4\n"},
                {"/usr/bin/dockerd": "", "/etc/default/docker": 'DOCKER_OPTS="--iptables=false"\n'},
            ),
        ),
        UNFIT,
        {"virt.container": "fail"},
    ),
    Reported(
        "cgroup v1 without name=systemd, which Docker 18.01 needed",
        "docker/for-linux#219 (cgroups: cannot found cgroup mount destination)",
        host(
            "4.14.0-3-amd64",
            _DEBIAN13,
            files=(
                LEGACY,
                v1(),
                mounts(
                    "ext4",
                    "/dev/sda1",
                    "".join(
                        f"{40 + n} 28 0:{40 + n} / /sys/fs/cgroup/{name} rw - cgroup cgroup rw,{name}\n"
                        for n, name in enumerate(V1)
                    ),
                ),
            ),
        ),
        NOT_REFUSED,
        {"cgroup.v1.mounted": "warn"},
    ),
    Reported(
        "Flatcar with Docker as a systemd-sysext: /usr is an overlay, /opt read-only",
        "flatcar/Flatcar#1448 (systemd-sysext status; /usr/lib64/modules is a link)",
        host(
            "6.1.85-flatcar",
            "ID=flatcar\nID_LIKE=coreos\nVERSION_ID=3815.2.2\n",
            modules="/usr/lib/modules",
            config="/proc/config.gz",
            files=(
                NFT,
                mounts(
                    "ext4",
                    "/dev/sda9",
                    CGROUP2
                    + "70 27 0:70 / /usr ro,relatime - overlay sysext ro,lowerdir=/a:/b\n"
                    + "71 27 0:71 / /opt ro,relatime - overlay sysext ro,lowerdir=/a:/c\n",
                ),
                {"/usr/bin/dockerd": ""},
            ),
        ),
        READY,
        {"storage.writable": "pass", "kernel.modules_match": "pass"},
    ),
    Reported(
        "openSUSE MicroOS, for Podman",
        "en.opensuse.org Kubic:MicroOS/Design (/ is btrfs and read-only, /var is not)",
        host(
            "6.17.7-1-default",
            'ID="opensuse-microos"\nID_LIKE="suse opensuse"\nVERSION_ID="20251110"\n',
            modules="/usr/lib/modules",
            config="/usr/lib/modules/{release}/config",
            files=(
                NFT,
                mounts("btrfs", "/dev/vda3", CGROUP2 + "70 27 0:41 /@/var /var rw,relatime - btrfs /dev/vda3 rw\n"),
                {"/usr/bin/podman": "", "/usr/sbin/transactional-update": "", "/sys/fs/selinux/enforce": "1"},
            ),
        ),
        READY,
        {"storage.writable": "pass"},
        profile="podman",
    ),
    Reported(
        "RHEL 9 on ppc64le, pages of 64 KiB",
        "linux arch/powerpc (PPC_64K_PAGES); packages of RHEL 9 kernel.ppc64le",
        host(
            "5.14.0-503.11.1.el9_5.ppc64le",
            'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.5"\n',
            config="/lib/modules/{release}/config",
            files=(
                NFT,
                arch("ppc64le", "processor\t: 0\ncpu\t\t: POWER10\nplatform\t: pSeries\nmodel\t\t: IBM,9080-HEX\n"),
                mounts("xfs", "/dev/mapper/rhel-root"),
                {"/proc/self/smaps": "aaaa-bbbb r-xp 0 0:0 0 /x\nKernelPageSize:       64 kB\n"},
            ),
        ),
        NOT_REFUSED,
        {"hw.page_size": "skip", "hw.x86_64_level": "skip"},
    ),
    Reported(
        "Amazon Linux 2 with kernel 5.10, cgroup v1",
        "docs.aws.amazon.com/linux/al2 (kernel-5.10; systemd 219); amazonlinux/amazon-linux-2023#144",
        host(
            "5.10.226-214.880.amzn2.x86_64",
            'ID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"\n',
            files=(LEGACY, v1(root="xfs", source="/dev/nvme0n1p1")),
        ),
        NOT_REFUSED,
        {"cgroup.v1.controllers": "pass", "net.nat": "pass"},
    ),
    Reported(
        "Guix with a kernel of its own, without veth",
        "guix.gnu.org manual, kernel customize-linux; moby contrib/check-config.sh (CONFIG_VETH: missing)",
        host(
            "6.12.30",
            "ID=guix\n",
            modules="/run/booted-system/kernel/lib/modules",
            config="/proc/config.gz",
            without=("VETH",),
            files=(
                {"/proc/1/comm": "shepherd\n", "/run/current-system/profile/sbin/iptables": "xtables-legacy-multi"},
            ),
        ),
        UNFIT,
        {"net.veth": "fail", "net.bridge": "pass", "kernel.modules_match": "pass"},
    ),
    Reported(
        "Gentoo without the match addrtype",
        'wiki.gentoo.org Docker (Kernel: "addrtype" address type match support)',
        host(
            "6.6.30-gentoo",
            "ID=gentoo\n",
            config="/proc/config.gz",
            without=("NETFILTER_XT_MATCH_ADDRTYPE",),
            files=(LEGACY, {"/proc/1/comm": "init\n"}),
        ),
        UNFIT,
        {"net.xt_match": "fail", "net.nat": "pass"},
    ),
    Reported(
        "Void Linux with runit",
        "void-packages srcpkgs/linux6.12/files/x86_64-dotconfig; docs.voidlinux.org (cgroups: unified)",
        host("6.12.50_1", "ID=void\n", files=(LEGACY, {"/proc/1/comm": "runit\n"})),
        READY,
        {"net.nat": "pass", "storage.driver": "pass"},
    ),
    Reported(
        "a Raspberry Pi 4 with Raspberry Pi OS, memory off as it is shipped, for k3s",
        "docs.k3s.io/installation/requirements (cgroup_memory=1 cgroup_enable=memory); raspberrypi/linux#5933",
        host(
            "6.6.51+rpt-rpi-v8",
            'ID=debian\nVERSION_ID="12"\n',
            files=(
                NFT,
                arch("aarch64", "processor\t: 0\nFeatures\t: fp asimd crc32 cpuid\nModel\t: Raspberry Pi 4 Model B\n"),
                {
                    "/boot/firmware/cmdline.txt": "console=tty1 root=PARTUUID=1-02 rootwait\n",
                    "/proc/cmdline": "coherent_pool=1M cgroup_disable=memory root=PARTUUID=1-02 rootwait\n",
                    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
                },
            ),
        ),
        UNFIT,
        {"cgroup.memory": "fail"},
        profile="k3s",
        words={"cgroup.memory": "cgroup_enable=memory"},
    ),
)

HOSTS = (*SET_UP, *PLACES)
