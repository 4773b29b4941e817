"""Kubernetes manifests: the pods that they make, and what each asks of a node.

Source: https://kubernetes.io/docs/reference/kubernetes-api/. Requests decide where a pod goes; limits do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hostcheck.workloadfiles.capabilities import needed_capability
from hostcheck.workloadfiles.model import (
    Amount,
    AtMost,
    Capability,
    Content,
    Gpu,
    HostPath,
    HostPort,
    KernelFact,
    Need,
    PathKind,
    Rule,
    Sysctl,
    Unclear,
    Where,
    Workload,
)
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.sizes import quantity
from hostcheck.workloadfiles.sysctls import SAFE_OF_KUBERNETES, is_namespaced

_TEMPLATES = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController", "Job"})
_SELECTING = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
_SERVING = _SELECTING | {"ReplicationController"}
"""Kinds whose pods run for ever."""
_ENDING = frozenset({"Job", "CronJob"})
NODE_PORTS = (30000, 32767)
_KINDS: Mapping[str, tuple[PathKind, bool]] = {
    "": ("any", False),
    "DirectoryOrCreate": ("directory", True),
    "Directory": ("directory", False),
    "FileOrCreate": ("file", True),
    "File": ("file", False),
    "Socket": ("socket", False),
    "CharDevice": ("char device", False),
    "BlockDevice": ("block device", False),
}
_GPUS = (".com/gpu", ".com/gpu.shared")
_HOSTNAME = "kubernetes.io/hostname"
_ARCHITECTURE = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_OS = ("kubernetes.io/os", "beta.kubernetes.io/os")


def is_manifest(root: Node) -> bool:
    """Whether a document is an object of Kubernetes."""
    return root.is_mapping and "apiVersion" in root.mapping() and "kind" in root.mapping()


def read(file: str, documents: Sequence[Node]) -> Content:
    """Return what the objects of a file ask for.

    Raises:
        UsageError: for what the API refuses, with the line.
    """
    reader = _Reader()
    workloads: list[Workload] = []
    for each in documents:
        workloads += reader.workloads(each)
    return Content(file, "kubernetes", "kubernetes", tuple(workloads), tuple(reader.mistakes), tuple(reader.notes))


class _Reader:
    def __init__(self) -> None:
        self.mistakes = Mistakes()
        self.notes: list[str] = []

    def workloads(self, node: Node) -> Iterator[Workload]:
        kind = node.get("kind")
        if kind is None:
            raise node.refusal("an object without a kind")
        text = kind.text()
        if text.endswith("List") and "items" in node.mapping():
            for each in node.all_of("items"):
                yield from self.workloads(each)
            return
        found = node.at("metadata", "name") or node.at("metadata", "generateName")
        name = f"{text}/{found.text() if found else '?'}"
        spec = node.get("spec")
        if text == "Pod" and spec is not None:
            yield self._workload(name, node, spec, node, 1)
        elif text in _TEMPLATES and spec is not None:
            replicas = spec.get("parallelism" if text == "Job" else "replicas")
            template = self._template(spec)
            yield self._workload(name, node, template, spec, 1 if replicas is None else replicas.whole())
        elif text == "DaemonSet" and spec is not None:
            yield self._workload(name, node, self._template(spec), spec, 1, each_host=True)
        elif text == "CronJob" and spec is not None:
            job = spec.at("jobTemplate", "spec")
            if job is None:
                raise spec.refusal("a CronJob without a jobTemplate")
            yield self._workload(name, node, self._template(job), job, 1)
        elif text == "Service" and spec is not None and not _makes_pods(spec):
            yield from self._service(name, node, spec)
        elif spec is not None and _makes_pods(spec):
            said = Unclear(kind.place, f"kind: {text}", "its instances", "the controller of this kind decides")
            made = self._workload(name, node, self._template(spec), spec, 1)
            yield replace(made, instances=None, needs=(*made.needs, said))

    def _template(self, spec: Node) -> Node:
        found = spec.at("template", "spec")
        if found is None:
            raise spec.refusal("no template of a pod")
        return found

    def _service(self, name: str, node: Node, spec: Node) -> Iterator[Workload]:
        needs: list[Need] = []
        for each in spec.all_of("ports"):
            port = each.get("nodePort")
            if port is None:
                continue
            number = port.whole(1, 65535)
            protocol = each.get("protocol")
            kind = protocol.text().lower() if protocol else "tcp"
            needs.append(HostPort(port.place, f"nodePort: {number}", kind, number, number))
            if not NODE_PORTS[0] <= number <= NODE_PORTS[1]:
                self.mistakes.add(
                    "kubernetes/node-port-range",
                    port.place,
                    f"nodePort {number} is outside of {NODE_PORTS[0]}-{NODE_PORTS[1]}, the range of an API server with "
                    "its defaults, which refuses it",
                    "Choose one of the range, or leave nodePort out.",
                    name,
                )
        if needs:
            yield Workload(name, node.place, 1, each_host=True, needs=tuple(needs))

    def _workload(
        self, name: str, node: Node, spec: Node, owner: Node, count: int, *, each_host: bool = False
    ) -> Workload:
        needs = tuple(self._needs(name, spec))
        self._judge_controller(name, spec, owner)
        self._judge_containers(name, spec, owner)
        rules = tuple(self._rules(spec, owner, node))
        return Workload(name, node.place, count, each_host, needs, rules)

    def _judge_controller(self, name: str, spec: Node, owner: Node) -> None:
        """Name what the API refuses of a controller: pods that it does not select, or that end."""
        kind = name.partition("/")[0]
        selector = owner.get("selector")
        if kind in _SELECTING and selector is not None and not _selects(selector, _labels(owner, owner)):
            self.mistakes.add(
                "kubernetes/selector",
                selector.place,
                "the selector does not select the pods of the template, and the API refuses it",
                "Give the template the labels of the selector.",
                name,
            )
        policy = spec.get("restartPolicy")
        text = policy.text() if policy is not None else "Always"
        taken = {"Always"} if kind in _SERVING else {"OnFailure", "Never"} if kind in _ENDING else {text}
        if text not in taken:
            self.mistakes.add(
                "kubernetes/restart-policy",
                policy.place if policy is not None else spec.place,
                f"the API refuses restartPolicy: {text} in a {kind}",
                f"Write restartPolicy: {' or '.join(sorted(taken))}.",
                name,
            )

    def _judge_containers(self, name: str, spec: Node, owner: Node) -> None:
        """Name what the API refuses of containers: requests above their limits, and mounts of no volume."""
        volumes = {found.text() for each in spec.all_of("volumes") if (found := each.get("name"))}
        claims = [each.at("metadata", "name") for each in owner.all_of("volumeClaimTemplates")]
        volumes |= {found.text() for found in claims if found is not None}
        for container in (*spec.all_of("initContainers"), *spec.all_of("containers")):
            limits = container.at("resources", "limits")
            for resource, limit in limits.items() if limits else ():
                request = container.at("resources", "requests", resource)
                if request is not None and _quantity(request) > _quantity(limit):
                    self.mistakes.add(
                        "kubernetes/request-over-limit",
                        request.place,
                        f"{resource}: {request.text()} is above its limit of {limit.text()}, and the API refuses it",
                        "Request no more than the limit.",
                        name,
                    )
            for each in container.all_of("volumeMounts"):
                mounted = each.get("name")
                if mounted is not None and mounted.text() not in volumes:
                    self.mistakes.add(
                        "kubernetes/undefined-volume",
                        mounted.place,
                        f"{mounted.text()} is not among the volumes of the pod, and the API refuses it",
                        f"Add {mounted.text()} below volumes, or leave the mount out.",
                        name,
                    )

    def _needs(self, name: str, spec: Node) -> Iterator[Need]:
        host_network = spec.is_true("hostNetwork")
        containers = spec.all_of("containers")
        if not containers:
            raise spec.refusal("a pod without containers")
        for each in containers:
            yield from self._container(each, host_network=host_network)
        yield from _requests(spec, containers, spec.all_of("initContainers"))
        yield from _others(spec, (*containers, *spec.all_of("initContainers")))
        for each in spec.all_of("volumes"):
            yield from self._volume(each)
        context = spec.get("securityContext")
        if context is not None:
            for each in context.all_of("sysctls"):
                yield from self._sysctl(name, each)
        for each in (*spec.all_of("resourceClaims"), *spec.all_of("schedulingGates")):
            said = each.path.rpartition(".")[2].partition("[")[0]
            yield Unclear(each.place, said, "a resource", "when it is given is known to the scheduler alone")
        runtime = spec.get("runtimeClassName")
        if runtime is not None and "nvidia" in runtime.text():
            yield Gpu(runtime.place, f"runtimeClassName: {runtime.text()}", "nvidia")
        elif runtime is not None:
            why = "which runtimes a node has is known to it alone"
            yield Unclear(runtime.place, f"runtimeClassName: {runtime.text()}", "a runtime", why)
        yield from _affinities(spec)

    def _container(self, node: Node, *, host_network: bool) -> Iterator[Need]:
        for each in node.all_of("ports"):
            port = each.get("hostPort") or (each.get("containerPort") if host_network else None)
            if port is None:
                continue
            number = port.whole(0, 65535)
            if not number:
                continue
            protocol, address = each.get("protocol"), each.get("hostIP")
            where = address.text() if address else ""
            kind = protocol.text().lower() if protocol else "tcp"
            said = f"{port.path.rpartition('.')[2]}: {number}"
            yield HostPort(port.place, said, kind, number, number, "" if where == "0.0.0.0" else where)  # noqa: S104
        context = node.get("securityContext")
        if context is not None:
            if context.is_true("privileged"):
                yield Capability(context.mapping()["privileged"].place, "privileged: true", "all")
            capabilities = context.get("capabilities")
            for each in capabilities.all_of("add") if capabilities else ():
                yield needed_capability(each)
            profile = context.at("appArmorProfile", "type")
            if profile is not None and profile.text() != "Unconfined":
                said = f"appArmorProfile: {profile.text()}"
                yield KernelFact(profile.place, said, "security.apparmor", (True,), "AppArmor")

    def _volume(self, node: Node) -> Iterator[Need]:
        below = node.get("hostPath")
        if below is None:
            return
        path = below.get("path")
        if path is None:
            raise below.refusal("a hostPath without a path")
        kind = below.get("type")
        name = kind.text() if kind else ""
        if name not in _KINDS:
            raise below.refusal(f"no type of a hostPath: {name}", f"use {', '.join(filter(None, _KINDS))}")
        what, created = _KINDS[name]
        # Without a type nothing is checked before the mount; the runtime then makes a folder.
        yield HostPath(
            path.place, f"hostPath: {path.text()}", path.text().rstrip("/") or "/", what, created or not name
        )

    def _sysctl(self, name: str, node: Node) -> Iterator[Need]:
        found = node.get("name")
        if found is None:
            raise node.refusal("a sysctl without a name")
        parameter = found.text().replace("/", ".")
        yield Sysctl(found.place, parameter, parameter)
        if not is_namespaced(parameter):
            self.mistakes.add(
                "kubernetes/host-sysctl",
                found.place,
                f"{parameter} belongs to the node: the pod is scheduled, and then fails to start",
                "Set it on the nodes, and leave it out here.",
                name,
            )
        elif parameter not in SAFE_OF_KUBERNETES:
            self.mistakes.add(
                "kubernetes/unsafe-sysctl",
                found.place,
                f"{parameter} is not one of the safe ones (of version 1.32): where the kubelet does not allow it, the "
                "pod is scheduled, and then fails to start",
                f"Start the kubelet with --allowed-unsafe-sysctls={parameter}.",
                name,
            )

    def _rules(self, spec: Node, owner: Node, node: Node) -> Iterator[Rule]:
        fixed = spec.get("nodeName")
        if fixed is not None:
            yield Where(fixed.place, f"nodeName: {fixed.text()}", "hostname", "is", (fixed.text(),))
        selector = spec.get("nodeSelector")
        for label, value in selector.items() if selector else ():
            yield Where(value.place, f"{label}: {value.text()}", _attribute(label), "is", (value.text(),))
        required = spec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
        terms = required.all_of("nodeSelectorTerms") if required else ()
        if len(terms) == 1 and not terms[0].all_of("matchFields"):
            for each in terms[0].all_of("matchExpressions"):
                yield _expression(each)
        labels = _labels(owner, node)
        for each in _terms(spec, "podAntiAffinity"):
            key = each.get("topologyKey")
            attribute = _attribute(key.text()) if key else ""
            chosen = each.get("labelSelector")
            if chosen is not None and _selects(chosen, labels):
                yield AtMost(each.place, f"podAntiAffinity by {key.text() if key else '?'}", 1, attribute)
        for each in spec.all_of("topologySpreadConstraints"):
            when = each.get("whenUnsatisfiable")
            if when is not None and when.text() == "ScheduleAnyway":
                continue
            self.notes.append(
                f"{each.place}: how evenly pods are spread depends on the pods that run already: not judged"
            )


def _requests(spec: Node, containers: Sequence[Node], first: Sequence[Node]) -> Iterator[Need]:
    """Yield what a pod asks for: the sum of its containers, or the largest of those that run before them.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers: a sidecar
    counts with the containers, and with those that start after it. A limit without a request is the request; that of
    the pod itself, where there is one, stands for all of its containers; the overhead of a runtime is added.
    """
    for resource in ("cpu", "memory", "ephemeral-storage"):
        together = [found for each in containers if (found := _request(each, resource))]
        beside, largest = 0.0, (spec, 0.0)
        for each in first:
            found = _request(each, resource)
            if found is None:
                continue
            if _is_sidecar(each):
                together.append(found)
                beside += found[1]
            else:
                largest = max(largest, (found[0], found[1] + beside), key=_value)
        total = (together[0][0], sum(value for _, value in together)) if together else (spec, 0.0)
        place, value = max(total, largest, key=_value)
        if spec.at("resources", "requests", resource) or not value:
            place, value = _request(spec, resource) or (place, value)
        overhead = spec.at("overhead", resource)
        if overhead is not None:
            place, value = (place if value else overhead), value + _quantity(overhead)
        if value:
            kind = {"cpu": "cpu", "memory": "memory"}.get(resource, "disk")
            said = f"{resource}: {place.written}" if len(together) == 1 else f"{resource} of {len(together)} containers"
            yield Amount(place.place, said, kind, value, reserved=True)  # type: ignore[arg-type]
    for each in (*containers, *first):
        limits = each.at("resources", "limits")
        for key, node in limits.items() if limits else ():
            if key.endswith(_GPUS) and node.number():
                yield Gpu(node.place, f"{key}: {node.text()}", key.partition(".")[0])


def _others(spec: Node, containers: Sequence[Node]) -> Iterator[Need]:
    """Yield the resources that only nodes with them have: huge pages, and those of device plugins."""
    for each in (spec, *containers):
        for kind in ("requests", "limits"):
            found = each.at("resources", kind)
            for name, node in found.items() if found else ():
                said_before = kind == "limits" and each.at("resources", "requests", name) is not None
                is_other = name.startswith("hugepages-") or ("/" in name and not name.endswith(_GPUS))
                if is_other and not said_before and _quantity(node):
                    said = f"{name}: {node.text()}"
                    yield Unclear(node.place, said, "a resource", "how much of it a node has is known to it alone")


def _makes_pods(spec: Node) -> bool:
    """Whether the object of a kind that is not Kubernetes' own has the template of a pod, as a Rollout of Argo has."""
    template = spec.get("template")
    return template is not None and template.is_mapping and template.at("spec", "containers") is not None


