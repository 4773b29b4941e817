"""Judge each need of a workload on a host: the answer is "pass", "fail" or "unknown", and what was found."""

import ipaddress
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from hostcheck.counts import number_of
from hostcheck.placement.attributes import judge_rule
from hostcheck.placement.capacity import capacity
from hostcheck.placement.judged import Judged
from hostcheck.placement.versions import meets, parse_version
from hostcheck.placement.views import CONTAINER, HostView
from hostcheck.plaintext import plain
from hostcheck.profiles.wording import data
from hostcheck.workloadfiles.model import Workload
from hostcheck.workloadfiles.needs import (
    Amount,
    Capability,
    Device,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Platform,
    Sysctl,
    Unclear,
)
from hostcheck.workloadfiles.platforms import OF_THE_KERNEL
from hostcheck.workloadfiles.sysctls import SINCE_KERNEL, is_namespaced


def judge_needs(workload: Workload, view: HostView, profile: str) -> Iterator[Judged]:
    """Yield the result of each need of one instance, and of each rule that depends on one host alone.

    Args:
        workload: the workload.
        view: the host.
        profile: the profile of the engine that runs the workload.
    """
    for need in workload.needs:
        if isinstance(need, HostPort):
            yield _port(need, view, workload.mark)
        else:
            yield _JUDGES[type(need)](need, view, profile)
    for rule in workload.rules:
        yield from judge_rule(rule, view)


def _amount(need: Amount, view: HostView, profile: str) -> Judged:
    names = {"cpu": "CPUs", "mhz": "CPU in MHz", "memory": "Memory", "disk": "Disk", "pods": "Pods"}
    title = names[need.resource]
    offer = capacity(view, need.resource, profile)
    if offer.value is None:
        return Judged(need, "unknown", title, offer.said, fix=offer.fix.format(plain(view.name)))
    enough = need.value <= offer.value
    if need.reserved:
        return Judged(need, "pass" if enough else "fail", title, f"{_shown(need)} wanted; {offer.said}")
    if need.resource == "cpu":
        # The engine refuses more CPUs than the host has: moby's daemon, "range of CPUs is from 0.01 to N.00".
        cpus = view.value("hw.cpus")
        fits = isinstance(cpus, int) and need.value <= cpus
        return Judged(need, "pass" if fits else "fail", title, f"{need.said}; the host has {cpus}")
    said = f"{need.said}; {offer.said}"
    fix = "" if enough else "Lower the limit, or take a larger host: the limit is never reached before memory ends."
    return Judged(need, "pass" if enough else "fail", title, said, "recommended", fix)


def _shown(need: Amount) -> str:
    if need.resource == "pods":
        return number_of(int(need.value), "pod")
    if need.resource == "mhz":
        return f"{need.value:g} MHz"
    if need.resource != "cpu":
        return data(need.value)
    return "1 CPU" if need.value == 1 else f"{need.value:g} CPUs"


