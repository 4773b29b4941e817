"""Probes turn a host's evidence into facts. One concern a file; nothing loads until it is picked."""

PROBES: dict[str, str] = {
    "virt": "hostcheck.probes.virt:probe",
    "kernel": "hostcheck.probes.kernel:probe",
    "cgroups": "hostcheck.probes.cgroups:probe",
    "namespaces": "hostcheck.probes.namespaces:probe",
    "storage": "hostcheck.probes.storage:probe",
    "network": "hostcheck.probes.network:probe",
    "security": "hostcheck.probes.security:probe",
    "engine": "hostcheck.probes.engine:probe",
    "machine": "hostcheck.probes.machine:probe",
    "ports": "hostcheck.probes.ports:probe",
    "programs": "hostcheck.probes.programs:probe",
    "kubelet": "hostcheck.probes.kubelet:probe",
    "netoptions": "hostcheck.probes.netoptions:probe",
    "netstate": "hostcheck.probes.netstate:probe",
    "routes": "hostcheck.probes.routes:probe",
    "naming": "hostcheck.probes.naming:probe",
    "firewall": "hostcheck.probes.firewall:probe",
    "sysctls": "hostcheck.probes.sysctls:probe",
    "users": "hostcheck.probes.users:probe",
}
"""Name of each probe and where it is: "module:function", in the order they run."""