def _is_sidecar(container: Node) -> bool:
    policy = container.get("restartPolicy")
    return policy is not None and policy.text() == "Always"


def _value(pair: tuple[Node, float]) -> float:
    return pair[1]


def _quantity(node: Node) -> float:
    value = quantity(node.text())
    if value is None or value < 0:
        raise node.refusal(f"no quantity: {node.kind}", 'write it as "500m" or "1Gi"')
    return value


def _request(container: Node, resource: str) -> tuple[Node, float] | None:
    for kind in ("requests", "limits"):
        node = container.at("resources", kind, resource)
        if node is not None:
            return node, _quantity(node)
    return None


def _affinities(spec: Node) -> Iterator[Need]:
    """Yield the rules of where a pod goes that are not judged: alternatives, names of fields, and other pods."""
    required = spec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = required.all_of("nodeSelectorTerms") if required else ()
    if required is not None and (len(terms) > 1 or any(each.all_of("matchFields") for each in terms)):
        yield Unclear(required.place, "nodeAffinity", "a node", "terms of which one is enough are not judged")
    for each in _terms(spec, "podAffinity"):
        yield Unclear(each.place, "podAffinity", "a node", "beside which pods it goes is not judged")


def _terms(spec: Node, kind: str) -> Sequence[Node]:
    found = spec.at("affinity", kind)
    return found.all_of("requiredDuringSchedulingIgnoredDuringExecution") if found else ()


