"""Trees of hosts on which an engine is to be installed: a fresh server of a distribution, and changes of it."""

from hostcheck.probes.network.routes import ROUTES

RELEASE = "6.12.48-amd64"
OPTIONS = (
    *("NAMESPACES", "PID_NS", "NET_NS", "IPC_NS", "UTS_NS", "USER_NS", "TIME_NS", "CGROUPS", "CGROUP_BPF", "KEYS"),
    *("POSIX_MQUEUE", "SECCOMP", "SECCOMP_FILTER", "OVERLAY_FS", "BRIDGE", "VETH", "BRIDGE_NETFILTER", "VXLAN"),
    *("NF_NAT", "IP_NF_NAT", "IP_NF_FILTER", "IP_NF_TARGET_MASQUERADE", "IP_NF_TARGET_REJECT", "NF_TABLES"),
    *("NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT", "NETFILTER_XT_TARGET_MASQUERADE", "NETFILTER_XT_TARGET_REDIRECT"),
    *("NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK", "NETFILTER_XT_MATCH_COMMENT", "IP_SET", "PSI"),
    *("NETFILTER_XT_MATCH_MULTIPORT", "NETFILTER_XT_MATCH_STATISTIC", "FAIR_GROUP_SCHED", "CFS_BANDWIDTH", "AIO"),
)
MOUNTS = "27 1 254:0 / / rw - ext4 /dev/vda rw\n30 27 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
SLICE = "/sys/fs/cgroup/system.slice"
LISTENING = "   0: 00000000:{:04X} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n"
BOUND = "   0: 00000000:{:04X} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1\n"
HEAD = "  sl  local_address rem_address   st\n"
DEFAULT = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n"
)
TENTH = "eth1\t0000000A\t0100000A\t0003\t0\t0\t0\t000000FF\n"
"""A static route to 10.0.0.0/8."""


def options(without=()):
    return "".join(f"CONFIG_{name}=y\n" for name in OPTIONS if name not in without)


def listening(*tcp, udp=()):
    """Tables of sockets that listen on these ports."""
    return {
        "/proc/net/tcp": HEAD + "".join(map(LISTENING.format, tcp)),
        "/proc/net/udp": HEAD + "".join(map(BOUND.format, udp)),
    }


def running(*services):
    """The control groups of services that run."""
    return {f"{SLICE}/{service}.service/cgroup.procs": "1\n" for service in services}


_FOLDERS = (
    "/bin",
    "/sbin",
    "/lib",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/local/lib",
    "/usr/local/libexec",
    "/opt/bin",
    "/usr/lib",
    "/usr/libexec",
)
CONFIG = f"/boot/config-{RELEASE}"
FRESH = {
    "/proc/sys/kernel/osrelease": f"{RELEASE}\n",
    "/proc/sys/kernel/arch": "x86_64\n",
    "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
    "/proc/sys/net/ipv4/ip_forward": "1\n",
    "/proc/sys/fs/aio-max-nr": "65536\n",
    "/proc/cmdline": "quiet\n",
    "/proc/cpuinfo": "processor\t: 0\n\nprocessor\t: 1\n",
    "/proc/meminfo": "MemTotal: 8000000 kB\n",
    "/proc/swaps": "Filename\tType\tSize\tUsed\tPriority\n",
    "/proc/self/mountinfo": MOUNTS,
    "/proc/cgroups": "",
    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma\n",
    "/sys/module/ext4/initstate": "live\n",
    CONFIG: options(),
    "/boot/config-6.1.0-13-amd64": None,
    "/cg/memory/memory.memsw.limit_in_bytes": None,
    ROUTES: DEFAULT,
    "/etc/os-release": 'ID=debian\nVERSION_ID="13"\n',
    "/proc/sys/kernel/hostname": "node-1\n",
    "/etc/NetworkManager/placeholder": "",
    "/etc/systemd/system/multi-user.target.wants/ssh.service": "",
    "/run/containerd/placeholder": "",
    "/run/crio/placeholder": "",
    "/run/cri-dockerd/placeholder": "",
    **{f"{folder}/{name}": "" for folder in ("/usr/bin", "/usr/sbin") for name in ("ls",)},
    **{f"{folder}/placeholder": "" for folder in _FOLDERS},
    **{f"/usr/bin/{name}": "" for name in ("mount", "umount", "nsenter", "snap")},
    "/run/systemd/system/placeholder": "",
    "/proc/1/comm": "systemd\n",
    **{f"/usr/sbin/{name}": "" for name in ("ip", "iptables", "modprobe")},
    "/var/lib/dpkg/status": "",
    "/snap/placeholder": "",
    "/var/snap/placeholder": "",
    **listening(22),
    **running("ssh"),
}
"""A fresh Debian 13 server on which no engine was installed yet."""
