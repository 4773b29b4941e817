"""What a pod needs besides CPUs and memory: ports, paths, devices, sysctls, capabilities."""

from collections.abc import Iterator, Mapping

from hostcheck.workloadfiles.capabilities import needed_capability
from hostcheck.workloadfiles.kubernetes.requests import amounts, is_sidecar, others
from hostcheck.workloadfiles.needs import (
    Amount,
    Capability,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Need,
    PathKind,
    Sysctl,
    Unclear,
)
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.sysctls import SAFE_OF_KUBERNETES, is_namespaced

_KINDS: Mapping[str, tuple[PathKind, bool]] = {
    "": ("any", False),
    "DirectoryOrCreate": ("directory", True),
    "Directory": ("directory", False),
    "FileOrCreate": ("file", True),
    "File": ("file", False),
    "Socket": ("socket", False),
    "CharDevice": ("char device", False),
    "BlockDevice": ("block device", False),
}


def needs_of(name: str, spec: Node, mistakes: Mistakes) -> Iterator[Need]:
    """Yield the needs of one pod, except its claims of storage.

    Args:
        name: the name of the workload, for mistakes.
        spec: the spec of the pod.
        mistakes: the list to which mistakes are added that the API or the kubelet would report.

    Raises:
        UsageError: if the API would refuse the pod. The message has the line.
    """
    host_network = spec.is_true("hostNetwork")
    containers = spec.all_of("containers")
    if not containers:
        raise spec.refusal("a pod without containers")
    for each in containers:
        yield from _ports(each, host_network=host_network)
        yield from _privileges(each)
    for each in spec.all_of("initContainers"):
        if is_sidecar(each):
            yield from _ports(each, host_network=host_network)
        yield from _privileges(each)
    yield from amounts(spec)
    yield Amount(spec.place, "a pod", "pods", 1.0, reserved=True)
    yield from others(spec, (*containers, *spec.all_of("initContainers")))
    for each in spec.all_of("volumes"):
        below = each.get("hostPath")
        if below is not None:
            yield host_path(below)
    context = spec.get("securityContext")
    if context is not None:
        yield from _profiles(context)
        for each in context.all_of("sysctls"):
            yield _sysctl(name, each, mistakes)
    for each in (*spec.all_of("resourceClaims"), *spec.all_of("schedulingGates")):
        said = each.path.rpartition(".")[2].partition("[")[0]
        yield Unclear(each.place, said, "a resource", "when it is given is known to the scheduler alone")
    runtime = spec.get("runtimeClassName")
    if runtime is not None and "nvidia" in runtime.text():
        yield Gpu(runtime.place, f"runtimeClassName: {runtime.text()}", "nvidia")
    elif runtime is not None:
        why = "which runtimes a node has is known to it alone"
        yield Unclear(runtime.place, f"runtimeClassName: {runtime.text()}", "a runtime", why)


def host_path(node: Node) -> Need:
    """Return the need of a hostPath volume.

    Raises:
        UsageError: if the volume has no path, or an unknown type.
    """
    path = node.get("path")
    if path is None:
        raise node.refusal("a hostPath without a path")
    kind = node.get("type")
    name = kind.text() if kind else ""
    if name not in _KINDS:
        raise node.refusal(f"not a type of a hostPath: {name}", f"use {', '.join(filter(None, _KINDS))}")
    what, created = _KINDS[name]
    # Without a type, nothing is checked before the mount, and the runtime creates a missing folder.
    return HostPath(path.place, f"hostPath: {path.text()}", path.text().rstrip("/") or "/", what, created or not name)


def _ports(node: Node, *, host_network: bool) -> Iterator[Need]:
    for each in node.all_of("ports"):
        port = each.get("hostPort") or (each.get("containerPort") if host_network else None)
        if port is None:
            continue
        number = port.whole(0, 65535)
        if not number:
            continue
        protocol, address = each.get("protocol"), each.get("hostIP")
        where = address.text() if address else ""
        kind = protocol.text().lower() if protocol else "tcp"
        said = f"{port.path.rpartition('.')[2]}: {number}"
        yield HostPort(port.place, said, kind, number, number, "" if where == "0.0.0.0" else where)  # noqa: S104


def _privileges(container: Node) -> Iterator[Need]:
    context = container.get("securityContext")
    if context is None:
        return
    if context.is_true("privileged"):
        yield Capability(context.mapping()["privileged"].place, "privileged: true", "all")
    capabilities = context.get("capabilities")
    for each in capabilities.all_of("add") if capabilities else ():
        yield needed_capability(each)
    yield from _profiles(context)


def _profiles(context: Node) -> Iterator[Need]:
    """Yield the needs of the AppArmor and seccomp profiles in the security context of a pod or a container."""
    for key in ("appArmorProfile", "seccompProfile"):
        kind = context.at(key, "type")
        if kind is None:
            continue
        said = f"{key}: {kind.text()}"
        if key == "appArmorProfile" and kind.text() != "Unconfined":
            yield KernelFact(kind.place, said, "security.apparmor", (True,), "AppArmor")
        if kind.text() == "Localhost":
            yield Unclear(kind.place, said, "a profile of the node", "whether a node has it is known to it alone")


def _sysctl(name: str, node: Node, mistakes: Mistakes) -> Need:
    found = node.get("name")
    if found is None:
        raise node.refusal("a sysctl without a name")
    parameter = found.text().replace("/", ".")
    if not is_namespaced(parameter):
        mistakes.add(
            "kubernetes/host-sysctl",
            found.place,
            f"{parameter} belongs to the node: the pod is scheduled, and then fails to start",
            "Set it on the nodes, and leave it out here.",
            name,
        )
    elif parameter not in SAFE_OF_KUBERNETES:
        mistakes.add(
            "kubernetes/unsafe-sysctl",
            found.place,
            f"{parameter} is not one of the safe ones (of version 1.32): where the kubelet does not allow it, the "
            "pod is scheduled, and then fails to start",
            f"Start the kubelet with --allowed-unsafe-sysctls={parameter}.",
            name,
        )
    return Sysctl(found.place, parameter, parameter)
