"""Find the obstacle that makes a check fail, and its remedy: a rule that blocks a module, a read-only data-root.

The failed check names both. The remedy of the check itself, "install the module", would change nothing.
"""

import re
from collections.abc import Mapping, Sequence
from shlex import quote
from types import MappingProxyType
from typing import NamedTuple

from hostcheck.run.model import Evidence, Fact

_AGAINST = "against"
_RULES = "/modprobe.d/"
_COMMAND_LINE = "/proc/cmdline"
_MOUNTS, _ROOM = "/proc/self/mountinfo", "statvfs "
_ZONES, _GRSECURITY = "/etc/firewalld/zones/", "/proc/sys/kernel/grsecurity/"
_LOCK = "kernel.grsecurity.grsec_lock"
_GROUPS, _GROUP_TYPE = "/sys/fs/cgroup", "/cgroup.type"
_CHOSEN = f"{_AGAINST}: Docker is set to this driver"
_UNSHARE, _LIMIT = "unshare ", re.compile(r"/proc/sys/user/max_([a-z]+)_namespaces")
_BUILT_IN = "CONFIG_GRKERNSEC"
_GROUP_FILE, _SERVICE = "/etc/group", "docker.service"


class Cause(NamedTuple):
    """An obstacle that makes a check fail.

    Attributes:
        words: the obstacle, as a clause.
        fix: the remedy, as a sentence; empty if the check's own fix is the remedy.
        command: the remedy as a shell command; empty if no command does it.
    """

    words: str
    fix: str = ""
    command: str = ""


_SETTINGS: Mapping[str, Cause] = MappingProxyType(
    {
        "/proc/sys/kernel/modprobe": Cause(
            "kernel.modprobe names no program that loads modules",
            'Let the kernel load modules again (in a container: on its host): sysctl -w kernel.modprobe="$(command -v '
            'modprobe)", and remove what sets it to something else from /etc/sysctl.d.',
            'sysctl -w kernel.modprobe="$(command -v modprobe)"',
        ),
        "/proc/sys/kernel/modules_disabled": Cause(
            "kernel.modules_disabled is 1",
            "Name the modules that the engine needs in /etc/modules-load.d, so that they are loaded before "
            "kernel.modules_disabled is set, and reboot: until then no module can be loaded.",
        ),
    }
)
"""Obstacles that are settings of the kernel, by the file that shows the setting."""

_EMPTIED = (
    "find /sys/fs/cgroup -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null; "
    "sed -e 's/ / -/g' -e 's/^/-/' /sys/fs/cgroup/cgroup.subtree_control > /sys/fs/cgroup/cgroup.subtree_control; "
    "mkdir -p /sys/fs/cgroup/init; xargs -rn1 < /sys/fs/cgroup/cgroup.procs > /sys/fs/cgroup/init/cgroup.procs; "
    "sed -e 's/ / +/g' -e 's/^/+/' /sys/fs/cgroup/cgroup.controllers > /sys/fs/cgroup/cgroup.subtree_control"
)
"""Removes empty groups and their controllers, moves the processes out of the root and enables all controllers.

As moby's hack/dind; but processes cannot be moved below a root that has threaded controllers (cgroup-v2.rst, Threads).
"""


def cause_of(fact: Fact | None) -> Cause | None:
    """Return the first obstacle that the evidence of a fact shows; None if it shows none, or the fact is unknown."""
    shown = fact.evidence if fact is not None and fact.known else ()
    against = [piece for piece in shown if piece.says.startswith(_AGAINST)]
    for piece in against:
        if piece.source.startswith(_GRSECURITY):
            return _of_grsecurity([other.source for other in against if other.source.startswith(_GRSECURITY)])
        if cause := _cause(piece):
            return cause
    return None


def _of_grsecurity(sources: Sequence[str]) -> Cause:
    """Return what grsecurity forbids, and a remedy for all of it."""
    names = [source.removeprefix("/proc/sys/").replace("/", ".") for source in sources]
    denied = [name for name in names if name != _LOCK]
    settings = " ".join(f"{name}=0" for name in denied)
    words = f"{' and '.join(denied)} {'is' if len(denied) == 1 else 'are'} 1, and no image is unpacked"
    if _LOCK in names:
        fix = (
            f"Write {settings} into the file of /etc/sysctl.d that sets {_LOCK}, one a line and before it, and "
            "reboot: until then nothing of grsecurity can be set."
        )
        return Cause(f"{words}; {_LOCK} is 1 too", fix)
    fix = f"sysctl -w {settings}, and keep that in /etc/sysctl.d."
    return Cause(words, fix, f"sysctl -w {settings} > /etc/sysctl.d/docker-chroot.conf")


