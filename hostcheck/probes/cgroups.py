"""Control groups: which hierarchy, and which controllers an engine can use.

Sources: cgroups(7); https://docs.kernel.org/admin-guide/cgroup-v1/ and cgroup-v2.html.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from hostcheck.host.base import Host
from hostcheck.host.mounts import Mount, parse_mountinfo, visible
from hostcheck.probes.cgroup_limits import LIMITED, limits_fact
from hostcheck.probes.kconfig import read_config
from hostcheck.run.model import Evidence, Fact

Mode = Literal["v1", "hybrid", "v2", "none"]

MOUNTINFO = "/proc/self/mountinfo"
_ROOT = "/sys/fs/cgroup"
# Options of a cgroup v1 mount that are not controllers.
_NOT_CONTROLLERS = frozenset({"rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "seclabel", "none"})


def probe(host: Host) -> Iterator[Fact]:
    """Give cgroup.*."""
    reading = host.read(MOUNTINFO)
    every = visible(parse_mountinfo(reading.text or ""))
    mounts = tuple(mount for mount in every if mount.fs_type in {"cgroup", "cgroup2"})
    mode = decide_mode(mounts)
    if mode == "none" and not any(mount.fs_type == "proc" for mount in every):
        # The table is read through /proc: one without that mount is cut short, and its silence proves nothing.
        what = "is not whole" if reading.text else f"could not be read ({reading.error or reading.failure})"
        reason = f"{MOUNTINFO} {what}"
        for fact_id in ("cgroup.mode", "cgroup.controllers", "cgroup.swap_limit", "cgroup.limits"):
            yield Fact.unknown(fact_id, reason)
    else:
        yield _mode(mode, mounts)
        yield _controllers_v2(host, mounts) if mode == "v2" else _controllers_v1(host, mode, mounts)
        yield _swap_limit(host, mode, mounts)
        yield limits_fact(host, mode, _places(host, mode, mounts))
    yield _memory_disabled(host)


def decide_mode(mounts: Sequence[Mount]) -> Mode:
    """Tell the hierarchy in use from the cgroup mounts: hybrid has v1 controllers beside a v2 tree."""
    unified = [mount for mount in mounts if mount.fs_type == "cgroup2"]
    if any(mount.mount_point == _ROOT for mount in unified):
        return "v2"
    if any(controllers_of(mount) for mount in mounts):
        return "hybrid" if unified else "v1"
    return "v2" if unified else "none"


def controllers_of(mount: Mount) -> tuple[str, ...]:
    """Name the controllers of a cgroup v1 mount; its super options hold them among others."""
    if mount.fs_type != "cgroup":
        return ()
    return tuple(option for option in mount.super_options if option not in _NOT_CONTROLLERS and "=" not in option)


def parse_enabled(text: str) -> Mapping[str, bool]:
    """Parse /proc/cgroups: whether each controller is enabled (its fourth column)."""
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[3] != "0" for row in rows if len(row) == 4}


def parse_memory_disabled(cmdline: str) -> str | None:
    """Find the kernel parameter that turns the memory controller off; None when none does.

    ``cgroup_enable=memory`` undoes an earlier ``cgroup_disable=memory`` on kernels that have both (Debian's,
    Raspberry Pi's, whose firmware adds the first by itself): the last one counts.
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
    """Give the controllers that a hierarchy of version 2 has, mounted at ``root``; None where it does not tell."""
    text = host.read(f"{root}/cgroup.controllers").text
    return None if text is None else frozenset(text.split())


def _mode(mode: Mode, mounts: Sequence[Mount]) -> Fact:
    evidence = tuple(Evidence(MOUNTINFO, f"{mount.fs_type} on {mount.mount_point}", f"for {mode}") for mount in mounts)
    return Fact("cgroup.mode", mode, evidence=evidence or (Evidence(MOUNTINFO, None, "no cgroup file system"),))


def _controllers_v1(host: Host, mode: Mode, mounts: Sequence[Mount]) -> Fact:
    mounted = sorted({name for mount in mounts for name in controllers_of(mount)})
    shown = Evidence(MOUNTINFO, " ".join(mounted) or "none", f"mounted ({mode})")
    reading = host.read("/proc/cgroups")
    if reading.text is None:
        # The kernel refuses to mount a disabled controller, so what is mounted stands without this file.
        return Fact("cgroup.controllers", tuple(mounted), evidence=(shown, reading.evidence("not readable")))
    enabled = parse_enabled(reading.text)
    names = " ".join(sorted(name for name, on in enabled.items() if on))
    usable = tuple(name for name in mounted if enabled.get(name, True))
    return Fact("cgroup.controllers", usable, evidence=(shown, reading.evidence("enabled", names or "none")))


def _controllers_v2(host: Host, mounts: Sequence[Mount]) -> Fact:
    root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
    reading = host.read(f"{root}/cgroup.controllers")
    if reading.text is None:
        return Fact.unknown(
            "cgroup.controllers", f"{reading.source} could not be read ({reading.error or reading.failure})"
        )
    evidence = (reading.evidence("controllers of the unified hierarchy"),)
    return Fact("cgroup.controllers", tuple(sorted(reading.text.split())), evidence=evidence)


def _places(host: Host, mode: Mode, mounts: Sequence[Mount]) -> dict[str, str]:
    """Say where each controller is: of v2, all that the hierarchy has are at the one place."""
    if mode == "v2":
        root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
        listed = available(host, root)
        return {name: root for name in LIMITED if listed is None or name in listed}
    return {name: mount.mount_point for mount in mounts for name in controllers_of(mount)}


def _memory_disabled(host: Host) -> Fact:
    """Name what turned the memory controller off: a controller missing for another reason is not told here."""
    fact_id = "cgroup.memory.disabled_by"
    cgroups, cmdline = host.read("/proc/cgroups"), host.read("/proc/cmdline")
    enabled = parse_enabled(cgroups.text).get("memory") if cgroups.text is not None else None
    flag = parse_memory_disabled(cmdline.text) if cmdline.text is not None else None
    evidence = (
        cgroups.evidence("what came of it", {None: None, True: "memory enabled=1", False: "memory enabled=0"}[enabled]),
        cmdline.evidence("for" if flag else "silent", flag or "no cgroup_disable=memory"),
    )
    if enabled is None and cmdline.text is None:
        return Fact.unknown(fact_id, "neither /proc/cgroups nor /proc/cmdline tells", evidence)
    if enabled is False:
        return Fact(fact_id, flag or "a default of this kernel: cgroup_enable=memory is not given", evidence=evidence)
    if enabled and flag:
        conflict = f"{flag} is given, but /proc/cgroups has memory enabled"
        return Fact(fact_id, "none", evidence=evidence, conflicts=(conflict,))
    return Fact(fact_id, flag or "none", evidence=evidence)


def _swap_limit(host: Host, mode: Mode, mounts: Sequence[Mount]) -> Fact:
    """Tell whether swap can be limited: by the file that would set it.

    In v2 the root group has no such file, so the groups of this process and of init are asked; where none of them has
    the memory controller yet, what the kernel was built with.
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
        # From 6.12 on a kernel may have memory for version 2 alone (MEMCG_V1).
        shown = Evidence(MOUNTINFO, "no memory", "against: it is not mounted where an engine looks for it")
        return Fact("cgroup.swap_limit", value=False, evidence=(shown,))
    if mode == "v2":
        root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
        listed = available(host, root)
        if listed is not None and "memory" not in listed:
            shown = Evidence(f"{root}/cgroup.controllers", "no memory", "against")
            return Fact("cgroup.swap_limit", value=False, evidence=(*evidence, shown))
        config, cmdline = read_config(host), host.read("/proc/cmdline")
        built = config.witness("MEMCG", "SWAP")
        # The parameter went with the code behind it in Linux 6.3.
        off = cmdline.text is None or "swapaccount=0" in cmdline.text.split()
        heard = (*evidence, built.evidence, cmdline.evidence("against" if off else "silent", "no swapaccount=0"))
        if built.answer is not None and not (built.answer and off):
            return Fact("cgroup.swap_limit", built.answer, evidence=heard)
    return Fact.unknown("cgroup.swap_limit", "no memory control group was there to look into", evidence)


def _swap_files_v1(mounts: Sequence[Mount]) -> tuple[str, ...]:
    memory = (mount.mount_point for mount in mounts if "memory" in controllers_of(mount))
    return tuple(f"{point}/memory.memsw.limit_in_bytes" for point in memory)[:1]


def _swap_files_v2(host: Host, mounts: Sequence[Mount]) -> tuple[str, ...]:
    root = next(mount.mount_point for mount in mounts if mount.fs_type == "cgroup2")
    own = (host.read("/proc/self/cgroup").text or "").strip().removeprefix("0::").strip("/")
    groups = [own] if own and ".." not in own else []
    groups += ["init.scope", "system.slice"]
    # Only a group that has the memory controller can say that the file is missing.
    able = [group for group in groups if host.exists(f"{root}/{group}/memory.max")]
    return tuple(f"{root}/{group}/memory.swap.max" for group in able)
