"""Hosts as distributions install them: what decides readiness, from the file lists and configurations they publish.

Of each kernel: the options that engines ask for, and the modules that its package installs. Sources:

- Ubuntu 24.04: packages.ubuntu.com, file lists of linux-modules-6.8.0-31-generic (config, modules.dep), iptables,
  apparmor, kmod.
- Debian 13: packages.debian.org, file lists of linux-image-6.12-amd64, apparmor, kmod; iptables is not installed.
- RHEL 10: redhat kernel-ark, redhat/configs (NETFILTER_XTABLES_LEGACY is not set); docker/docker-ce-packaging#1340
  (xt_addrtype is in kernel-modules-extra, which iptables-nft no longer brings); containers/netavark#986 (nftables).
- Fedora 43: kernel-x86_64-fedora.config of its package kernel; containers/netavark#1038 (nftables).
- Alpine 3.22: aports main/linux-lts/virt.x86_64.config and APKBUILD; AppArmor is built in and off; OpenRC.
- NixOS 25.05: nixpkgs nixos/modules/system/boot/kernel.nix and activation/top-level.nix (/run/booted-system,
  /run/current-system), pkgs/os-specific/linux/kernel/common-config.nix (IKCONFIG_PROC), boot/modprobe.nix.
- Guix: gnu/system.scm (LINUX_MODULE_DIRECTORY), gnu/services/base.scm (kernel.modprobe of the activation service).
"""

import gzip
from dataclasses import dataclass, field

_BUILT_IN = (
    *("NAMESPACES", "PID_NS", "NET_NS", "IPC_NS", "UTS_NS", "USER_NS", "CGROUPS", "CGROUP_BPF", "KEYS", "MODULES"),
    *("POSIX_MQUEUE", "SECCOMP", "SECCOMP_FILTER", "CFS_BANDWIDTH", "FAIR_GROUP_SCHED", "BLK_CGROUP"),
    *("BLK_DEV_THROTTLING", "NF_TABLES_IPV4", "NF_TABLES_INET", "PSI", "TIME_NS", "EXT4_FS_SECURITY"),
    "EXT4_FS_POSIX_ACL",
)
_LEGACY = ("IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE", "IP_NF_RAW", "IP_NF_MANGLE")
_MODULES = {
    "OVERLAY_FS": "fs/overlayfs/overlay",
    "BRIDGE": "net/bridge/bridge",
    "BRIDGE_NETFILTER": "net/bridge/br_netfilter",
    "VETH": "drivers/net/veth",
    "VXLAN": "drivers/net/vxlan/vxlan",
    "NF_NAT": "net/netfilter/nf_nat",
    "NF_TABLES": "net/netfilter/nf_tables",
    "NFT_COMPAT": "net/netfilter/nft_compat",
    "NFT_NAT": "net/netfilter/nft_nat",
    "NFT_MASQ": "net/netfilter/nft_masq",
    "NFT_CT": "net/netfilter/nft_ct",
    "NFT_FIB_INET": "net/netfilter/nft_fib_inet",
    "NETFILTER_XT_TARGET_MASQUERADE": "net/netfilter/xt_MASQUERADE",
    "NETFILTER_XT_TARGET_REDIRECT": "net/netfilter/xt_REDIRECT",
    "NETFILTER_XT_MATCH_ADDRTYPE": "net/netfilter/xt_addrtype",
    "NETFILTER_XT_MATCH_CONNTRACK": "net/netfilter/xt_conntrack",
    "NETFILTER_XT_MATCH_COMMENT": "net/netfilter/xt_comment",
    "NETFILTER_XT_MATCH_MULTIPORT": "net/netfilter/xt_multiport",
    "NETFILTER_XT_MATCH_STATISTIC": "net/netfilter/xt_statistic",
    "IP_NF_TARGET_REJECT": "net/ipv4/netfilter/ipt_REJECT",
    "IP_SET": "net/netfilter/ipset/ip_set",
    "IP_NF_NAT": "net/ipv4/netfilter/iptable_nat",
    "IP_NF_FILTER": "net/ipv4/netfilter/iptable_filter",
    "IP_NF_RAW": "net/ipv4/netfilter/iptable_raw",
    "IP_NF_MANGLE": "net/ipv4/netfilter/iptable_mangle",
}
"""The options that build modules, and where under kernel/ the module is."""
_LINK = b"link:"
_CONTROLLERS = "cpuset cpu io memory hugetlb pids rdma misc\n"


