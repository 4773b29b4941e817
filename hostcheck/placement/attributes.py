"""Judge the rules of a workload by the attributes of a host: labels, metadata, taints, and facts of the audit."""

import fnmatch
import re
from collections.abc import Callable, Iterator

from hostcheck.placement.judged import Answer, Judged, worst
from hostcheck.placement.versions import meets
from hostcheck.placement.views import HostView
from hostcheck.workloadfiles.model import AnyOf, AtMost, Rule, Spread, Tolerates, Where
from hostcheck.workloadfiles.platforms import OF_THE_KERNEL


def judge_rule(rule: Rule, view: HostView) -> Iterator[Judged]:
    """Yield the results of a rule on one host; nothing for a rule that depends on several workloads or hosts."""
    if isinstance(rule, Where):
        yield _where(rule, view)
    elif isinstance(rule, AnyOf):
        yield _any_of(rule, view)
    elif isinstance(rule, Tolerates):
        yield from _taints(rule, view)
    elif isinstance(rule, AtMost | Spread) and view.attribute(rule.attribute) is None:
        yield _unknown_attribute(rule, view)


def _where(rule: Where, view: HostView) -> Judged:
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
    terms = [[_where(each, view) for each in term] for term in rule.terms]
    answers = [worst(term) for term in terms]
    answer = min(answers, key=("pass", "unknown", "fail").index)
    judged = next((each for each in terms[answers.index(answer)] if each.answer == answer), None)
    return Judged(
        rule, answer, f"Host with {rule.said}", judged.found if judged else "", fix=judged.fix if judged else ""
    )


def _taints(rule: Tolerates, view: HostView) -> Iterator[Judged]:
    """Yield a result for each taint of a node that can exclude the workload. Unknown taints are taken as none."""
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
    """Return an attribute that a scheduler reads from the host itself, by the facts; None for others, or if unknown."""
    arch = view.value("os.arch")
    if attribute in _OF_FACTS:
        known = view.value(_OF_FACTS[attribute])
        return None if known is None else str(known)
    if attribute in _SYSTEMS:
        return "linux"
    if attribute in _ARCHITECTURES and arch is not None:
        return OF_THE_KERNEL.get(str(arch), str(arch))
    # Swarm uses the architecture as uname(1) names it.
    return str(arch) if attribute == "node.platform.arch" and arch is not None else None


def _by_default(rule: Where) -> str | None:
    """Return a scheduler's default value of an attribute, but only if it meets the rule; otherwise None."""
    value = _DEFAULTS.get(rule.attribute)
    asks_for_it = (
        value is not None and rule.operator in {"is", "glob"} and _OPERATORS[rule.operator](value, rule.values)
    )
    return value if asks_for_it else None


_DEFAULTS = {"node.datacenter": "dc1", "node.pool": "default"}
"""Defaults of a Nomad client (nomad/docs/configuration: datacenter; .../configuration/client: node_pool)."""
_OF_FACTS = {
    "attr.cpu.numcores": "hw.cpus",
    "attr.memory.totalbytes": "hw.memory_bytes",
    "attr.kernel.version": "kernel.release",
    "attr.kernel.arch": "os.arch",
}
"""For each attribute that Nomad's client reads from its host (nomad/docs/concepts/node-attributes): the fact."""
_SYSTEMS = frozenset({"kubernetes.io/os", "beta.kubernetes.io/os", "attr.kernel.name", "node.platform.os"})
_ARCHITECTURES = frozenset({"kubernetes.io/arch", "beta.kubernetes.io/arch", "attr.cpu.arch"})


def _matches(value: str, patterns: tuple[str, ...]) -> bool:
    """Return whether one of the regular expressions matches the whole value, like Java's matches()."""
    return any(re.fullmatch(pattern, value) for pattern in patterns)


_MOST_REPEATS = 4
_BY_PATTERN = frozenset({"like", "unlike", "matches"})


def _is_judged(pattern: str) -> bool:
    """Return whether an expression means the same in Go, Java and Python, and its matching time is bounded.

    Repeated groups, and many repeats, can take hours. Classes such as ``[[:alpha:]]`` exist only in Go. ``[a[b]`` and
    ``[a&&b]`` have a special meaning only in Java.
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


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""Decimal numbers of Go's strconv.ParseFloat. Python's float() accepts more, such as "1_000" and " 5"."""


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _compared(one: str, other: str) -> int:
    """Compare two values as numbers if both are numbers, otherwise as text (Nomad's constraint); return -1, 0 or 1."""
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
