"""The attributes and blocks of a job in HCL that say how much runs, and with what.

Nomad refuses a job with another one ("Unsupported argument", jobspec2). Source: the job specification of Nomad 0.12 to
1.10 (https://developer.hashicorp.com/nomad/docs/job-specification).
"""

from collections.abc import Mapping

_ALL = "dynamic"

KEYS: Mapping[str, frozenset[str]] = {
    "group": frozenset(
        f"""{_ALL} affinity constraint consul count disconnect ephemeral_disk max_client_disconnect meta migrate network
        prevent_reschedule_on_lost reschedule restart scaling service shutdown_delay spread stop_after_client_disconnect
        task update vault volume""".split()
    ),
    "network": frozenset(f"{_ALL} cni dns hostname mbits mode port".split()),
    "port": frozenset(f"{_ALL} host_network ignore_collision static to".split()),
    "task": frozenset(
        f"""{_ALL} action affinity artifact config constraint consul csi_plugin dispatch_payload driver env identity
        kill_signal kill_timeout kind leader lifecycle logs meta resources restart scaling schedule secret service
        shutdown_delay template user vault volume_mount""".split()
    ),
    "resources": frozenset(f"{_ALL} cores cpu device disk iops memory memory_max network numa secrets".split()),
}
"""The keys of each block."""
