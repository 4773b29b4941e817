"""The resources that a pod requests: CPUs, memory, disk, and resources that only some nodes have."""

from collections.abc import Iterator, Sequence

from hostcheck.workloadfiles.needs import Amount, Gpu, Need, Resource, Unclear
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.sizes import quantity

_GPUS = (".com/gpu", ".com/gpu.shared")
_RESOURCES: dict[str, Resource] = {"cpu": "cpu", "memory": "memory", "ephemeral-storage": "disk"}


def amount_of(node: Node) -> float:
    """Return the value of a quantity: a number of CPUs, bytes or other units.

    Raises:
        UsageError: if the text is not a quantity.
    """
    value = quantity(node.text())
    if value is None or value < 0:
        raise node.refusal(f"not a quantity: {node.kind}", 'write it as "500m" or "1Gi"')
    return value


def request_of(container: Node, resource: str) -> tuple[Node, float] | None:
    """Return the place and the amount of a request of a container or a pod; None if there is none.

    If there is only a limit, it is the request too.
    """
    for kind in ("requests", "limits"):
        node = container.at("resources", kind, resource)
        if node is not None:
            return node, amount_of(node)
    return None


def requested(spec: Node, resource: str) -> tuple[Node, float, int]:
    """Return a pod's request of a resource: its place, the amount, and the number of containers that it sums up.

    The request is the sum over the containers, or the largest request of an init container that runs before them
    (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers). A
    sidecar is added to the containers, and to each init container that starts after it. A request of the pod itself
    replaces those of its containers. The overhead of a runtime class is added.
    """
    together = [found for each in spec.all_of("containers") if (found := request_of(each, resource))]
    beside, largest = 0.0, (spec, 0.0)
    for each in spec.all_of("initContainers"):
        found = request_of(each, resource)
        if found is None:
            continue
        if is_sidecar(each):
            together.append(found)
            beside += found[1]
        else:
            largest = max(largest, (found[0], found[1] + beside), key=_value)
    total = (together[0][0], sum(value for _, value in together)) if together else (spec, 0.0)
    place, value = max(total, largest, key=_value)
    if spec.at("resources", "requests", resource) or not value:
        place, value = request_of(spec, resource) or (place, value)
    overhead = spec.at("overhead", resource)
    if overhead is not None:
        place, value = (place if value else overhead), value + amount_of(overhead)
    return place, value, len(together)


def amounts(spec: Node) -> Iterator[Need]:
    """Yield the requests of a pod, and the graphics processors of its containers."""
    for resource, kind in _RESOURCES.items():
        place, value, count = requested(spec, resource)
        if value:
            said = f"{resource}: {place.written}" if count == 1 else f"{resource} of {count} containers"
            yield Amount(place.place, said, kind, value, reserved=True)
    for each in (*spec.all_of("containers"), *spec.all_of("initContainers")):
        limits = each.at("resources", "limits")
        for key, node in limits.items() if limits else ():
            if key.endswith(_GPUS) and node.number():
                yield Gpu(node.place, f"{key}: {node.text()}", key.partition(".")[0])


def others(spec: Node, containers: Sequence[Node]) -> Iterator[Need]:
    """Yield unclear needs for resources that only some nodes have: huge pages, and those of device plugins."""
    for each in (spec, *containers):
        for kind in ("requests", "limits"):
            found = each.at("resources", kind)
            for name, node in found.items() if found else ():
                said_before = kind == "limits" and each.at("resources", "requests", name) is not None
                is_other = name.startswith("hugepages-") or ("/" in name and not name.endswith(_GPUS))
                if is_other and not said_before and amount_of(node):
                    said = f"{name}: {node.text()}"
                    yield Unclear(node.place, said, "a resource", "how much of it a node has is known to it alone")


def is_sidecar(container: Node) -> bool:
    """Return whether an init container keeps running while the containers run (restartPolicy: Always)."""
    policy = container.get("restartPolicy")
    return policy is not None and policy.text() == "Always"


def _value(pair: tuple[Node, float]) -> float:
    return pair[1]
