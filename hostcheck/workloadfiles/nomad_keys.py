"""The keys of a job's blocks that determine how much runs and with which resources, in HCL and in JSON.

Nomad refuses HCL with an unknown key ("Unsupported argument", jobspec2), and ignores an unknown key in JSON (command,
parseJobFile, by Go's encoding/json). Sources: the job specification of Nomad 0.12 to 1.10
(https://developer.hashicorp.com/nomad/docs/job-specification); api/jobs.go, api/tasks.go and api/resources.go.
"""

from collections.abc import Mapping

_ALL = "dynamic"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYS: Mapping[str, frozenset[str]] = {
    "job": _words(
        f"""{_ALL} affinity all_at_once constraint consul consul_namespace consul_token datacenters group id meta
        migrate multiregion name namespace node_pool parameterized periodic priority region reschedule spread task type
        ui update vault vault_namespace vault_token version_tag"""
    ),
    "group": _words(
        f"""{_ALL} affinity constraint consul count disconnect ephemeral_disk max_client_disconnect meta migrate network
        prevent_reschedule_on_lost reschedule restart scaling service shutdown_delay spread stop_after_client_disconnect
        task update vault volume"""
    ),
    "network": _words(f"{_ALL} cni dns hostname mbits mode port"),
    "port": _words(f"{_ALL} host_network ignore_collision static to"),
    "task": _words(
        f"""{_ALL} action affinity artifact config constraint consul csi_plugin dispatch_payload driver env identity
        kill_signal kill_timeout kind leader lifecycle logs meta resources restart scaling schedule secret service
        shutdown_delay template user vault volume_mount"""
    ),
    "resources": _words(f"{_ALL} cores cpu device disk iops memory memory_max network numa secrets"),
}
"""The keys of each block in HCL."""

OF_DOCKER = _words(
    """advertise_ipv6_address args auth auth_soft_fail cap_add cap_drop cgroupns command container_exists_attempts
    cpu_cfs_period cpu_hard_limit cpuset_cpus devices dns_options dns_search_domains dns_servers entrypoint extra_hosts
    force_pull group_add healthchecks hostname image image_pull_timeout init interactive ipc_mode ipv4_address
    ipv6_address isolation labels load logging mac_address memory_hard_limit mount mounts network_aliases network_mode
    oom_score_adj pid_mode pids_limit port_map ports privileged readonly_rootfs runtime security_opt shm_size
    storage_opt sysctl tty ulimit userns_mode uts_mode volume_driver volumes work_dir"""
)
"""The keys of a task's config for Docker's driver (drivers/docker/config.go, taskConfigSpec)."""

_PORT = _words("HostNetwork IgnoreCollision Label To Value")

KEYS_OF_JSON: Mapping[str, frozenset[str]] = {
    "Job": _words(
        """Affinities AllAtOnce Constraints ConsulNamespace ConsulToken CreateIndex Datacenters Dispatched
        DispatchIdempotencyToken ID JobModifyIndex Meta Migrate ModifyIndex Multiregion Name Namespace NodePool
        NomadTokenID ParameterizedJob ParentID Payload Periodic Priority Region Reschedule Spreads Stable Status
        StatusDescription Stop SubmitTime TaskGroups Type UI Update VaultNamespace VaultToken Version VersionTag"""
    ),
    "TaskGroups": _words(
        """Affinities Constraints Consul Count Disconnect EphemeralDisk MaxClientDisconnect Meta Migrate Name Networks
        PreventRescheduleOnLost ReschedulePolicy RestartPolicy Scaling Services ShutdownDelay Spreads
        StopAfterClientDisconnect Tasks Update Volumes"""
    ),
    "Tasks": _words(
        """Actions Affinities Artifacts CSIPluginConfig Config Constraints Consul DispatchPayload Driver Env Identities
        Identity KillSignal KillTimeout Kind Leader Lifecycle LogConfig Meta Name Resources RestartPolicy
        ScalingPolicies Schedule Secrets Services ShutdownDelay Templates User UsesConnect Vault VolumeMounts"""
    ),
    "Resources": _words("CPU Cores Devices DiskMB IOPS MemoryMB MemoryMaxMB NUMA Networks SecretsMB TotalCPU"),
    "Networks": _words("CIDR CNI DNS Device DynamicPorts Hostname IP MBits Mode ReservedPorts"),
    "ReservedPorts": _PORT,
    "DynamicPorts": _PORT,
}
"""The keys of each object in JSON, by the key whose value it is."""
