"""Rules for the node of a pod: node selectors, affinity, taints, and topology spread constraints.

https://kubernetes.io/docs/concepts/scheduling-eviction/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hostcheck.workloadfiles.kubernetes.labels import selects
from hostcheck.workloadfiles.model import AnyOf, Apart, AtMost, Beside, Rule, Spread, Tolerates, Toleration, Where
from hostcheck.workloadfiles.needs import Need, Unclear
from hostcheck.workloadfiles.node import Node

_HOSTNAME = "kubernetes.io/hostname"
_OPERATORS = {"In": "in", "NotIn": "not in", "Exists": "exists", "DoesNotExist": "absent", "Gt": ">", "Lt": "<"}
_OF_DAEMONS = tuple(
    Toleration(f"node.kubernetes.io/{name}", "", "")
    for name in ("not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
)
"""Tolerations that the DaemonSet controller adds (concepts/workloads/controllers/daemonset/#taints-and-tolerations)."""


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods of one workload, as selectors see them.

    Attributes:
        name: the name of the workload.
        namespace: the namespace of the workload.
        labels: the labels of the pods.
    """

    name: str
    namespace: str
    labels: Mapping[str, str]


def rules_of(spec: Node, own: Pods, others: Sequence[Pods], *, each_host: bool) -> Iterator[Need | Rule]:
    """Yield the rules for a pod's node, and unclear needs if the file does not determine a rule.

    Args:
        spec: the spec of the pod.
        own: the pods of this workload.
        others: the pods of all other workloads in the file.
        each_host: whether a DaemonSet creates the pod.
    """
    fixed = spec.get("nodeName")
    if fixed is not None:
        yield Where(fixed.place, f"nodeName: {fixed.text()}", "hostname", "is", (fixed.text(),))
    system = spec.at("os", "name")
    if system is not None:
        yield Where(system.place, f"os: {system.text()}", "kubernetes.io/os", "is", (system.text(),))
    selector = spec.get("nodeSelector")
    for label, value in selector.items() if selector else ():
        yield Where(value.place, f"{label}: {value.text()}", _attribute(label), "is", (value.text(),))
    required = spec.at("affinity", "nodeAffinity", _REQUIRED)
    if required is not None:
        yield from node_rules(required)
    if fixed is None:
        # A pod that names its node is not scheduled; only taints with the effect NoExecute affect it.
        tolerated = tuple(_toleration(each) for each in spec.all_of("tolerations"))
        yield Tolerates(spec.place, "tolerations", (*tolerated, *(_OF_DAEMONS if each_host else ())))
    for each in _terms(spec, "podAntiAffinity"):
        yield from _away_from(each, own, others)
    for each in _terms(spec, "podAffinity"):
        yield _near(each, own, others)
    if not each_host:
        yield from _spread(spec, own)


def node_rules(required: Node) -> Iterator[Rule]:
    """Yield the rules of a node selector: all expressions of at least one term must be met."""
    terms = [tuple(_term(each)) for each in required.all_of("nodeSelectorTerms")]
    if len(terms) == 1:
        yield from terms[0]
    elif terms:
        yield AnyOf(required.place, "one of " + "; ".join(_said(each) for each in terms), tuple(terms))


def _said(term: Sequence[Where]) -> str:
    return " and ".join(each.said for each in term)


def _term(node: Node) -> Iterator[Where]:
    for each in node.all_of("matchExpressions"):
        yield _expression(each)
    for each in node.all_of("matchFields"):
        # metadata.name is the only field that the API accepts.
        found = _expression(each)
        yield Where(found.place, found.said, "hostname", found.operator, found.values, absent=found.absent)


def _expression(node: Node) -> Where:
    key, operator = node.get("key"), node.get("operator")
    if key is None or operator is None:
        raise node.refusal("an expression without a key and an operator")
    values = tuple(each.text() for each in node.all_of("values"))
    name = _OPERATORS.get(operator.text(), operator.text())
    said = " ".join((key.text(), operator.text(), ", ".join(values))).rstrip()
    return Where(node.place, said, _attribute(key.text()), name, values, absent=name in {"not in", "absent"})


def _toleration(node: Node) -> Toleration:
    def text(key: str) -> str:
        found = node.get(key)
        return found.text() if found is not None else ""

    exists = text("operator") == "Exists"
    return Toleration(text("key"), text("effect"), "" if exists else text("value"), any_value=exists)


def _away_from(node: Node, own: Pods, others: Sequence[Pods]) -> Iterator[Rule]:
    key, selector = node.get("topologyKey"), node.get("labelSelector")
    if key is None or selector is None:
        return
    said = f"podAntiAffinity by {key.text()}"
    if selects(selector, own.labels):
        yield AtMost(node.place, said, 1, _attribute(key.text()))
    if key.text() == _HOSTNAME:
        for other in others:
            if other.namespace == own.namespace and selects(selector, other.labels):
                yield Apart(node.place, said, other.name)


def _near(node: Node, own: Pods, others: Sequence[Pods]) -> Need | Rule:
    key, selector = node.get("topologyKey"), node.get("labelSelector")
    chosen = [
        other
        for other in others
        if selector is not None and own.namespace == other.namespace and selects(selector, other.labels)
    ]
    if key is not None and key.text() == _HOSTNAME and len(chosen) == 1:
        return Beside(node.place, f"podAffinity by {_HOSTNAME}", chosen[0].name)
    return Unclear(node.place, "podAffinity", "a node", "beside which pods it goes is known to the scheduler alone")


def _spread(spec: Node, own: Pods) -> Iterator[Rule]:
    for each in spec.all_of("topologySpreadConstraints"):
        when, key, skew = each.get("whenUnsatisfiable"), each.get("topologyKey"), each.get("maxSkew")
        selector = each.get("labelSelector")
        if when is not None and when.text() == "ScheduleAnyway":
            continue
        if key is None or skew is None:
            raise each.refusal("a topologySpreadConstraint without a topologyKey and a maxSkew")
        if selector is not None and selects(selector, own.labels):
            least = each.get("minDomains")
            said = f"maxSkew: {skew.text()} by {key.text()}"
            yield Spread(each.place, said, skew.whole(1), _attribute(key.text()), least.whole(1) if least else 1)


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def _terms(spec: Node, kind: str) -> Sequence[Node]:
    found = spec.at("affinity", kind)
    return found.all_of(_REQUIRED) if found else ()


def _attribute(key: str) -> str:
    return "hostname" if key == _HOSTNAME else key
