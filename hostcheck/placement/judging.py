"""Judge a need of a workload on a host: met, missed or unknown, with the evidence."""

import fnmatch
import ipaddress
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from hostcheck.counts import number_of
from hostcheck.placement.capacity import capacity
from hostcheck.placement.versions import meets
from hostcheck.placement.views import CONTAINER, HostView
from hostcheck.profiles.wording import data
from hostcheck.run.model import Severity
from hostcheck.workloadfiles.model import (
    Amount,
    AnyOf,
    AtMost,
    Capability,
    Device,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Need,
    Platform,
    Rule,
    Spread,
    Sysctl,
    Tolerates,
    Unclear,
    Where,
    Workload,
)
from hostcheck.workloadfiles.platforms import OF_THE_KERNEL
from hostcheck.workloadfiles.sysctls import is_namespaced

Answer = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of a need or a rule on a host.

    Attributes:
        need: the need or the rule.
        answer: met, missed or unknown.
        title: its subject, in a few words.
        found: the state of the host, in words; for unknown, the reason.
        severity: recommended if the workload starts without it.
        fix: how to meet the need; may be empty.
    """

    need: Need | Rule
    answer: Answer
    title: str
    found: str
    severity: Severity = "required"
    fix: str = ""


def judge_needs(workload: Workload, view: HostView, profile: str) -> Iterator[Judged]:
    """Yield the result of each need of one instance, and of each rule that concerns one host alone.

    Args:
        workload: it.
        view: the host.
        profile: of the engine that runs it.
    """
    for need in workload.needs:
        if isinstance(need, HostPort):
            yield _port(need, view, workload.mark)
        else:
            yield _JUDGES[type(need)](need, view, profile)
    for rule in workload.rules:
        if isinstance(rule, Where):
            yield judge_where(rule, view)
        elif isinstance(rule, AnyOf):
            yield _any_of(rule, view)
        elif isinstance(rule, Tolerates):
            yield from _taints(rule, view)
        elif isinstance(rule, AtMost | Spread) and view.attribute(rule.attribute) is None:
            yield _unknown_attribute(rule, view)


def worst(answers: Iterable[Judged]) -> Answer:
    """Return the combined answer: missed if a required one is missed, otherwise unknown if one is unknown."""
    found = {each.answer for each in answers if each.severity == "required"}
    return "fail" if "fail" in found else "unknown" if "unknown" in found else "pass"


def judge_where(rule: Where, view: HostView) -> Judged:
    """Judge the value of an attribute of a host by a rule."""
    title = f"Host with {rule.said}"
    value = view.attribute(rule.attribute) or _of_the_audit(rule.attribute, view) or _by_default(rule)
    if value is None:
        return _unknown_attribute(rule, view)
    fits = _OPERATORS.get(rule.operator)
    if fits is None:
        return Judged(rule, "unknown", title, f"{rule.operator} is not judged")
    if rule.operator in _BY_PATTERN and not all(map(_is_judged, rule.values)):
        return Judged(rule, "unknown", title, f"its {rule.attribute} is {value}, and such an expression is not judged")
    answer: Answer = "pass" if fits(value, rule.values) else "fail"
    return Judged(rule, answer, title, f"its {rule.attribute} is {value}")


def _unknown_attribute(rule: Where | AtMost | Spread, view: HostView) -> Judged:
    why = f"which {rule.attribute} it has is known to the scheduler alone"
    fix = f"Name it: --attribute {view.name}:{rule.attribute}=VALUE."
    return Judged(rule, "unknown", f"Host with {rule.said}", why, fix=fix)


def _any_of(rule: AnyOf, view: HostView) -> Judged:
    terms = [[judge_where(each, view) for each in term] for term in rule.terms]
    answers = [worst(term) for term in terms]
    answer = min(answers, key=("pass", "unknown", "fail").index)
    judged = next((each for each in terms[answers.index(answer)] if each.answer == answer), None)
    return Judged(
        rule, answer, f"Host with {rule.said}", judged.found if judged else "", fix=judged.fix if judged else ""
    )


def _taints(rule: Tolerates, view: HostView) -> Iterator[Judged]:
    """Yield the taints of a node that decide. A node without information is assumed to have none, like a new node."""
    for text in filter(None, (view.attribute("taint") or "").split(",")):
        taint, _, effect = text.strip().partition(":")
        key, _, value = taint.partition("=")
        if effect == "PreferNoSchedule":
            continue
        tolerated = any(
            each.key in {"", key} and each.effect in {"", effect} and (each.any_value or each.value == value)
            for each in rule.tolerations
        )
        found = f"the taint {text.strip()} is {'tolerated' if tolerated else 'not tolerated'}"
        yield Judged(rule, "pass" if tolerated else "fail", "Taints", found)


def _of_the_audit(attribute: str, view: HostView) -> str | None:
    """Return an attribute that a scheduler reads from the host itself; None for any other, or if it is unknown."""
    arch = view.value("os.arch")
    if attribute in _OF_FACTS:
        known = view.value(_OF_FACTS[attribute])
        return None if known is None else str(known)
    if attribute in _SYSTEMS:
        return "linux"
    if attribute in _ARCHITECTURES and arch is not None:
        return OF_THE_KERNEL.get(str(arch), str(arch))
    # Swarm has uname's name of the processor.
    return str(arch) if attribute == "node.platform.arch" and arch is not None else None


def _by_default(rule: Where) -> str | None:
    """Return what a scheduler gives a host that was set up without a word on it, where a rule asks for that."""
    value = _DEFAULTS.get(rule.attribute)
    asks_for_it = (
        value is not None and rule.operator in {"is", "glob"} and _OPERATORS[rule.operator](value, rule.values)
    )
    return value if asks_for_it else None


_DEFAULTS = {"node.datacenter": "dc1", "node.pool": "default"}
"""What a client of Nomad is in (nomad/docs/configuration: datacenter; .../configuration/client: node_pool)."""
_OF_FACTS = {
    "attr.cpu.numcores": "hw.cpus",
    "attr.memory.totalbytes": "hw.memory_bytes",
    "attr.kernel.version": "kernel.release",
    "attr.kernel.arch": "os.arch",
}
"""The attributes that Nomad's client reads of its host (nomad/docs/concepts/node-attributes), and the fact for each."""
_SYSTEMS = frozenset({"kubernetes.io/os", "beta.kubernetes.io/os", "attr.kernel.name", "node.platform.os"})
_ARCHITECTURES = frozenset({"kubernetes.io/arch", "beta.kubernetes.io/arch", "attr.cpu.arch"})


