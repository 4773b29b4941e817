"""Kernel parameters that are separate for each container, and parameters that belong to the host.

Docker refuses a parameter of the host when the container is created (moby's daemon, verifyPlatformContainerSettings;
runc's libcontainer/configs/validate, sysctl). A pod with one is scheduled, and then fails to start.
"""

_IPC = frozenset(
    {
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.sem",
        "kernel.shm_rmid_forced",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
    }
)
_UTS = frozenset({"kernel.domainname"})
SAFE_OF_KUBERNETES = {
    "kernel.shm_rmid_forced": "1.0",
    "net.ipv4.ip_local_port_range": "1.0",
    "net.ipv4.tcp_syncookies": "1.0",
    "net.ipv4.ping_group_range": "1.18",
    "net.ipv4.ip_unprivileged_port_start": "1.22",
    "net.ipv4.ip_local_reserved_ports": "1.27",
    "net.ipv4.tcp_keepalive_time": "1.29",
    "net.ipv4.tcp_fin_timeout": "1.29",
    "net.ipv4.tcp_keepalive_intvl": "1.29",
    "net.ipv4.tcp_keepalive_probes": "1.29",
    "net.ipv4.tcp_rmem": "1.32",
    "net.ipv4.tcp_wmem": "1.32",
}
"""Parameters that every kubelet allows, each with the first version of Kubernetes that does.


https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
"""

SINCE_KERNEL = {
    "net.core.somaxconn": "3.10",
    "net.ipv4.ip_forward": "3.10",
    "net.ipv4.ip_local_port_range": "3.16",
    "net.ipv4.ip_local_reserved_ports": "3.16",
    "net.ipv4.ip_unprivileged_port_start": "4.11",
    "net.ipv4.ping_group_range": "3.10",
    "net.ipv4.tcp_fin_timeout": "4.6",
    "net.ipv4.tcp_keepalive_intvl": "4.5",
    "net.ipv4.tcp_keepalive_probes": "4.5",
    "net.ipv4.tcp_keepalive_time": "4.5",
    "net.ipv4.tcp_rmem": "4.15",
    "net.ipv4.tcp_wmem": "4.15",
}
"""Parameters that no kernel option removes, each with a kernel version from which every network namespace has it.


The versions are those in the list of Kubernetes (above). 3.10 is the oldest kernel that current engines support.
"""


def is_namespaced(name: str) -> bool:
    """Return whether each container can have its own value of a parameter, written with dots or slashes."""
    name = name.replace("/", ".")
    return name.startswith(("net.", "fs.mqueue.")) or name in _IPC or name in _UTS