def _attribute(key: str) -> str:
    return "hostname" if key == _HOSTNAME else key


def _expression(node: Node) -> Rule:
    key, operator = node.get("key"), node.get("operator")
    if key is None or operator is None:
        raise node.refusal("an expression without a key and an operator")
    values = tuple(each.text() for each in node.all_of("values"))
    name = {"In": "in", "NotIn": "not in", "Exists": "exists", "DoesNotExist": "absent"}.get(operator.text())
    if name is None:
        name = operator.text()
    said = " ".join((key.text(), operator.text(), ", ".join(values))).rstrip()
    return Where(node.place, said, _attribute(key.text()), name, values, absent=name in {"not in", "absent"})


def _labels(owner: Node, node: Node) -> Mapping[str, str]:
    found = owner.at("template", "metadata", "labels") or node.at("metadata", "labels")
    return {key: each.text() for key, each in found.items()} if found else {}


def _selects(selector: Node, labels: Mapping[str, str]) -> bool:
    wanted = selector.get("matchLabels")
    if wanted is not None and any(labels.get(key) != each.text() for key, each in wanted.items()):
        return False
    for each in selector.all_of("matchExpressions"):
        key, operator = each.get("key"), each.get("operator")
        if key is None or operator is None:
            raise each.refusal("an expression without a key and an operator")
        values = {one.text() for one in each.all_of("values")}
        have = labels.get(key.text())
        fits = {
            "In": have in values,
            "NotIn": have not in values,
            "Exists": have is not None,
            "DoesNotExist": have is None,
        }
        if not fits.get(operator.text(), False):
            return False
    return wanted is not None or bool(selector.all_of("matchExpressions"))
