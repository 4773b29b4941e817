"""Remove private data from JSON documents: an engine's answers and its configuration."""

import json
import re
from collections.abc import Mapping
from typing import Any

from hostcheck.capture.renaming import SCRUBBED, Renamer

_DEEPEST = 40
_PRIVATE_KEY = re.compile(
    r"(?is)(?:.*(?:proxy|passw|secret|token|credential|auth|serial|cert|identity).*|id|name|hostname|labels?|env|user(?:name)?"
    r"|domain(?:name)?|swarm|clientinfo|registryconfig|remote_?addrs?|nodeaddr|cluster.*|.*mac_?address)"
)

_INFO = """
Architecture BridgeNfIp6tables BridgeNfIptables CDISpecDirs CPUSet CPUShares CgroupDriver CgroupManager CgroupVersion
Containerd ContainerdCommit Containers ContainersPaused ContainersRunning ContainersStopped CpuCfsPeriod CpuCfsQuota
Debug DefaultAddressPools DefaultRuntime DiscoveredDevices DockerRootDir Driver DriverStatus ExperimentalBuild
FirewallBackend IPv4Forwarding Images InitBinary InitCommit Isolation KernelMemory KernelMemoryTCP KernelVersion
LiveRestoreEnabled LoggingDriver MemTotal MemoryLimit NCPU NEventsListener NFd NGoroutines OSType OSVersion
OomKillDisable OperatingSystem PidsLimit Plugins RuncCommit Runtimes SecurityOptions ServerVersion SwapLimit Warnings
"""
_VERSION = """
ApiVersion Arch BuildTime Components Experimental GitCommit GoVersion KernelVersion MinAPIVersion Os Platform Version
"""
KEPT = {
    "/info": frozenset(_INFO.split()),
    "/version": frozenset(_VERSION.split()),
    "/containers/json": frozenset({"Ports"}),
}
"""Keys to keep in an engine's answer, by the end of the request's path: they describe the engine. Others are removed.
Source: the Engine API's SystemInfo, Version, ContainerList."""


def document(value: Any, names: Renamer, deep: int = 0) -> Any:
    """Remove private data from a JSON value.

    Under a private key, a text becomes SCRUBBED, a list or an object becomes empty. In other texts and in keys, private
    names are replaced. Numbers are kept. What is nested more than _DEEPEST levels deep becomes None.
    """
    if deep > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {
            names.text(str(key)): _emptied(item)
            if _PRIVATE_KEY.fullmatch(str(key))
            else document(item, names, deep + 1)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [document(item, names, deep + 1) for item in value]
    return names.text(value) if isinstance(value, str) else value


def answer(path: str, body: Any, names: Renamer) -> Any:
    """Remove private data from an engine's answer to GET ``path``."""
    kept = next((keys for end, keys in KEPT.items() if path.endswith(end)), None)
    if kept is not None and isinstance(body, list):
        return [answer(path, item, names) for item in body if isinstance(item, Mapping)]
    if kept is None or not isinstance(body, Mapping):
        return document(body, names)
    # Here "Name" is the name of a component, not of a person.
    return {key: texts(value, names) for key, value in body.items() if key in kept}


def json_file(data: bytes, names: Renamer) -> bytes:
    """Remove private data from a JSON file. A damaged file is treated as plain text, and stays damaged."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return names.data(data)
    return (json.dumps(document(value, names), indent=1) + "\n").encode()


def texts(value: Any, names: Renamer, deep: int = 0) -> Any:
    """Replace private names in all texts of a JSON value, whatever their keys."""
    if deep > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {key: texts(item, names, deep + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [texts(item, names, deep + 1) for item in value]
    return names.text(value) if isinstance(value, str) else value


def _emptied(value: Any) -> Any:
    if isinstance(value, str):
        return SCRUBBED if value else value
    if isinstance(value, (list, tuple)):
        return []
    return {} if isinstance(value, Mapping) else value
