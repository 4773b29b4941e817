"""The keys of Quadlet's sections that start containers, by podman-systemd.unit(5) of Podman 4.4 to 5.7.

Quadlet generates no service for a file with an unknown key: "unsupported key" (containers/podman, pkg/systemd/quadlet).
"""

from collections.abc import Mapping

_EVERY = "ContainersConfModule GlobalArgs PodmanArgs ServiceName"
_USERS = "GIDMap RemapGid RemapUid RemapUidSize RemapUsers SubGIDMap SubUIDMap UIDMap UserNS"
_NETWORK = "AddHost DNS DNSOption DNSSearch HostName IP IP6 Network NetworkAlias PublishPort"

KEYS: Mapping[str, frozenset[str]] = {
    "Container": frozenset(
        f"""{_EVERY} {_USERS} {_NETWORK} AddCapability AddDevice Annotation AppArmor AutoUpdate CgroupsMode
        ContainerName DropCapability Entrypoint Environment EnvironmentFile EnvironmentHost Exec
        ExposeHostPort Group GroupAdd HealthCmd HealthInterval HealthLogDestination HealthMaxLogCount
        HealthMaxLogSize HealthOnFailure HealthRetries HealthStartPeriod HealthStartupCmd
        HealthStartupInterval HealthStartupRetries HealthStartupSuccess HealthStartupTimeout HealthTimeout
        HttpProxy Image Label LogDriver LogOpt Mask Memory Mount NoNewPrivileges Notify PidsLimit Pod Pull
        ReadOnly ReadOnlyTmpfs ReloadCmd ReloadSignal Retry RetryDelay Rootfs RunInit SeccompProfile Secret
        SecurityLabelDisable SecurityLabelFileType SecurityLabelLevel SecurityLabelNested SecurityLabelType
        ShmSize StartWithPod StopSignal StopTimeout Sysctl Timezone Tmpfs Ulimit Unmask User VolatileTmp
        Volume WorkingDir""".split()
    ),
    "Pod": frozenset(
        f"{_EVERY} {_USERS} {_NETWORK} ExitPolicy Label PodName ShmSize StopTimeout Volume".split(),
    ),
    "Kube": frozenset(
        f"""{_EVERY} {_USERS} AutoUpdate ConfigMap ExitCodePropagation KubeDownForce LogDriver LogOpt Network
        PublishPort SetWorkingDirectory Yaml""".split()
    ),
}
