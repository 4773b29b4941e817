"""The policies of a namespace: defaults and bounds of a LimitRange, totals of a ResourceQuota.

https://kubernetes.io/docs/concepts/policy/limit-range/ and resource-quotas/. Only policies in the file are applied, and
only to pods of the file. Pods that already run are known only to the cluster.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hostcheck.workloadfiles.kubernetes.labels import namespace_of
from hostcheck.workloadfiles.kubernetes.requests import amount_of, requested
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes

_BY_KEY: Mapping[str, tuple[str, str]] = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
_COUNTS = frozenset({"pods", "count/pods"})


@dataclass(slots=True)
class Policies:
    """The LimitRanges and ResourceQuotas of a file.

    Attributes:
        ranges: the LimitRanges of all namespaces.
        quotas: the ResourceQuotas of all namespaces.
    """

    ranges: list[Node] = field(default_factory=list)
    quotas: list[Node] = field(default_factory=list)

    def with_defaults(self, spec: Node, namespace: str) -> Node:
        """Return the spec of a pod with the default requests and limits that the API adds (admission control)."""
        ranges = list(self._of_containers(namespace))
        if not ranges:
            return spec
        changed = {
            key: replace(node, value=[_filled(each, ranges) for each in node.elements()])
            for key, node in spec.items()
            if key in {"containers", "initContainers"}
        }
        return replace(spec, value={**spec.mapping(), **changed})

    def judge_bounds(self, name: str, spec: Node, namespace: str, mistakes: Mistakes) -> None:
        """Add mistakes for limits above the maximum of a LimitRange, and requests below its minimum."""
        for each in self._of_containers(namespace):
            for container in (*spec.all_of("initContainers"), *spec.all_of("containers")):
                for bound, kind in (("max", "limits"), ("min", "requests")):
                    wanted = each.get(bound)
                    for resource, node in wanted.items() if wanted else ():
                        found = container.at("resources", kind, resource)
                        if found is None:
                            continue
                        over = amount_of(found) - amount_of(node)
                        if over > 0 if bound == "max" else over < 0:
                            mistakes.add(
                                "kubernetes/limit-range",
                                found.place,
                                f"{resource}: {found.text()} is {'above' if bound == 'max' else 'below'} the {bound} "
                                f"of {node.text()} ({node.place}), and the API refuses the pod",
                                "Change it, or the LimitRange.",
                                name,
                            )

    def judge_totals(self, pods: Sequence["Made"], mistakes: Mistakes) -> None:
        """Add mistakes for quotas that the pods of the file exceed, or whose required requests or limits they lack."""
        for quota in self.quotas:
            spec = quota.get("spec")
            hard = spec.get("hard") if spec is not None else None
            if spec is None or hard is None or spec.get("scopes") or spec.get("scopeSelector"):
                continue
            own = [each for each in pods if each.namespace == namespace_of(quota)]
            for key, node in hard.items():
                if key in _COUNTS or key in _BY_KEY:
                    _judge_quota(key, node, own, mistakes)

    def _of_containers(self, namespace: str) -> Iterator[Node]:
        for each in self.ranges:
            if namespace_of(each) == namespace and (spec := each.get("spec")) is not None:
                for limits in spec.all_of("limits"):
                    kind = limits.get("type")
                    if kind is not None and kind.text() == "Container":
                        yield limits


@dataclass(frozen=True, slots=True)
class Made:
    """The pods that an object of the file creates.

    Attributes:
        name: the kind and the name of the object.
        namespace: the namespace of the object.
        spec: the spec of each pod, with defaults.
        count: the number of pods; 1 for a DaemonSet, because the number of nodes is unknown.
    """

    name: str
    namespace: str
    spec: Node
    count: int


def _filled(container: Node, ranges: Sequence[Node]) -> Node:
    resources = container.get("resources")
    wanted = {kind: _given(resources, kind) for kind in ("requests", "limits")}
    for each in ranges:
        # The API fills in missing values of a LimitRange like this (pkg/apis/core/v1/defaults.go).
        limits = {**_given(each, "max"), **_given(each, "default")}
        requests = {**_given(each, "min"), **limits, **_given(each, "defaultRequest")}
        own = dict(wanted["limits"])
        wanted["limits"] = {**limits, **wanted["limits"]}
        wanted["requests"] = {**requests, **own, **wanted["requests"]}
    below = {kind: Node(found, container.place, f"{container.path}.resources.{kind}") for kind, found in wanted.items()}
    kept = dict(resources.mapping()) if resources is not None else {}
    made = Node({**kept, **below}, (resources or container).place, f"{container.path}.resources")
    return replace(container, value={**container.mapping(), "resources": made})


def _given(node: Node | None, key: str) -> dict[str, Node]:
    found = node.get(key) if node is not None else None
    return dict(found.items()) if found is not None else {}


def _judge_quota(key: str, hard: Node, pods: Sequence[Made], mistakes: Mistakes) -> None:
    total = 0.0
    for made in pods:
        each = 1.0
        if key in _BY_KEY:
            kind, resource = _BY_KEY[key]
            if kind == "requests":
                _, each, _ = requested(made.spec, resource)
            else:
                found = [
                    limit for one in made.spec.all_of("containers") if (limit := one.at("resources", kind, resource))
                ]
                each = sum(map(amount_of, found)) if len(found) == len(made.spec.all_of("containers")) else 0.0
            if not each and made.count:
                said = f"the quota on {key} ({hard.place}) refuses a pod that names no {resource} among its {kind}"
                mistakes.add("kubernetes/quota", made.spec.place, said, f"Name it below {kind}.", made.name)
                continue
        total += each * made.count
        if each and made.count and total > amount_of(hard) * (1 + 1e-9):
            said = f"with it the file exceeds the quota on {key} of {hard.text()} ({hard.place})"
            mistakes.add("kubernetes/quota", made.spec.place, said, "Ask for less, or raise the quota.", made.name)
            return
