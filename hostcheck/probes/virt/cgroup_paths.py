"""Find the container managers whose names are in the path of a control group. Pure functions."""

import re

# A path other than "/" is not enough (eclipse-omr#8332). The service of an engine itself must not match either.
_MANAGERS = (
    r"(?P<kubernetes>[/-]kubepods|[/:-]cri-containerd[:-]|/k8s\.io/[^/]+)"
    r"|(?P<podman>/libpod[-_](?!conmon))"
    r"|(?P<crio>/crio-(?!conmon)[0-9a-f])"
    r"|(?P<docker_inside>(?<=[0-9a-f]{32})/docker/[^/]+)"
    r"|(?P<docker>/docker/[^/]+|[/-]docker-[0-9a-f]{12,64}|:docker:[0-9a-f]|/ecs/[^/]+/[^/]+)"
    r"|(?P<lxc_libvirt>/machine-lxc|/libvirt/lxc/|\.libvirt-lxc)"
    r"|(?P<rkt>/machine-rkt)"
    r"|(?P<lxc>/lxc/(?!monitor)[^/]|/lxc\.payload[./][^/]|/\.lxc(?:/|$))"
    r"|(?P<systemd_nspawn>/machine\.slice/machine-(?!qemu|lxc|rkt)[^/]+\.scope|/systemd-nspawn@)"
    r"|(?P<containerd>/nerdctl-[0-9a-f]|/default/[0-9a-f]{64})"
    r"|(?P<garden>/garden/)|(?P<mesos>/mesos/[0-9a-f]{8})"
)
_NAMES = (
    *("kubepods", "cri-containerd", "k8s.io", "libpod", "crio-", "docker", "/ecs/", "lxc", "machine", "systemd-nspawn"),
    *("nerdctl-", "/default/", "/garden/", "/mesos/"),
)
"""Each path that names a manager contains one of these texts. If none does, as on most hosts, no pattern is needed."""
_INSIDE = "docker_inside"  # below the id of another container; the runtime of a pod does not match
_SYSTEMS = ("init.scope", "system.slice", "user.slice")
_RUNTIMES = {"docker", "crio", "containerd"}


def parse_cgroup(text: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of manager and path, for each path in /proc/PID/cgroup that names a manager.

    If a path names several managers, the pair has the innermost.
    """
    return tuple(dict.fromkeys((chain[0], path) for path in parse_groups(text) if (chain := parse_chain(path))))


def is_systems(path: str) -> bool:
    """Whether this is a control group that systemd creates on a host, and not one of a container manager."""
    return path.startswith("/") and path.split("/", 2)[1] in _SYSTEMS and not parse_chain(path)


def parse_groups(text: str) -> tuple[str, ...]:
    """Return the path of the control group in each line of /proc/PID/cgroup."""
    return tuple(line.split(":", 2)[-1] for line in text.splitlines())


def parse_chain(path: str) -> tuple[str, ...]:
    """Return all managers that the path of a control group names, innermost first."""
    if not any(name in path for name in _NAMES):
        return ()
    chain: list[str] = []
    for match in re.finditer(_MANAGERS, path):
        name = match.lastgroup or ""
        # The runtime of a pod appears below the pod. It is not another container.
        if not (name in _RUNTIMES and "kubernetes" in chain):
            chain.append("docker" if name == _INSIDE else name.replace("_", "-"))
    return tuple(dict.fromkeys(reversed(chain)))