def _port(need: HostPort, view: HostView, mark: str) -> Judged:
    """Judge a port. A port that containers of this workload hold is free for the containers that replace them."""
    title = f"Port {need.label}"
    busy = view.busy()
    if busy is None:
        why = view.fact("net.ports.busy").reason
        fix = "Judge the host itself, or record its run with hostcheck audit --explain net.ports -o json:FILE."
        return Judged(need, "unknown", title, f"which ports are in use is unknown: {why}", fix=fix)
    held_for = {port: view.is_held_for(f"{need.protocol}/{port}", {mark} - {""}) for port in _numbers(need)}
    hidden = next((port for port, is_own in held_for.items() if is_own is None), None)
    if hidden is not None:
        holder = view.held_by(f"{need.protocol}/{hidden}")
        why = f"held by {holder}, which runs this workload already, and by a program that is not shown"
        return Judged(need, "unknown", title, why, fix="Judge the host as root: only to root ss shows all programs.")
    own = [port for port, is_own in held_for.items() if is_own]
    if own and need.first == need.last:
        holder = view.held_by(f"{need.protocol}/{need.first}")
        return Judged(need, "pass", title, f"held by {holder}, which runs this workload already")
    taken = [port for port in _numbers(need) if f"{need.protocol}/{port}" in busy and port not in own]
    if len(taken) <= need.last - need.first:
        held = view.holders.get(f"{need.protocol}/{need.first}", ())
        if need.first in taken and CONTAINER not in held:
            # Docker 20.10 takes the first port that no container holds, and fails if a program holds that port.
            holder = view.held_by(f"{need.protocol}/{need.first}")
            why = f"{need.first} is held by {holder}, and not every engine tries the next"
            return Judged(need, "unknown", title, why)
        if need.address and not _is_of_every_host(need.address):
            return Judged(need, "unknown", title, f"free; whether the host has the address {need.address} is unknown")
        return Judged(need, "pass", title, "free")
    holder = view.held_by(f"{need.protocol}/{need.first}")
    answers = [view.is_held(f"{need.protocol}/{port}", need.address) for port in taken]
    if all(answers):
        return Judged(need, "fail", title, f"held by {holder}", fix=f"Free port {need.first}, or publish another one.")
    if None in answers or need.first != need.last:
        on_both = need.first == need.last and "::" in view.addresses.get(f"{need.protocol}/{need.first}", ())
        where = "on ::, which may be IPv4 too" if on_both else "on an address that is not known"
        return Judged(need, "unknown", title, f"held by {holder}, {where}")
    on = ", ".join(view.addresses.get(f"{need.protocol}/{need.first}", ()))
    if not _is_of_every_host(need.address):
        why = f"held by {holder} on {on} only; whether the host has the address {need.address} is unknown"
        return Judged(need, "unknown", title, why)
    return Judged(need, "pass", title, f"free: held by {holder} on {on} only")


def _numbers(need: HostPort) -> range:
    return range(need.first, need.last + 1)


