"""Control groups: the hierarchy in use, and the controllers that an engine can use.

Sources: cgroups(7); https://docs.kernel.org/admin-guide/cgroup-v1/ and cgroup-v2.html.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from hostcheck.host.base import Host, Reading
from hostcheck.host.mounts import Mount, parse_mountinfo, read_mounts, visible
from hostcheck.probes.kernel.cgroup_limits import LIMITED, limits_fact
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence, Fact

_LOOKED_UP = frozenset(
    {
        *("name=systemd", "blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "hugetlb", "memory"),
        *("net_cls", "net_prio", "perf_event", "pids", "rdma"),
    }
)
"""Hierarchies of v1 that engines or systemd look up. A container does not need others, such as name=openrc."""

_OF_MOUNTS = (*("cgroup.mode", "cgroup.controllers", "cgroup.unmounted", "cgroup.swap_limit", "cgroup.limits"),)
"""Facts that are decided by the mount table."""

Mode = Literal["v1", "hybrid", "v2", "none"]

MOUNTINFO = "/proc/self/mountinfo"
_ROOT = "/sys/fs/cgroup"
_THREADED_CONTROLLERS = frozenset({"cpu", "cpuset", "perf_event", "pids"})
"""Controllers that a threaded control group can have (cgroup-v2.rst, Threads)."""
# Options of a cgroup v1 mount that are not controllers.
_NOT_CONTROLLERS = frozenset({"rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "seclabel", "none"})


def probe(host: Host) -> Iterator[Fact]:
    """Yield the facts cgroup.*, except those of the modules ``features`` and ``rootless``."""
    reading = read_mounts(host)
    every = visible(parse_mountinfo(reading.text or ""))
    mounts = tuple(mount for mount in every if mount.fs_type in {"cgroup", "cgroup2"})
    mode = decide_mode(mounts)
    if mode == "none" and not any(mount.fs_type == "proc" for mount in every):
        # The table is read through /proc. Without a mount of type proc it is incomplete, and proves no absence.
        what = "is incomplete" if reading.text else f"could not be read ({reading.error or reading.failure})"
        reason = f"{MOUNTINFO} {what}"
        for fact_id in _OF_MOUNTS:
            yield Fact.unknown(fact_id, reason)
    else:
        yield _mode(mode, mounts)
        yield _controllers_v2(host, mounts) if mode == "v2" else _controllers_v1(host, mode, mounts)
        yield _unmounted(host, mounts)
        yield _swap_limit(host, mode, mounts)
        yield limits_fact(host, mode, _places(host, mode, mounts))
    yield _memory_disabled(host)


def decide_mode(mounts: Sequence[Mount]) -> Mode:
    """Return the version of cgroups in use, from the cgroup mounts: "hybrid" has v1 controllers and a v2 tree."""
    unified = [mount for mount in mounts if mount.fs_type == "cgroup2"]
    if any(mount.mount_point == _ROOT for mount in unified):
        return "v2"
    if any(controllers_of(mount) for mount in mounts):
        return "hybrid" if unified else "v1"
    return "v2" if unified else "none"


def controllers_of(mount: Mount) -> tuple[str, ...]:
    """Return the controllers of a cgroup v1 mount, which are among its super options; none for any other mount."""
    if mount.fs_type != "cgroup":
        return ()
    return tuple(option for option in mount.super_options if option not in _NOT_CONTROLLERS and "=" not in option)


def parse_enabled(text: str) -> Mapping[str, bool]:
    """Parse /proc/cgroups: whether each controller is enabled (its fourth column)."""
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[3] != "0" for row in rows if len(row) == 4}


def parse_memory_disabled(cmdline: str) -> str | None:
    """Return the kernel parameter that disables the memory controller; None if none does.

    The last parameter is effective: kernels of Debian and Raspberry Pi also have ``cgroup_enable=memory``, which
    reverts an earlier ``cgroup_disable=memory``. The firmware of the Raspberry Pi adds ``cgroup_disable=memory``
    itself.
    """
    winner: str | None = None
    for word in cmdline.split():
        name, _, value = word.partition("=")
        if "memory" in value.split(","):
            if name == "cgroup_disable":
                winner = word
            elif name == "cgroup_enable":
                winner = None
    return winner


def available(host: Host, root: str) -> frozenset[str] | None:
    """Return the controllers of the v2 hierarchy mounted at ``root``; None if they cannot be read."""
    text = host.read(f"{root}/cgroup.controllers").text
    return None if text is None else frozenset(text.split())


def threaded(host: Host, group: str) -> Reading | None:
    """Return the reading of cgroup.type if this group's children cannot have all controllers of v2; else None.

    In a threaded subtree there are no domain controllers, such as memory and io, and below it new groups are "domain
    invalid" (cgroup-v2.rst, Threads). The root of the hierarchy has no cgroup.type; that of a container has.
    """
    reading = host.read(f"{group}/cgroup.type")
    kind = (reading.text or "").strip()
    return reading if kind in {"domain threaded", "threaded", "domain invalid"} else None


def _mode(mode: Mode, mounts: Sequence[Mount]) -> Fact:
    evidence = tuple(Evidence(MOUNTINFO, f"{mount.fs_type} on {mount.mount_point}", f"for {mode}") for mount in mounts)
    return Fact("cgroup.mode", mode, evidence=evidence or (Evidence(MOUNTINFO, None, "no cgroup file system"),))


def _is_closed(mount: Mount) -> bool:
    """Whether a cgroup mount is read-only, as in containers of systemd-nspawn and engines: no group can be created.

    systemd-nspawn makes only the container's own group writable, but an engine creates its groups elsewhere
    (moby#44402).
    """
    return "ro" in mount.options


def _lacks_prefix(mount: Mount) -> bool:
    """Whether the files of a hierarchy are named "cpus" instead of "cpuset.cpus", as ChromeOS and Android mount it.

    A runtime then does not find "cpuset.cpus", and starts no container (moby#33594; linux kernel/cgroup/cgroup-v1.c,
    noprefix).
    """
    return "noprefix" in mount.super_options


def _controllers_v1(host: Host, mode: Mode, mounts: Sequence[Mount]) -> Fact:
    usable_mounts = [mount for mount in mounts if not (_is_closed(mount) or _lacks_prefix(mount))]
    mounted = sorted({name for mount in usable_mounts for name in controllers_of(mount)})
    shown = Evidence(MOUNTINFO, " ".join(mounted) or "none", f"mounted, neither read-only nor with noprefix ({mode})")
    reading = host.read("/proc/cgroups")
    if reading.text is None:
        # The kernel refuses to mount a disabled controller, so the mounted ones are usable even without this file.
        return Fact("cgroup.controllers", tuple(mounted), evidence=(shown, reading.evidence("not readable")))
    enabled = parse_enabled(reading.text)
    names = " ".join(sorted(name for name, on in enabled.items() if on))
    usable = tuple(name for name in mounted if enabled.get(name, True))
    return Fact("cgroup.controllers", usable, evidence=(shown, reading.evidence("enabled", names or "none")))


def parse_hierarchies(text: str) -> tuple[str, ...]:
    """Parse /proc/PID/cgroup: the v1 controllers and named hierarchies ("name=systemd") that are listed."""
    rows = (line.split(":", 2) for line in text.splitlines())
    return tuple(name for row in rows if len(row) == 3 for name in row[1].split(",") if name)


def _unmounted(host: Host, mounts: Sequence[Mount]) -> Fact:
    """Return cgroup.unmounted: the v1 hierarchies that this process is in and that are not mounted.

    Source: containerd/cgroups, which looks up the mount of each ("cannot find cgroup mount destination").
    """
    reading = host.read("/proc/self/cgroup")
    if reading.text is None:
        reason = unread_reason(reading)
        return Fact.unknown("cgroup.unmounted", reason)
    mounted = {option for mount in mounts if mount.fs_type == "cgroup" for option in mount.super_options}
    listed = parse_hierarchies(reading.text)
    missing = tuple(sorted(name for name in listed if name not in mounted and name in _LOOKED_UP))
    shown = Evidence(MOUNTINFO, " ".join(missing) or "none", "of these no mount was found")
    return Fact(
        "cgroup.unmounted", missing, evidence=(reading.evidence("hierarchies of v1", " ".join(listed) or "none"), shown)
    )


def _controllers_v2(host: Host, mounts: Sequence[Mount]) -> Fact:
    mount = next(mount for mount in mounts if mount.fs_type == "cgroup2")
    root = mount.mount_point
    if _is_closed(mount):
        shown = Evidence(MOUNTINFO, f"{root} is read-only", "against: no group can be made there")
        return Fact("cgroup.controllers", (), evidence=(shown,))
    reading = host.read(f"{root}/cgroup.controllers")
    if reading.text is None:
        return Fact.unknown("cgroup.controllers", unread_reason(reading))
    evidence: tuple[Evidence, ...] = (reading.evidence("controllers of the unified hierarchy"),)
    controllers = frozenset(reading.text.split())
    if limited := threaded(host, root):
        controllers &= _THREADED_CONTROLLERS
        evidence = (limited.evidence("against: groups in it have no domain controllers"), *evidence)
    return Fact("cgroup.controllers", tuple(sorted(controllers)), evidence=evidence)


def _places(host: Host, mode: Mode, mounts: Sequence[Mount]) -> dict[str, str]:
    """Return the mount point of the hierarchy of each controller."""
    if mode == "v2":
        root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
        listed = available(host, root)
        return {name: root for name in LIMITED if listed is None or name in listed}
    return {name: mount.mount_point for mount in mounts for name in controllers_of(mount)}


def _memory_disabled(host: Host) -> Fact:
    """Return cgroup.memory.disabled_by: the kernel parameter or default that disables the memory controller."""
    fact_id = "cgroup.memory.disabled_by"
    cgroups, cmdline = host.read("/proc/cgroups"), host.read("/proc/cmdline")
    enabled = parse_enabled(cgroups.text).get("memory") if cgroups.text is not None else None
    flag = parse_memory_disabled(cmdline.text) if cmdline.text is not None else None
    evidence = (
        cgroups.evidence("the result", {None: None, True: "memory enabled=1", False: "memory enabled=0"}[enabled]),
        cmdline.evidence("for" if flag else "silent", flag or "no cgroup_disable=memory"),
    )
    if enabled is None and cmdline.text is None:
        reason = "neither /proc/cgroups nor /proc/cmdline shows if the memory controller is enabled: audit as root"
        return Fact.unknown(fact_id, reason, evidence)
    if enabled is False:
        return Fact(fact_id, flag or "a default of this kernel: cgroup_enable=memory is not given", evidence=evidence)
    if enabled and flag:
        conflict = f"{flag} is given, but /proc/cgroups has memory enabled"
        return Fact(fact_id, "none", evidence=evidence, conflicts=(conflict,))
    return Fact(fact_id, flag or "none", evidence=evidence)


def _swap_limit(host: Host, mode: Mode, mounts: Sequence[Mount]) -> Fact:
    """Return cgroup.swap_limit: whether the file that sets the swap limit exists.

    In v2 the root group has no such file, so the groups of this process and of init are searched. If none of them has
    the memory controller yet, the kernel's configuration decides.
    """
    paths = _swap_files_v2(host, mounts) if mode == "v2" else _swap_files_v1(mounts)
    answers = {path: host.exists(path) for path in paths}
    evidence = tuple(
        Evidence(path, {True: "present", False: "absent", None: None}[there], "for" if there else "against")
        for path, there in answers.items()
    )
    if any(answers.values()):
        return Fact("cgroup.swap_limit", value=True, evidence=evidence)
    if paths and all(there is False for there in answers.values()):
        return Fact("cgroup.swap_limit", value=False, evidence=evidence)
    if mode in {"v1", "hybrid"} and not paths:
        # Since 6.12 a kernel may have the memory controller in v2 only (MEMCG_V1).
        shown = Evidence(MOUNTINFO, "no memory", "against: the memory controller of v1 is not mounted")
        return Fact("cgroup.swap_limit", value=False, evidence=(shown,))
    if mode == "v2":
        root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
        listed = available(host, root)
        if listed is not None and "memory" not in listed:
            shown = Evidence(f"{root}/cgroup.controllers", "no memory", "against")
            return Fact("cgroup.swap_limit", value=False, evidence=(*evidence, shown))
        config, cmdline = read_config(host), host.read("/proc/cmdline")
        built = config.witness("MEMCG", "SWAP")
        # Linux 6.3 removed the parameter.
        off = cmdline.text is None or "swapaccount=0" in cmdline.text.split()
        every = (*evidence, built.evidence, cmdline.evidence("against" if off else "silent", "no swapaccount=0"))
        if built.answer is not None and not (built.answer and off):
            return Fact("cgroup.swap_limit", built.answer, evidence=every)
    return Fact.unknown(
        "cgroup.swap_limit",
        "no control group with the memory controller was found: audit the host itself, as root",
        evidence,
    )


def _swap_files_v1(mounts: Sequence[Mount]) -> tuple[str, ...]:
    memory = (mount.mount_point for mount in mounts if "memory" in controllers_of(mount))
    return tuple(f"{point}/memory.memsw.limit_in_bytes" for point in memory)[:1]


def _swap_files_v2(host: Host, mounts: Sequence[Mount]) -> tuple[str, ...]:
    root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
    own = (host.read("/proc/self/cgroup").text or "").strip().removeprefix("0::").strip("/")
    groups = [own] if own and ".." not in own else []
    groups += ["init.scope", "system.slice"]
    # The file is missing for certain only in a group that has the memory controller.
    able = [group for group in groups if host.exists(f"{root}/{group}/memory.max")]
    return tuple(f"{root}/{group}/memory.swap.max" for group in able)
