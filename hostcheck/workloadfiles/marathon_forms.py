"""The forms of the values in Marathon's apps, groups and pods. ``forms`` explains how a form is written.

Source: the RAML of Marathon 1.5 to 1.11 (docs/docs/rest-api/public/api/v2/types), with the keys of earlier versions and
those that the API adds to its output. Marathon ignores an unknown key
(https://github.com/d2iq-archive/marathon/issues/2564), and refuses a value of a wrong type.
"""

from collections.abc import Mapping

from hostcheck.workloadfiles.forms import Forms

_CONSTRAINTS = "[[str|num]|:constraint]"

SHAPES: Mapping[str, Mapping[str, str]] = {
    "list": {"apps": "[:app]", "groups": "[:group]", "pods": "[:pod]"},
    "group": {
        "apps": "[:app]",
        "dependencies": "[str]",
        "enforceRole": "bool",
        "groups": "[:group]",
        "id": "str",
        "pods": "[:pod]",
        "scaleBy": "num",
        "version": "str",
        "versionInfo": "any",
    },
    "app": {
        **dict.fromkeys(
            ("acceptedResourceRoles", "args", "dependencies", "storeUrls", "uris"),
            "[str]",
        ),
        **dict.fromkeys(("backoffFactor", "cpus", "disk", "mem"), "num"),
        **dict.fromkeys(
            ("backoffSeconds", "gpus", "instances", "maxLaunchDelaySeconds", "taskKillGracePeriodSeconds"), "int"
        ),
        **dict.fromkeys(("cmd", "executor", "id", "killSelection", "role", "user", "version"), "str"),
        **dict.fromkeys(
            (
                "check",
                "deployments",
                "env",
                "executorResources",
                "ipAddress",
                "labels",
                "lastTaskFailure",
                "readinessCheckResults",
                "resourceLimits",
                "residency",
                "secrets",
                "taskRateLimit",
                "taskStats",
                "tasks",
                "tasksHealthy",
                "tasksRunning",
                "tasksStaged",
                "tasksUnhealthy",
                "tty",
                "unreachableStrategy",
                "upgradeStrategy",
                "versionInfo",
            ),
            "any",
        ),
        "constraints": _CONSTRAINTS,
        "container": ":container",
        "fetch": "[any]",
        "healthChecks": "[any]",
        "networks": "[:network]",
        "portDefinitions": "[:port_definition]",
        "ports": "[int]",
        "readinessChecks": "[any]",
        "requirePorts": "bool",
    },
    "constraint": {"fieldName": "str", "operator": "str", "value": "str"},
    "container": {
        "appc": "any",
        "docker": ":docker",
        "linuxInfo": "any",
        "options": "[str]",
        "portMappings": "[:mapping]",
        "type": "str",
        "volumes": "[:volume]",
        "image": "str",
    },
    "docker": {
        "credential": "any",
        "forcePullImage": "bool",
        "image": "str",
        "network": "str",
        "parameters": "[:parameter]",
        "portMappings": "[:mapping]",
        "privileged": "bool",
        "pullConfig": "any",
    },
    "parameter": {"key": "str", "value": "str"},
    "mapping": {
        "containerPort": "int",
        "hostPort": "int",
        "labels": "any",
        "name": "str",
        "networkNames": "[str]",
        "protocol": "str",
        "servicePort": "int",
    },
    "port_definition": {"labels": "any", "name": "str", "port": "int", "protocol": "str"},
    "network": {"labels": "any", "mode": "str", "name": "str"},
    "volume": {
        "containerPath": "str",
        "external": "any",
        "hostPath": "str",
        "mode": "str",
        "persistent": ":persistent",
        "secret": "str",
    },
    "persistent": {"constraints": "any", "maxSize": "num", "profileName": "str", "size": "num", "type": "str"},
    "pod": {
        "containers": "[:pod_container]",
        "environment": "any",
        "executorResources": ":resources",
        "id": "str",
        "labels": "any",
        "legacySharedCgroups": "bool",
        "linuxInfo": "any",
        "networks": "[any]",
        "role": "str",
        "scaling": ":scaling",
        "scheduling": ":scheduling",
        "secrets": "any",
        "user": "str",
        "version": "str",
        "volumes": "[:pod_volume]",
    },
    "pod_container": {
        "artifacts": "[any]",
        "check": "any",
        "endpoints": "[:endpoint]",
        "environment": "any",
        "exec": "any",
        "healthCheck": "any",
        "image": "any",
        "labels": "any",
        "lifecycle": "any",
        "linuxInfo": "any",
        "name": "str",
        "resourceLimits": "any",
        "resources": ":resources",
        "tty": "bool",
        "user": "str",
        "volumeMounts": "[any]",
    },
    "endpoint": {
        "containerPort": "int",
        "hostPort": "int",
        "labels": "any",
        "name": "str",
        "networkNames": "[str]",
        "protocol": "[str]",
    },
    "pod_volume": {"host": "str", "name": "str", "persistent": ":persistent", "secret": "str"},
    "resources": {"cpus": "num", "disk": "num", "gpus": "int", "mem": "num"},
    "scaling": {"instances": "int", "kind": "str", "maxInstances": "int"},
    "scheduling": {
        "backoff": "any",
        "killSelection": "str",
        "placement": ":placement",
        "unreachableStrategy": "any",
        "upgrade": "any",
    },
    "placement": {"acceptedResourceRoles": "[str]", "constraints": _CONSTRAINTS},
}
FORMS = Forms(SHAPES, {}, is_null_absent=True)

_PLACES: Mapping[str, Mapping[str, str]] = {
    "app": {
        "app": "the app itself",
        "constraint": "constraints[]",
        "container": "container",
        "docker": "container.docker",
        "mapping": "container.portMappings[]",
        "volume": "container.volumes[]",
    },
    "pod": {
        "pod": "the pod itself",
        "pod_container": "containers[]",
        "endpoint": "containers[].endpoints[]",
        "resources": "containers[].resources",
        "scaling": "scaling",
        "scheduling": "scheduling",
        "placement": "scheduling.placement",
    },
}
"""For an app and for a pod, the path at which each table of keys is used."""
_COMMON = frozenset({"key", "kind", "labels", "mode", "name", "protocol", "type", "value"})
"""Keys that occur in many tables, so that the intended place cannot be inferred."""


def places_of(key: str, kind: str) -> tuple[str, ...]:
    """Return the places at which Marathon knows a key in an app or a pod.

    Args:
        key: the key.
        kind: "pod"; any other text for an app.
    """
    if key in _COMMON:
        return ()
    places = _PLACES["pod" if kind == "pod" else "app"]
    return tuple(place for table, place in places.items() if key in SHAPES[table])