def _is_of_every_host(address: str) -> bool:
    """Return whether every host has an address: a loopback address, or that of all interfaces.

    A name of a host is accepted, too.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return True
    return found.is_loopback or found.is_unspecified


def _path(need: HostPath, view: HostView, _profile: str) -> Judged:
    title = f"Path {need.path}"
    found = view.exists(need.path)
    if need.created and not found:
        return Judged(need, "pass", title, "the engine creates a folder if nothing is there")
    if found is None:
        return Judged(need, "unknown", title, "whether it exists is unknown: this run does not show it")
    if not found:
        fix = f"mkdir -p {shlex.quote(need.path)}" if need.kind in {"any", "directory"} else ""
        return Judged(need, "fail", title, "absent", fix=fix)
    if need.kind == "directory" and view.is_folder(need.path) is None:
        return Judged(need, "unknown", title, "there; whether it is a folder is unknown")
    return Judged(need, "pass", title, "there")


def _device(need: Device, view: HostView, _profile: str) -> Judged:
    title = f"Device {need.path}"
    found = view.exists(need.path)
    if found is None:
        return Judged(need, "unknown", title, "whether it exists is unknown: this run does not show it")
    return Judged(need, "pass" if found else "fail", title, "there" if found else "absent")


def _gpu(need: Gpu, view: HostView, _profile: str) -> Judged:
    title = "Graphics processor"
    fact = view.fact("gpu.devices")
    if not fact.known or (not isinstance(fact.value, dict | tuple) and not hasattr(fact.value, "get")):
        fix = "Judge the host itself, or record its run with hostcheck audit --explain gpu -o json:FILE."
        return Judged(need, "unknown", title, f"unknown: {fact.reason}", fix=fix)
    devices = cast("dict[str, Any]", fact.value)
    there = devices.get(need.vendor) if need.vendor in {"nvidia", "amd"} else any(devices.values())
    if there is None:
        return Judged(need, "unknown", title, f"whether there is one of {need.vendor or 'any kind'} is unknown")
    return Judged(need, "pass" if there else "fail", title, "there" if there else f"none{_of(need.vendor)}")


def _of(vendor: str) -> str:
    return f" of {vendor}" if vendor else ""


def _sysctl(need: Sysctl, view: HostView, _profile: str) -> Judged:
    title = f"Sysctl {need.name}"
    if not is_namespaced(need.name):
        return Judged(need, "fail", title, "belongs to the host: no container can have its own value")
    found = view.exists(f"/proc/sys/{need.name.replace('.', '/')}")
    since, kernel = SINCE_KERNEL.get(need.name.replace("/", ".")), str(view.value("kernel.version"))
    if found is None and since is not None and meets(kernel, f">= {since}", semver=False):
        return Judged(need, "pass", title, f"the kernel has it: it is Linux {kernel}, and has it since {since}")
    if found is None:
        return Judged(need, "unknown", title, "whether the kernel has it is unknown: this run does not show it")
    return Judged(
        need, "pass" if found else "fail", title, "the kernel has it" if found else "the kernel does not have it"
    )


def _capability(need: Capability, view: HostView, _profile: str) -> Judged:
    title = "All capabilities" if need.name == "all" else f"Capability {need.name.upper()}"
    fact = view.fact("virt.capabilities_dropped")
    if not fact.known or not isinstance(fact.value, tuple):
        return Judged(need, "unknown", title, f"unknown: {fact.reason}")
    lacking = [str(each) for each in fact.value]
    if need.name == "all":
        return _all_capabilities(need, view, lacking)
    if need.name in lacking:
        return Judged(need, "fail", title, "the host itself lacks it")
    return Judged(need, "pass", title, "the host has it")


_OF_WHAT_IT_HAS = ">= 23"
"""Versions of Docker that give a container all capabilities that dockerd has (moby's oci/caps/utils_linux.go)."""


def _all_capabilities(need: Capability, view: HostView, lacking: Sequence[str]) -> Judged:
    """Judge a privileged container, or one with --cap-add ALL.

    Docker 20.10 asks for all capabilities of the kernel. Measured with runc 1.1 on a host that lacks one: "unable to
    apply caps: operation not permitted".
    """
    title = "All capabilities"
    if not lacking:
        return Judged(need, "pass", title, "the host has all")
    found = f"the host itself lacks {', '.join(lacking)}"
    version = str(view.value("engine.version"))
    if view.value("engine.name") != "docker" or parse_version(version) is None:
        why = f"{found}, and which of the others its engine gives is unknown: Docker 20.10 starts no such container"
        return Judged(need, "unknown", title, why, fix="Docker 23 and later give all that the host has.")
    if meets(version, _OF_WHAT_IT_HAS, semver=True):
        return Judged(need, "pass", title, f"{found}; Docker {version} gives all that it has")
    return Judged(need, "fail", title, f"{found}; Docker {version} asks for all", fix="Update Docker to 23 or later.")


def _platform(need: Platform, view: HostView, _profile: str) -> Judged:
    title = f"Platform {need.architecture}"
    arch = view.value("os.arch")
    if arch is None:
        return Judged(need, "unknown", title, f"unknown: {view.fact('os.arch').reason}")
    name = OF_THE_KERNEL.get(str(arch), str(arch))
    if name == need.architecture or (name, need.architecture) == ("amd64", "386"):
        return Judged(need, "pass", title, f"the host is {name}")
    if view.exists("/proc/sys/fs/binfmt_misc/qemu-" + _QEMU.get(need.architecture, need.architecture)):
        return Judged(need, "pass", title, f"the host is {name}, and runs it by emulation", "recommended")
    return Judged(need, "fail", title, f"the host is {name}")


_QEMU = {"arm64": "aarch64", "amd64": "x86_64", "386": "i386"}


def _kernel_fact(need: KernelFact, view: HostView, _profile: str) -> Judged:
    fact = view.fact(need.fact)
    if not fact.known:
        return Judged(need, "unknown", need.what, f"unknown: {fact.reason}")
    if fact.value in need.wanted:
        return Judged(need, "pass", need.what, "the host has it")
    return Judged(need, "fail", need.what, "the host does not have it, or does not run it")


def _unclear(need: Unclear, _view: HostView, _profile: str) -> Judged:
    title = need.what[:1].upper() + need.what[1:]
    return Judged(need, "unknown", title, f"{need.said}: {need.reason}")


_JUDGES: dict[type, Callable[[Any, HostView, str], Judged]] = {
    Amount: _amount,
    HostPath: _path,
    Device: _device,
    Gpu: _gpu,
    Sysctl: _sysctl,
    Capability: _capability,
    Platform: _platform,
    KernelFact: _kernel_fact,
    Unclear: _unclear,
}