@dataclass(frozen=True)
class Stock:
    """A host as its distribution installs it.

    Attributes:
        release: of the kernel.
        os_release: what os-release(5) says.
        modules: the folder of the kernel's modules.
        suffix: of a module's file.
        config: where the kernel's configuration is.
        built_in: options beside those of every kernel here.
        without: options that the kernel is not built with.
        elsewhere: options whose modules another package installs.
        files: what else decides.
    """

    release: str
    os_release: str
    modules: str = "/lib/modules"
    suffix: str = ".ko.xz"
    config: str = "/boot/config-{release}"
    built_in: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    def tree(self):
        """Return the content of each file, by its path."""
        options = [name for name in (*_BUILT_IN, *self.built_in) if name not in self.without]
        built = [name for name in (*_MODULES, *_LEGACY) if name not in self.without]
        text = "".join(f"CONFIG_{name}=y\n" for name in options) + "".join(f"CONFIG_{name}=m\n" for name in built)
        installed = [_MODULES[name] for name in built if name in _MODULES and name not in self.elsewhere]
        place = self.config.format(release=self.release)
        config = gzip.compress(text.encode(), mtime=0) if place.endswith(".gz") else text.encode()
        files = {
            "/etc/os-release": self.os_release,
            "/proc/1/comm": "systemd\n",
            "/proc/cmdline": "quiet\n",
            "/proc/filesystems": "nodev\tcgroup2\n\text4\n",
            "/proc/meminfo": "MemTotal: 8000000 kB\n",
            "/proc/modules": "ext4 700000 1 - Live 0x0\n",
            "/proc/self/mountinfo": "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
            "28 27 0:23 / /sys rw - sysfs sysfs rw\n29 28 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
            "/proc/self/ns/pid": "pid:[4026531836]",
            "/proc/swaps": "Filename Type Size Used Priority\n",
            "/proc/sys/kernel/arch": "x86_64\n",
            "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
            "/proc/sys/kernel/modprobe": "/sbin/modprobe\n",
            "/proc/sys/kernel/osrelease": f"{self.release}\n",
            "/proc/sys/kernel/ostype": "Linux\n",
            "/proc/sys/net/ipv4/ip_forward": "0\n",
            "/sys/fs/cgroup/cgroup.controllers": _CONTROLLERS,
            "/sys/fs/cgroup/system.slice/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/system.slice/memory.swap.max": "max\n",
            f"{self.modules}/{self.release}/modules.dep": "".join(
                f"kernel/{path}{self.suffix}:\n" for path in installed
            ),
        }
        every = {path: content.encode() for path, content in (files | self.files).items()}
        return every | {place: config}

    def changed(self, files):
        """Return the same with other files, and without those that are None."""
        given = {path: text.encode() for path, text in files.items() if text is not None}
        return {path: content for path, content in (self.tree() | given).items() if files.get(path, "") is not None}


_USR = {f"/usr/{folder}": "" for folder in ("sbin/modprobe", "sbin/ip", "bin/mount", "bin/nsenter", "bin/touch")}
_NIX = "/run/current-system/sw/bin"
_GUIX = "/run/current-system/profile"