def _of_namespaces(piece: Evidence) -> Cause | None:
    """Return what keeps namespaces of one kind from being created, although the kernel has them."""
    found = _LIMIT.fullmatch(piece.source)
    kind = found[1] if found else piece.source.removeprefix(_UNSHARE)
    setting = f"user.max_{kind}_namespaces"
    if found and piece.value == "0":
        command = f"sysctl -w {setting}=28633"
        fix = f"{command}, and remove what sets it to 0 from /etc/sysctl.d; in a container on its host too."
        return Cause(f"{setting} is 0", fix, command)
    if not piece.source.startswith(_UNSHARE):
        return None
    if piece.value == "ENOSPC":
        fix = (
            f"Raise the limit, which holds for each user: sysctl -w {setting}=28633; in a container on its host too. "
            f"Or end what holds such namespaces (lsns -t {kind})."
        )
        return Cause(f"{setting} is used up", fix)
    if kind == "user" and piece.value in {"EPERM", "EACCES"}:
        fix = (
            "In a container of an engine: --security-opt seccomp=unconfined, in a pod seccompProfile with type "
            "Unconfined; in a service of systemd RestrictNamespaces=no; not in a chroot. Or use a virtual machine."
        )
        return Cause(f"{piece.value}: a filter of system calls, a chroot or a security module refuses it", fix)
    return None


def _of_group(piece: Evidence) -> Cause:
    """Return which control group is threaded, and a remedy: use another group, or empty the container's root group."""
    group = piece.source.removesuffix(_GROUP_TYPE)
    words = f"{piece.source} is {piece.value}: no container with a limit of memory starts"
    if group == _GROUPS:
        fix = (
            "Let the first process of this container be one that moves all processes out of the root of its groups, as "
            f"systemd, k3s and docker:dind do; else stop the engine and run as root: {_EMPTIED}."
        )
        return Cause(words, fix, _EMPTIED)
    other = next(name for name in ("containers", "engine") if not f"{group}/".startswith(f"{_GROUPS}/{name}/"))
    fix = (
        f'Give containers a group of their own: "cgroup-parent": "/{other}" in /etc/docker/daemon.json, and restart '
        "Docker."
    )
    return Cause(words, fix)


def _cause(piece: Evidence) -> Cause | None:
    if piece.source in _SETTINGS:
        return _SETTINGS[piece.source]
    if cause := _of_namespaces(piece):
        return cause
    if piece.source == _GROUP_FILE:
        command = f"groupadd --system {quote(piece.value or '')} && systemctl restart docker.socket"
        fix = f"Create it, then start Docker: {command}."
        return Cause(f"docker.socket belongs to the group {piece.value}, which does not exist", fix, command)
    if piece.source == _SERVICE:
        fix = (
            f"Remove {piece.value} from docker.service (systemctl cat docker); systemctl daemon-reload; restart Docker."
        )
        return Cause(f"{piece.value} of docker.service hides its mounts from containerd", fix)
    if (piece.value or "").startswith(_BUILT_IN):
        fix = f"Build the kernel without {piece.value}, or with CONFIG_GRKERNSEC_SYSCTL, which lets it be turned off."
        return Cause(f"the kernel was built with {piece.value}, and no image is unpacked", fix)
    if piece.source == _COMMAND_LINE:
        fix = f"Remove {piece.value} from the kernel's command line and reboot."
        return Cause(f"the kernel is started with {piece.value}", fix)
    if piece.source == _MOUNTS and (piece.value or "").endswith(" is ro"):
        return Cause("it is mounted read-only")
    if piece.says.startswith(_CHOSEN):
        fix = (
            f"Remove storage-driver from {piece.source}, or -s from the unit of the engine, and restart it: it then "
            "takes the best that works here; images of another driver have to be pulled again."
        )
        return Cause(f"Docker is set to {piece.value}, and tries no other", fix)
    if piece.source.startswith(_ROOM):
        folder = piece.source.removeprefix(_ROOM)
        fix = f"Remove what is not needed from the file system of {folder} (du -xh lists it), or enlarge it."
        return Cause(f"its file system is full, with {piece.value} bytes left to the engine", fix)
    if piece.source.startswith(_ZONES):
        zone = piece.source.removeprefix(_ZONES).removesuffix(".xml")
        command = f"firewall-cmd --permanent --zone={quote(zone)} --remove-interface=docker0 && firewall-cmd --reload"
        fix = f"Take docker0 out of the zone, to which Docker adds it by itself: {command}; then start Docker."
        return Cause(f"the zone {zone} of firewalld has docker0, which Docker puts into its own", fix, command)
    if piece.source.endswith(_GROUP_TYPE):
        return _of_group(piece)
    if _RULES in piece.source:
        module = (piece.value or "").split()[1:2]
        fix = f"Remove the line {piece.value!r} from {piece.source}; then modprobe {''.join(module)}."
        return Cause(f"{piece.value!r} in {piece.source}", fix)
    return None
