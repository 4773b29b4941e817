"""Kernel features that not every engine needs: real-time groups, limits, PSI, time namespaces, installed modules."""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.host.mounts import parse_mountinfo, read_mounts, visible
from hostcheck.probes.kernel.cgroups import available, decide_mode
from hostcheck.probes.kernel.installed import modules_are_gone, modules_folder
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
from hostcheck.probes.kernel.namespaces import judge_unshare
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.witness import Witness, present, settle
from hostcheck.run.model import Evidence, Fact

_LIMITS = {
    "cgroup.cpu_cfs": ("cpu.cfs_quota_us", "cpu.max", ("CFS_BANDWIDTH", "FAIR_GROUP_SCHED")),
    "cgroup.io_throttle": ("blkio.throttle.read_bps_device", "io.max", ("BLK_CGROUP", "BLK_DEV_THROTTLING")),
}
"""For each fact about a limit: its file in cgroup v1 and v2, and the kernel options. Source: moby pkg/sysinfo."""
_OPTIONS = {
    "cgroup.options": {
        "hugetlb": ("CGROUP_HUGETLB",),
        "perf": ("CGROUP_PERF",),
        "net_cls": ("CGROUP_NET_CLASSID",),
        "net_prio": ("CGROUP_NET_PRIO",),
    },
    "kernel.criu": {
        name.lower(): (name,)
        for name in (
            "CHECKPOINT_RESTORE", "FHANDLE", "EVENTFD", "EPOLL", "UNIX_DIAG", "INET_DIAG", "PACKET_DIAG", "NETLINK_DIAG"
        )
    },
}  # fmt: skip
"""Facts that report kernel options, each under a name. Sources: moby contrib/check-config.sh; lxc-checkconfig(1)."""
_GROUPS = ("init.scope", "system.slice")
_RT_SWITCH = (6, 16)
"""Since this version, real-time groups that are built in may be switched off. Source: linux 6.16, "sched: Add
commandline option for RT_GROUP_SCHED toggling"."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield kernel.{rt_group_sched, psi, modules_match, vsyscall}, ns.time, and the facts of _LIMITS and _OPTIONS."""
    config = read_config(host)
    yield _real_time(host, config)
    yield settle("kernel.psi", (_pressure(host), config.witness("PSI")), config.problem)
    in_one = present(host, "/proc/self/ns/time", "for: this process is in a time namespace")
    made = judge_unshare("time", host.experiment("unshare"))
    yield settle("ns.time", (made, in_one, config.witness("TIME_NS")), config.problem)
    for fact_id, (v1, v2, options) in _LIMITS.items():
        yield settle(fact_id, (_limit(host, v1, v2), config.witness(*options)), config.problem)
    yield _modules(host, config)
    for fact_id, groups in _OPTIONS.items():
        yield _options(fact_id, groups, config)
    yield _vsyscall(host, config)


def _real_time(host: Host, config: KernelConfig) -> Fact:
    """Return kernel.rt_group_sched: whether groups have real-time scheduling.

    The kernel parameter outranks the kernel's configuration.

    Source: Documentation/admin-guide/kernel-parameters.txt, rt_group_sched=.
    """
    built, version = config.witness("RT_GROUP_SCHED"), config.version
    if not built.answer or version is None or version < _RT_SWITCH:
        return settle("kernel.rt_group_sched", (built,), config.problem)
    cmdline = host.read("/proc/cmdline")
    given = [word for word in (cmdline.text or "").split() if word in {"rt_group_sched=0", "rt_group_sched=1"}]
    if given:
        on = given[-1].endswith("1")
        shown = cmdline.evidence("for" if on else "against: it turns them off", given[-1])
        return Fact("kernel.rt_group_sched", on, evidence=(shown, built.evidence))
    off = config.witness("RT_GROUP_SCHED_DEFAULT_DISABLED")
    return Fact("kernel.rt_group_sched", not off.answer, evidence=(built.evidence, off.evidence))


def _options(fact_id: str, groups: Mapping[str, tuple[str, ...]], config: KernelConfig) -> Fact:
    witnesses = {name: config.witness(*options) for name, options in groups.items()}
    evidence = tuple(witness.evidence for witness in witnesses.values())
    if all(witness.answer is None for witness in witnesses.values()):
        return Fact.unknown(fact_id, next(iter(witnesses.values())).reason or config.problem, evidence[:1])
    return Fact(fact_id, {name: witness.answer for name, witness in witnesses.items()}, evidence=evidence)