STOCK = {
    "ubuntu-24.04": Stock(
        "6.8.0-31-generic",
        'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
        suffix=".ko.zst",
        built_in=("SECURITY_APPARMOR",),
        files={
            **_USR,
            "/sys/module/apparmor/parameters/enabled": "Y\n",
            "/usr/sbin/apparmor_parser": "",
            "/usr/sbin/iptables": "xtables-nft-multi",
            "/usr/sbin/xtables-nft-multi": "",
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
        },
    ),
    "debian-13": Stock(
        "6.12.38+deb13-amd64",
        'ID=debian\nVERSION_ID="13"\n',
        built_in=("SECURITY_APPARMOR",),
        files={
            **_USR,
            "/sys/module/apparmor/parameters/enabled": "Y\n",
            "/usr/sbin/apparmor_parser": "",
        },
    ),
    "rhel-10": Stock(
        "6.12.0-55.el10.x86_64",
        'ID="rhel"\nID_LIKE="centos fedora"\nVERSION_ID="10.0"\n',
        config="/lib/modules/{release}/config",
        without=_LEGACY,
        elsewhere=("NETFILTER_XT_MATCH_ADDRTYPE",),
        files={
            **_USR,
            "/sys/fs/selinux/enforce": "1",
            "/usr/sbin/iptables": "xtables-nft-multi",
            "/usr/sbin/xtables-nft-multi": "",
        },
    ),
    "fedora-43": Stock(
        "6.17.1-300.fc43.x86_64",
        "ID=fedora\nVERSION_ID=43\n",
        config="/lib/modules/{release}/config",
        without=_LEGACY,
        files={
            **_USR,
            "/sys/fs/selinux/enforce": "1",
            "/proc/swaps": "Filename Type Size Used Priority\n/dev/zram0 partition 8000000 0 100\n",
        },
    ),
    "alpine-3.22": Stock(
        "6.12.31-0-virt",
        "ID=alpine\nVERSION_ID=3.22.0\n",
        suffix=".ko.gz",
        built_in=("SECURITY_APPARMOR", "PSI_DEFAULT_DISABLED"),
        files={
            "/proc/1/comm": "init\n",
            "/sbin/modprobe": "",
            "/sys/module/apparmor/parameters/enabled": "N\n",
            "/sbin/ip": "",
            "/bin/mount": "",
        },
    ),
    "nixos-25.05": Stock(
        "6.12.30",
        'ID=nixos\nVERSION_ID="25.05"\n',
        modules="/run/booted-system/kernel-modules/lib/modules",
        config="/proc/config.gz",
        built_in=("SECURITY_APPARMOR",),
        files={
            "/proc/sys/kernel/modprobe": "/nix/store/0k1-kmod-31/bin/modprobe\n",
            "/nix/store/0k1-kmod-31/bin/modprobe": "",
            "/proc/1/environ": "PATH=/nix/store/1a2-coreutils-9.7/bin\0",
            "/sys/module/apparmor/parameters/enabled": "N\n",
            f"{_NIX}/ip": "",
            f"{_NIX}/iptables": "/nix/store/3c4-iptables-1.8.11/bin/iptables",
            "/nix/store/3c4-iptables-1.8.11/bin/iptables": "xtables-nft-multi",
            "/nix/store/3c4-iptables-1.8.11/bin/xtables-nft-multi": "",
            f"{_NIX}/modprobe": "",
        },
    ),
    "guix": Stock(
        "6.12.30-gnu",
        "ID=guix\n",
        modules="/run/booted-system/kernel/lib/modules",
        suffix=".ko.zst",
        config="/proc/config.gz",
        files={
            "/proc/1/comm": "shepherd\n",
            "/proc/sys/kernel/modprobe": f"{_GUIX}/bin/modprobe\n",
            f"{_GUIX}/bin/modprobe": "",
            f"{_GUIX}/sbin/iptables": "xtables-legacy-multi",
        },
    ),
}


def write(root, files):
    """Write files, by their paths on the host, below a folder; "link:TARGET" is a symbolic link."""
    for path, content in files.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith(_LINK):
            place.symlink_to(content.removeprefix(_LINK).decode())
        else:
            place.write_bytes(content)
