"""The fields of objects that create pods, with the form of each value (``workloadfiles.forms``).

A field with the value null is treated as absent. Source: the API of Kubernetes 1.25 to 1.37
(https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/). kubectl refuses other fields.
"""

from collections.abc import Mapping

_QUANTITIES = "{str|num}"
_ANY = "any"


def _shape(**forms: str) -> dict[str, str]:
    """Return the form of each field. The arguments are names of forms, each with its fields, separated by spaces."""
    names = {"strings": "[str]", "objects": "[any]", "some": _ANY, "truths": "bool", "numbers": "int", "texts": "str"}
    return {field: names[form] for form, fields in forms.items() for field in fields.split()}


_PLAIN = _shape(numbers="minReadySeconds replicas", some="selector") | {"template": ":template"}
_CONTROLLER = _shape(numbers="minReadySeconds revisionHistoryLimit", some="selector") | {"template": ":template"}

SHAPES: Mapping[str, Mapping[str, str]] = {
    "pod": _shape(
        numbers="activeDeadlineSeconds priority terminationGracePeriodSeconds",
        texts="dnsPolicy hostname hostnameOverride nodeName preemptionPolicy priorityClassName runtimeClassName "
        "schedulerName serviceAccount serviceAccountName subdomain",
        truths="automountServiceAccountToken enableServiceLinks hostIPC hostNetwork hostPID hostUsers "
        "setHostnameAsFQDN shareProcessNamespace",
        some="affinity dnsConfig evictionResponders os resources schedulingGroup workloadRef",
        objects="ephemeralContainers hostAliases imagePullSecrets readinessGates resourceClaims schedulingGates "
        "topologySpreadConstraints",
    )
    | {
        "containers": "[:container]",
        "initContainers": "[:container]",
        "nodeSelector": "{str}",
        "overhead": _QUANTITIES,
        "restartPolicy": "=Always,OnFailure,Never",
        "securityContext": ":pod_security",
        "tolerations": "[:toleration]",
        "volumes": "[:volume]",
    },
    "container": _shape(
        strings="args command",
        texts="image name restartPolicy terminationMessagePath terminationMessagePolicy workingDir",
        truths="stdin stdinOnce tty",
        some="lifecycle",
        objects="envFrom resizePolicy restartPolicyRules volumeDevices",
    )
    | {
        "env": "[:variable]",
        "imagePullPolicy": "=Always,IfNotPresent,Never",
        "livenessProbe": ":probe",
        "ports": "[:port]",
        "readinessProbe": ":probe",
        "resources": ":resources",
        "securityContext": ":security",
        "startupProbe": ":probe",
        "volumeMounts": "[:mount]",
    },
    "variable": _shape(texts="name value", some="valueFrom"),
    "port": _shape(numbers="containerPort hostPort", texts="hostIP name") | {"protocol": "=TCP,UDP,SCTP"},
    "resources": {"claims": "[any]", "limits": _QUANTITIES, "requests": _QUANTITIES},
    "security": _shape(
        truths="allowPrivilegeEscalation privileged readOnlyRootFilesystem runAsNonRoot",
        numbers="runAsGroup runAsUser",
        texts="procMount",
        some="appArmorProfile seLinuxOptions seccompProfile windowsOptions",
    )
    | {"capabilities": ":capabilities"},
    "capabilities": _shape(strings="add drop"),
    "pod_security": _shape(
        numbers="fsGroup runAsGroup runAsUser",
        texts="fsGroupChangePolicy seLinuxChangePolicy supplementalGroupsPolicy",
        truths="runAsNonRoot",
        some="appArmorProfile seLinuxOptions seccompProfile windowsOptions",
    )
    | {"supplementalGroups": "[int]", "sysctls": "[:sysctl]"},
    "sysctl": _shape(texts="name value"),
    "probe": _shape(
        numbers="failureThreshold initialDelaySeconds periodSeconds successThreshold terminationGracePeriodSeconds "
        "timeoutSeconds",
        some="exec grpc httpGet tcpSocket",
    ),
    "mount": _shape(
        some="bindMountOptions",
        texts="mountPath mountPropagation name recursiveReadOnly subPath subPathExpr",
        truths="readOnly",
    ),
    "toleration": _shape(texts="effect key operator value", numbers="tolerationSeconds"),
    "volume": _shape(
        texts="name",
        some="awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI emptyDir ephemeral fc "
        "flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs persistentVolumeClaim "
        "photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret storageos vsphereVolume",
    ),
    "template": {"metadata": _ANY, "spec": ":pod"},
    "job_template": {"metadata": _ANY, "spec": ":job"},
    "Deployment": _CONTROLLER | _shape(truths="paused", numbers="progressDeadlineSeconds replicas", some="strategy"),
    "StatefulSet": _CONTROLLER
    | _shape(
        numbers="replicas",
        texts="podManagementPolicy serviceName",
        some="ordinals persistentVolumeClaimRetentionPolicy updateStrategy",
        objects="volumeClaimTemplates",
    ),
    "DaemonSet": _CONTROLLER | {"updateStrategy": _ANY},
    "ReplicaSet": _PLAIN,
    "ReplicationController": _PLAIN,
    "job": _shape(
        numbers="activeDeadlineSeconds backoffLimit backoffLimitPerIndex completions maxFailedIndexes parallelism "
        "ttlSecondsAfterFinished",
        texts="completionMode managedBy podReplacementPolicy",
        truths="manualSelector suspend",
        some="podFailurePolicy scheduling selector successPolicy",
    )
    | {"template": ":template"},
    "CronJob": _shape(
        texts="concurrencyPolicy schedule timeZone",
        numbers="failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit",
        truths="suspend",
    )
    | {"jobTemplate": ":job_template"},
}
"""The fields of each object. The key is the kind of the object, or a name of its part ("pod", "container")."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "CronJob": ("schedule",),
    "variable": ("name",),
    "port": ("containerPort",),
    "volume": ("name",),
}
"""The fields that an object must have, without those of controllers and containers: they may be patched in later."""

OF_KINDS: Mapping[str, str] = {
    "Pod": "pod",
    "Job": "job",
    **{
        kind: kind
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "CronJob")
    },
}
"""For the spec of each kind, the key in ``SHAPES``."""

VERSIONS: Mapping[str, str] = {
    "Pod": "v1",
    "ReplicationController": "v1",
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
}
"""The version of the API that has each kind. Kubernetes 1.16 and 1.25 removed the earlier versions."""