def _matches(value: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a regular expression matches a whole value, like Java's matches()."""
    return any(re.fullmatch(pattern, value) for pattern in patterns)


_MOST_REPEATS = 4
_BY_PATTERN = frozenset({"like", "unlike", "matches"})


def _is_judged(pattern: str) -> bool:
    """Return whether an expression has the same meaning in Go, Java and Python, and its matching time is bounded.

    Repeated groups, and many repeats, can take hours. Classes such as ``[[:alpha:]]`` exist only in Go, and ``[a[b]``
    and ``[a&&b]`` only in Java.
    """
    if len(re.findall(r"[*+{]", pattern)) > _MOST_REPEATS or re.search(
        r"\)[*+{]|\[[^\]]{0,99}(?:\[|&&)|\\[pPQEzZkGC]", pattern
    ):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _compared(one: str, other: str) -> int:
    """Compare two values (-1, 0, 1): as numbers if both are numbers, otherwise as text (Nomad's constraint)."""
    first, second = _number(one), _number(other)
    if first is None or second is None:
        return (one > other) - (one < other)
    return (first > second) - (first < second)


def _listed(text: str) -> set[str]:
    return {each.strip() for each in text.split(",")}


_OPERATORS: dict[str, Callable[[str, tuple[str, ...]], bool]] = {
    "is": lambda value, values: value in values,
    "in": lambda value, values: value in values,
    "not in": lambda value, values: value not in values,
    "like": _matches,
    "glob": lambda value, values: any(fnmatch.fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in values),
    "version": lambda value, values: meets(value, values[0], semver=False),
    "semver": lambda value, values: meets(value, values[0], semver=True),
    "matches": lambda value, values: any(re.search(pattern, value) for pattern in values),
    "unlike": lambda value, values: not _matches(value, values),
    ">": lambda value, values: _compared(value, values[0]) > 0,
    ">=": lambda value, values: _compared(value, values[0]) >= 0,
    "<": lambda value, values: _compared(value, values[0]) < 0,
    "<=": lambda value, values: _compared(value, values[0]) <= 0,
    "set_contains": lambda value, values: _listed(values[0]) <= _listed(value),
    "set_contains_all": lambda value, values: _listed(values[0]) <= _listed(value),
    "set_contains_any": lambda value, values: bool(_listed(values[0]) & _listed(value)),
    "exists": lambda _value, _values: True,
    "absent": lambda _value, _values: False,
}


def _amount(need: Amount, view: HostView, profile: str) -> Judged:
    names = {"cpu": "CPUs", "memory": "Memory", "disk": "Disk", "pods": "Pods"}
    title = names[need.resource]
    offer = capacity(view, need.resource, profile)
    if offer.value is None:
        return Judged(need, "unknown", title, offer.said)
    enough = need.value <= offer.value
    if need.reserved:
        return Judged(need, "pass" if enough else "fail", title, f"{_shown(need)} wanted; {offer.said}")
    if need.resource == "cpu":
        # The engine refuses more CPUs than there are: moby's daemon, "range of CPUs is from 0.01 to N.00".
        cpus = view.value("hw.cpus")
        fits = isinstance(cpus, int) and need.value <= cpus
        return Judged(need, "pass" if fits else "fail", title, f"{need.said}; the host has {cpus}")
    said = f"{need.said}; {offer.said}"
    fix = "" if enough else "Lower the limit, or take a larger host: the limit is never reached before memory ends."
    return Judged(need, "pass" if enough else "fail", title, said, "recommended", fix)


def _shown(need: Amount) -> str:
    if need.resource == "pods":
        return number_of(int(need.value), "pod")
    if need.resource != "cpu":
        return data(need.value)
    return "1 CPU" if need.value == 1 else f"{need.value:g} CPUs"


def _port(need: HostPort, view: HostView, mark: str) -> Judged:
    """Judge a port. A port of the workload's own containers is free for the containers that replace them."""
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
            # Docker 20.10 takes the first port that no container holds, and fails where a program does.
            holder = view.held_by(f"{need.protocol}/{need.first}")
            why = f"{need.first} is held by {holder}, and not every engine tries the next"
            return Judged(need, "unknown", title, why)
        if need.address and not _is_of_every_host(need.address):
            return Judged(need, "unknown", title, f"free; whether the host has the address {need.address} is unknown")
        return Judged(need, "pass", title, "free")
    holder = view.held_by(f"{need.protocol}/{need.first}")
    if need.address:
        return Judged(need, "unknown", title, f"held by {holder}, on an address that is not known")
    return Judged(need, "fail", title, f"held by {holder}", fix=f"Free port {need.first}, or publish another one.")


def _numbers(need: HostPort) -> range:
    return range(need.first, need.last + 1)


def _is_of_every_host(address: str) -> bool:
    """Return whether an address exists on every host: a loopback address, or that of all interfaces; also as a name."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return True
    return found.is_loopback or found.is_unspecified


def _path(need: HostPath, view: HostView, _profile: str) -> Judged:
    title = f"Path {need.path}"
    found = view.exists(need.path)
    if need.created and not found:
        return Judged(need, "pass", title, "the engine makes a folder where nothing is")
    if found is None:
        return Judged(need, "unknown", title, "whether it is there is unknown: this run does not say")
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
        return Judged(need, "unknown", title, "whether it is there is unknown: this run does not say")
    return Judged(need, "pass" if found else "fail", title, "there" if found else "absent")


def _gpu(need: Gpu, view: HostView, _profile: str) -> Judged:
    title = "Graphics processor"
    fact = view.fact("gpu.devices")
    if not fact.known or (not isinstance(fact.value, dict | tuple) and not hasattr(fact.value, "get")):
        return Judged(need, "unknown", title, f"unknown: {fact.reason}")
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
    if found is None:
        return Judged(need, "unknown", title, "whether the kernel has it is unknown: this run does not say")
    return Judged(need, "pass" if found else "fail", title, "the kernel has it" if found else "the kernel has it not")


def _capability(need: Capability, view: HostView, _profile: str) -> Judged:
    title = "All capabilities" if need.name == "all" else f"Capability {need.name.upper()}"
    fact = view.fact("virt.capabilities_dropped")
    if not fact.known or not isinstance(fact.value, tuple):
        return Judged(need, "unknown", title, f"unknown: {fact.reason}")
    lacking = [str(each) for each in fact.value]
    if need.name == "all":
        # Measured with Docker 20.10 and runc 1.1: "unable to apply caps: operation not permitted".
        found = f"the host itself lacks {', '.join(lacking)}" if lacking else "the host has all"
        return Judged(need, "fail" if lacking else "pass", title, found)
    if need.name in lacking:
        return Judged(need, "fail", title, "the host itself lacks it")
    return Judged(need, "pass", title, "the host has it")


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
    return Judged(need, "pass" if fact.value in need.wanted else "fail", need.what, f"{need.fact} is {fact.value}")


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
