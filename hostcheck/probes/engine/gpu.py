"""Graphics processors, and how containers get access to them: by a CDI specification, or by NVIDIA's runtime.

Sources: the Container Device Interface (CDI), SPEC.md (kind; /etc/cdi and /var/run/cdi); dockerd(8) (runtimes);
podman-run(1) --device; NVIDIA Container Toolkit (nvidia-ctk cdi generate); ROCm (/dev/kfd); linux drm (render nodes).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.readings import undetermined
from hostcheck.run.model import Evidence, Fact

_DEVICES = {
    "nvidia": ("/dev/nvidiactl", "/proc/driver/nvidia/version"),
    "amd": ("/dev/kfd",),
    "render": ("/dev/dri/renderD128",),
}
"""Files that the driver of each kind creates. A render node alone may be from any driver, such as Intel's."""
_FOLDERS = ("/etc/cdi", "/var/run/cdi", "/run/cdi")
_MOST_FILES = 50
_KIND = re.compile(r"\bkind[\"']?[ \t]*:[ \t]*[\"']?([\w.-]{1,253}/[\w.-]{1,63})")


def devices(host: Host) -> Iterator[Fact]:
    """Yield gpu.devices: for each kind of graphics processor, whether its driver has created device files."""
    answers = {kind: [host.exists(path) for path in paths] for kind, paths in _DEVICES.items()}
    value = {kind: True if True in each else None if None in each else False for kind, each in answers.items()}
    found = ", ".join(kind for kind, there in value.items() if there)
    reason = undetermined("devices of graphics processors in /dev") if None in value.values() else ""
    paths = ", ".join(path for paths in _DEVICES.values() for path in paths)
    yield Fact("gpu.devices", value, reason=reason, evidence=(Evidence(paths, found or None, "made by the driver"),))


def ways(host: Host) -> Iterator[Fact]:
    """Yield gpu.ways: for each way in which a container can get graphics processors, whether it exists here."""
    kinds = {
        kind: f"{folder}/{name}"
        for folder in _FOLDERS
        for name in (host.listdir(folder) or ())[:_MOST_FILES]
        if name.endswith((".json", ".yaml", ".yml"))
        for kind in parse_kinds(host.read(f"{folder}/{name}").text or "")
        if kind.endswith("/gpu")
    }
    configured = read_configuration(host)
    runtimes = configured.values.get("runtimes")
    value = {"cdi": bool(kinds), "runtime": isinstance(runtimes, dict) and "nvidia" in runtimes}
    source = ", ".join(sorted(set(kinds.values())) or _FOLDERS)
    shown = (Evidence(source, ", ".join(sorted(kinds)) or None, "specifications of CDI"), configured.evidence)
    if not any(value.values()) and configured.unread:
        yield Fact.unknown("gpu.ways", configured.unread, shown)
    elif (
        not any(value.values()) and not host.proves_absence and any(host.exists(folder) is None for folder in _FOLDERS)
    ):
        yield Fact.unknown("gpu.ways", undetermined("specifications in /etc/cdi and /var/run/cdi"), shown)
    else:
        yield Fact("gpu.ways", value, evidence=shown)


def parse_kinds(text: str) -> frozenset[str]:
    """Parse a CDI specification in JSON or YAML: return the kinds of devices, such as "nvidia.com/gpu"."""
    return frozenset(_KIND.findall(text))