def _vsyscall(host: Host, config: KernelConfig) -> Fact:
    """Return kernel.vsyscall: the mode of the vsyscall page, which old programs use.

    The kernel parameter outranks the kernel's configuration.

    Source: Documentation/admin-guide/kernel-parameters.txt, vsyscall=; only x86 has the page.
    """
    fact_id = "kernel.vsyscall"
    cmdline = host.read("/proc/cmdline")
    named = [word.partition("=")[2] for word in (cmdline.text or "").split() if word.startswith("vsyscall=")]
    if named and named[-1] in {"emulate", "xonly", "none", "native"}:
        return Fact(fact_id, named[-1], evidence=(cmdline.evidence("the parameter", f"vsyscall={named[-1]}"),))
    built = {word: config.witness(f"LEGACY_VSYSCALL_{word.upper()}") for word in ("emulate", "xonly", "none", "native")}
    for word, witness in built.items():
        if witness.answer:
            return Fact(fact_id, word, evidence=(cmdline.evidence("silent", "no vsyscall="), witness.evidence))
    reason = config.problem or "the kernel's configuration has no LEGACY_VSYSCALL option: only x86 has the page"
    return Fact.unknown(fact_id, reason, tuple(witness.evidence for witness in built.values())[:1])


def _pressure(host: Host) -> Witness:
    """Return a witness whether PSI has its files: it may be built in but off (psi=0, PSI_DEFAULT_DISABLED)."""
    path = "/proc/pressure/cpu"
    there = host.exists(path)
    answer = there if there or host.proves_absence else None
    return Witness(answer, Evidence(path, "present" if there else None, "for" if there else "against"))


def _limit(host: Host, v1: str, v2: str) -> Witness:
    """Return a witness whether a limit can be set: whether its file exists.

    In v2 the root group has no such file, so other groups are searched.

    Args:
        host: the host.
        v1: the name of the file in cgroup v1.
        v2: the name of the file in cgroup v2.
    """
    controller = v1.partition(".")[0]
    mounts = visible(parse_mountinfo(read_mounts(host).text or ""))
    unified = decide_mode(mounts) == "v2"
    for mount in mounts:
        if mount.fs_type == "cgroup" and controller in mount.super_options and not unified:
            return present(host, f"{mount.mount_point}/{v1}", "for: it can be set")
        if mount.fs_type == "cgroup2":
            listed = available(host, mount.mount_point)
            if listed is not None and v2.partition(".")[0] not in listed:
                path = f"{mount.mount_point}/cgroup.controllers"
                return Witness(answer=False, evidence=Evidence(path, f"no {v2.partition('.')[0]}", "against"))
            for group in _GROUPS:
                path = f"{mount.mount_point}/{group}/{v2}"
                if host.exists(path):
                    return Witness(answer=True, evidence=Evidence(path, "present", "for: it can be set"))
    return Witness(None, Evidence(f"{v1}, {v2}", None, "silent: not found in the groups that were searched"))


def _modules(host: Host, config: KernelConfig) -> Fact:
    """Return kernel.modules_match: whether the running kernel's modules are installed. An update may remove them."""
    fact_id = "kernel.modules_match"
    if config.state("MODULES") == "n":
        evidence = (Evidence(config.path or "", "CONFIG_MODULES=n", "for: everything is built in"),)
        return Fact(fact_id, value=True, evidence=evidence)
    release = read_release(host).text
    if release is None:
        return Fact.unknown(fact_id, unread_reason(read_release(host).reading))
    path = modules_folder(host, release)
    there = host.exists(path)
    evidence = (Evidence(path, "present" if there else None, "for" if there else "against"),)
    if there:
        return Fact(fact_id, value=True, evidence=evidence)
    # An update also removes the configuration where it is stored with the modules, as in Debian's 7.2.
    loaded = host.read("/proc/modules")
    if not modules_are_gone(host, release) or (config.path is None and not loaded.text):
        # A kernel without modules has no such folder either. Only its configuration shows the difference.
        return Fact.unknown(fact_id, config.problem or f"{path} was not found, nor another kernel's modules", evidence)
    shown = () if config.path else (loaded.evidence("against: the kernel has loaded modules", "modules"),)
    return Fact(fact_id, value=False, evidence=(*evidence, *shown))
