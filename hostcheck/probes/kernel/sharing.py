"""Whether this is a container, which shares its host's kernel: the kernel's files and remedies are on that host."""

from hostcheck.host.base import Host
from hostcheck.probes.kernel.release import shows_openvz
from hostcheck.probes.virt.isolation import read_isolation

_SYSTEMD = "/run/systemd/container"
_MARKERS = ("/run/.containerenv", "/.dockerenv", "/dev/lxd/sock")


def in_first_pid_namespace(host: Host) -> bool | None:
    """Whether this process is in the kernel's first PID namespace; None if that is unknown."""
    own = read_isolation(host).own.get("pid")
    return None if own is None else not own


def is_marked(host: Host) -> bool:
    """Whether an engine or systemd left a marker of a container.

    systemd marks a distribution in WSL too, which is not a container. Source: systemd src/basic/virt.c,
    detect_container.
    """
    if any(host.exists(path) for path in _MARKERS):
        return True
    return host.exists(_SYSTEMD) is True and (host.read(_SYSTEMD).text or "").strip() != "wsl"


def shares_kernel(host: Host) -> bool:
    """Whether this is a container, as its PID namespace, a marker or OpenVZ shows."""
    return in_first_pid_namespace(host) is False or is_marked(host) or shows_openvz(host)
