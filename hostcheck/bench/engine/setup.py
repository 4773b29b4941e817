"""How an engine is set up, from its GET /info and GET /version. It affects how fast containers start."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hostcheck.bench.base import Settings
from hostcheck.bench.engine.daemon import DaemonOptions

_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
_SECCOMP_NAMES = {"builtin": "default"}
"""Since Docker 23, the profile "default" is called "builtin"."""


def setup_of(info: Mapping[str, Any], version: Mapping[str, Any]) -> Settings:
    """Return how an engine runs each container.

    These values must be equal on two hosts for their builds and storms to be comparable.

    Args:
        info: the engine's answer to GET /info.
        version: the engine's answer to GET /version.

    Source: https://docs.docker.com/reference/api/engine/ (SystemInfo, SecurityOptions).
    """
    options = dict(_security_options(info.get("SecurityOptions")))
    seccomp = options.get("seccomp")
    return {
        "runtime": _runtime(info, version),
        "userns_remap": "userns" in options,
        "seccomp": "off" if seccomp is None else _SECCOMP_NAMES.get(seccomp, seccomp),
        "apparmor": "apparmor" in options,
        "selinux": "selinux" in options,
        "cgroup_version": str(info.get("CgroupVersion") or "unknown"),
        "cgroup_driver": str(info.get("CgroupDriver") or "unknown"),
        "live_restore": bool(info.get("LiveRestoreEnabled")),
    }


def network_setup(info: Mapping[str, Any], options: DaemonOptions) -> Settings:
    """Return how Docker connects containers: the firewall of its rules, and whether it uses docker-proxy.

    If containers have a bridge or published ports, these values must be equal for two hosts to be comparable.

    Args:
        info: the engine's answer to GET /info, with FirewallBackend from Docker 28 on.
        options: the engine's options. A value that is in neither is "unknown".
    """
    backend = info.get("FirewallBackend")
    driver = backend.get("Driver") if isinstance(backend, Mapping) else None
    rules, proxy = options.switch("iptables", default=True), options.switch("userland-proxy", default=True)
    named = options.text("firewall-backend") or ("unknown" if rules is None else "iptables")
    return {
        "firewall": "off" if rules is False else str(driver or named),
        "userland_proxy": "unknown" if proxy is None else proxy,
    }


def _security_options(listed: object) -> Sequence[tuple[str, str]]:
    """Return the name and the profile of each option, such as ("seccomp", "default") for "name=seccomp,profile=…"."""
    found = []
    for option in listed if isinstance(listed, list) else ():
        parts = dict(part.partition("=")[::2] for part in str(option).split(","))
        found.append((parts.get("name", ""), parts.get("profile", "")))
    return found


def _runtime(info: Mapping[str, Any], version: Mapping[str, Any]) -> str:
    """Return the default runtime and its version, without the last number: "runc 1.1"."""
    name = str(info.get("DefaultRuntime") or "unknown")
    parts = version.get("Components")
    for part in parts if isinstance(parts, list) else ():
        # Podman calls it "OCI Runtime (crun)".
        if isinstance(part, Mapping) and part.get("Name") in (name, f"OCI Runtime ({name})"):
            found = _VERSION.search(str(part.get("Version") or ""))
            return f"{name} {found[0]}" if found else name
    return name
