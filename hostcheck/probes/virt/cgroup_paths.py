"""What a control group's path names: the managers that made its parts. Pure."""

import re

# A path that is merely not "/" names nothing (eclipse-omr#8332), and neither does an engine's own service.
_MANAGERS = re.compile(
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
_INSIDE = "docker_inside"  # below another container's id, and not what runs a pod
_SYSTEMS = re.compile(r"/(?:init\.scope|system\.slice|user\.slice)(?:/|$)")
_RUNTIMES = {"docker", "crio", "containerd"}


def parse_cgroup(text: str) -> tuple[tuple[str, str], ...]:
    """Give the innermost manager that each path of /proc/PID/cgroup names, with the path."""
    return tuple(dict.fromkeys((chain[0], path) for path in parse_groups(text) if (chain := parse_chain(path))))


def is_systems(path: str) -> bool:
    """Whether a control group is one that systemd makes for a machine, and no manager's."""
    return _SYSTEMS.match(path) is not None and not parse_chain(path)


def parse_groups(text: str) -> tuple[str, ...]:
    """Give the path on each line of /proc/PID/cgroup."""
    return tuple(line.split(":", 2)[-1] for line in text.splitlines())


def parse_chain(path: str) -> tuple[str, ...]:
    """Give all managers that one control group's path names, innermost first."""
    chain: list[str] = []
    for match in _MANAGERS.finditer(path):
        name = match.lastgroup or ""
        # A pod's runtime appears below the pod, and is no container of its own.
        if not (name in _RUNTIMES and "kubernetes" in chain):
            chain.append("docker" if name == _INSIDE else name.replace("_", "-"))
    return tuple(dict.fromkeys(reversed(chain)))
