"""The objects of a manifest: those that create pods, how many pods, and the objects that affect them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from hostcheck.spelling import closest
from hostcheck.workloadfiles.forms import Forms, fix_of
from hostcheck.workloadfiles.kubernetes.labels import labels_of, namespace_of, selects
from hostcheck.workloadfiles.kubernetes.pod import needs_of
from hostcheck.workloadfiles.kubernetes.policies import Made, Policies
from hostcheck.workloadfiles.kubernetes.requests import amount_of
from hostcheck.workloadfiles.kubernetes.scheduling import Pods, rules_of
from hostcheck.workloadfiles.kubernetes.shapes import OF_KINDS, REQUIRED, SHAPES, VERSIONS
from hostcheck.workloadfiles.kubernetes.storage import Storage
from hostcheck.workloadfiles.kubernetes.validation import judge_pod
from hostcheck.workloadfiles.kubernetes.values import judge_values
from hostcheck.workloadfiles.kubernetes.words import with_truths
from hostcheck.workloadfiles.model import Content, Rule, Workload
from hostcheck.workloadfiles.mounts import again
from hostcheck.workloadfiles.needs import HostPort, Need, Unclear
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes

_REPLICATED = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"})
_SELECTING = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
_SERVING = _SELECTING | {"ReplicationController"}
"""Kinds whose pods run until they are deleted; those in ``_ENDING`` end by themselves."""
_ENDING = frozenset({"Job", "CronJob"})
NODE_PORTS = (30000, 32767)


def is_manifest(root: Node) -> bool:
    """Return whether a document is a Kubernetes object."""
    return root.is_mapping and "apiVersion" in root.mapping() and "kind" in root.mapping()


def read(file: str, documents: Sequence[Node]) -> Content:
    """Return the needs of the objects in a file.

    Args:
        file: the path of the file.
        documents: the YAML documents in it.

    Raises:
        UsageError: if the API would refuse an object. The message has the line.
    """
    reader = _Reader()
    for each in documents:
        reader.add(with_truths(each))
    workloads = tuple(reader.workloads())
    return Content(file, "kubernetes", "kubernetes", workloads, tuple(reader.mistakes), tuple(reader.notes))


@dataclass(frozen=True, slots=True)
class _Maker:
    """An object that creates pods.

    Attributes:
        name: the kind and the name of the object: "Deployment/web".
        node: the object.
        template: the labels and the spec of the pods; for a pod, the object itself.
        owner: the spec of the controller; for a pod, the object itself.
        count: the number of pods.
        each_host: whether each node gets one pod.
        unclear: why the number of pods is unknown; None if it is known.
        unknown_fields: the fields that only a newer API may know.
    """

    name: str
    node: Node
    template: Node
    owner: Node
    count: int
    each_host: bool = False
    unclear: Unclear | None = None
    unknown_fields: tuple[Unclear, ...] = ()

    @property
    def spec(self) -> Node:
        found = self.template.get("spec")
        if found is None:
            raise self.template.refusal("no spec of a pod")
        return found

    @property
    def pods(self) -> Pods:
        return Pods(self.name, namespace_of(self.node), labels_of(self.template))


@dataclass(slots=True)
class _Reader:
    """The objects of a file, by their purpose."""

    mistakes: Mistakes = field(default_factory=Mistakes)
    notes: list[str] = field(default_factory=list)
    makers: list[_Maker | Workload] = field(default_factory=list)
    storage: Storage = field(default_factory=Storage)
    policies: Policies = field(default_factory=Policies)
    scalers: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> None:
        kind = node.get("kind")
        if kind is None:
            raise node.refusal("an object without a kind")
        text = kind.text()
        if text.endswith("List") and "items" in node.mapping():
            for each in node.all_of("items"):
                self.add(each)
            return
        lists = {
            "PersistentVolumeClaim": self.storage.claims,
            "PersistentVolume": self.storage.volumes,
            "LimitRange": self.policies.ranges,
            "ResourceQuota": self.policies.quotas,
            "HorizontalPodAutoscaler": self.scalers,
        }
        if text in lists:
            lists[text].append(node)
            return
        found = node.at("metadata", "name") or node.at("metadata", "generateName")
        name = f"{text}/{found.text() if found else '?'}"
        spec = node.get("spec")
        if spec is None:
            return
        if text == "Service" and not _makes_pods(spec):
            self.makers += self._service(name, node, spec)
        elif (maker := self._maker(name, node, spec, kind)) is not None:
            needs = tuple(self._judge_fields(name, node, spec, text))
            self.makers.append(maker if not needs else replace(maker, unknown_fields=needs))

    def workloads(self) -> Iterator[Workload]:
        all_pods = [each.pods for each in self.makers if isinstance(each, _Maker)]
        made: list[Made] = []
        for maker in self.makers:
            if isinstance(maker, Workload):
                yield maker
                continue
            each = self._scaled(maker)
            own = each.pods
            spec = self.policies.with_defaults(each.spec, own.namespace)
            yield self._workload(each, spec, [other for other in all_pods if other is not own and other != own])
            made.append(Made(each.name, own.namespace, spec, each.count))
        self.policies.judge_totals(made, self.mistakes)

    def _scaled(self, maker: _Maker) -> _Maker:
        """Return an object that creates pods, with at least as many pods as an autoscaler in the file keeps.

        minReplicas is 1 by default, and replicas: 0 turns the autoscaler off
        (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/).
        """
        kind, _, own = maker.name.partition("/")
        for each in self.scalers:
            target, least = each.at("spec", "scaleTargetRef"), each.at("spec", "minReplicas")
            if target is None or least is None or namespace_of(each) != namespace_of(maker.node):
                continue
            if [found.text() for key in ("kind", "name") if (found := target.get(key))] == [kind, own] and maker.count:
                return replace(maker, count=max(maker.count, least.whole()))
        return maker

    def _maker(self, name: str, node: Node, spec: Node, kind: Node) -> _Maker | None:
        text = kind.text()
        if text == "Pod":
            return _Maker(name, node, node, node, 1)
        if text in _REPLICATED:
            replicas = spec.get("replicas")
            return _Maker(name, node, _template(spec), spec, 1 if replicas is None else replicas.whole())
        if text == "Job":
            return _Maker(name, node, _template(spec), spec, self._at_once(name, spec, spec))
        if text == "CronJob":
            job = spec.at("jobTemplate", "spec")
            if job is None:
                raise spec.refusal("a CronJob without a jobTemplate")
            return _Maker(name, node, _template(job), job, self._at_once(name, spec, job))
        if text == "DaemonSet":
            return _Maker(name, node, _template(spec), spec, 1, each_host=True)
        if _makes_pods(spec):
            said = Unclear(kind.place, f"kind: {text}", "its instances", "the controller of this kind decides")
            return _Maker(name, node, _template(spec), spec, 1, unclear=said)
        return None

    def _at_once(self, name: str, spec: Node, job: Node) -> int:
        """Return how many pods of a job run at the same time.

        https://kubernetes.io/docs/concepts/workloads/controllers/job/#controlling-parallelism
        """
        if spec.is_true("suspend") or job.is_true("suspend"):
            self.notes.append(f"{name} is suspended: it makes no pods until it is resumed")
            return 0
        parallelism, completions = job.get("parallelism"), job.get("completions")
        count = 1 if parallelism is None else parallelism.whole()
        return count if completions is None else min(count, completions.whole())

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

    def _workload(self, maker: _Maker, spec: Node, others: Sequence[Pods]) -> Workload:
        needs = list(needs_of(maker.name, spec, self.mistakes))
        rules: list[Rule] = []
        for each in (
            *rules_of(spec, maker.pods, others, each_host=maker.each_host),
            *self.storage.of_pod(spec, maker.owner, maker.node, maker.count),
        ):
            if isinstance(each, Rule):
                rules.append(each)
            else:
                needs.append(each)
        self._judge_controller(maker, spec)
        judge_values(maker.name, maker.node, spec, self.mistakes)
        judge_pod(maker.name, spec, self.mistakes)
        self._judge_containers(maker.name, spec, maker.owner)
        self.policies.judge_bounds(maker.name, spec, maker.pods.namespace, self.mistakes)
        needs += maker.unknown_fields
        workload = Workload(maker.name, maker.node.place, maker.count, maker.each_host, tuple(needs), tuple(rules))
        if maker.unclear is not None:
            return replace(workload, instances=None, needs=(*workload.needs, maker.unclear))
        return workload

    def _judge_fields(self, name: str, node: Node, spec: Node, kind: str) -> Iterator[Unclear]:
        """Add mistakes for fields and values that the API refuses; yield unclear needs for other unknown fields.

        Only a newer API may know such a field.
        """
        version = node.get("apiVersion")
        if kind not in OF_KINDS or version is None:
            return
        if "." not in version.text() and version.text() != VERSIONS[kind]:
            said = f"the API has {kind} in {VERSIONS[kind]}, and not in {version.text()}"
            self.mistakes.add("kubernetes/version", version.place, said, f"Write {VERSIONS[kind]}.", name)
        for each in Forms(SHAPES, REQUIRED, is_null_absent=True).misfits(spec, f":{OF_KINDS[kind]}", "spec"):
            near = closest(each.key, sorted(each.known)) if each.key else None
            if not each.key:
                said = f"{each.path}: {each.said}, and the API refuses it"
                self.mistakes.add("kubernetes/wrong-form", each.node.place, said, fix_of(each), name)
            elif near:
                said = f"{each.path}: the API has no such field, and kubectl refuses it"
                self.mistakes.add("kubernetes/unknown-field", each.node.place, said, f"Did you mean {near}?", name)
            else:
                yield Unclear(each.node.place, each.path, "a field", "an API that does not know it refuses it")

    def _judge_controller(self, maker: _Maker, spec: Node) -> None:
        """Add mistakes for a controller that the API refuses: an unsuitable selector or restart policy."""
        kind = maker.name.partition("/")[0]
        selector = maker.owner.get("selector")
        if selector is None and (kind in _SELECTING or (kind in _SERVING and not maker.pods.labels)):
            # A ReplicationController without a selector selects the labels of its template.
            self.mistakes.add(
                "kubernetes/selector",
                maker.node.place,
                "it has no selector, and the API refuses it",
                "Add a selector, and give the template the labels of it.",
                maker.name,
            )
        if kind in _SELECTING and selector is not None and not selects(selector, maker.pods.labels):
            self.mistakes.add(
                "kubernetes/selector",
                selector.place,
                "the selector does not select the pods of the template, and the API refuses it",
                "Give the template the labels of the selector.",
                maker.name,
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
                maker.name,
            )

    def _judge_containers(self, name: str, spec: Node, owner: Node) -> None:
        """Add mistakes for containers that the API refuses: requests above limits, or mounts of undefined volumes."""
        volumes = {found.text() for each in spec.all_of("volumes") if (found := each.get("name"))}
        claims = [each.at("metadata", "name") for each in owner.all_of("volumeClaimTemplates")]
        volumes |= {found.text() for found in claims if found is not None}
        for container in (*spec.all_of("initContainers"), *spec.all_of("containers")):
            limits = container.at("resources", "limits")
            for resource, limit in limits.items() if limits else ():
                request = container.at("resources", "requests", resource)
                if request is not None and amount_of(request) > amount_of(limit):
                    self.mistakes.add(
                        "kubernetes/request-over-limit",
                        request.place,
                        f"{resource}: {request.text()} is above its limit of {limit.text()}, and the API refuses it",
                        "Request no more than the limit.",
                        name,
                    )
            paths = [each.get("mountPath") for each in container.all_of("volumeMounts")]
            for place, path in again((each.place, each.text()) for each in paths if each is not None):
                said = f"the container has a mount at {path} already, and the API refuses a second one"
                self.mistakes.add("kubernetes/mounted-twice", place, said, "Leave one of them out.", name)
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


def _template(spec: Node) -> Node:
    found = spec.get("template")
    if found is None or found.get("spec") is None:
        raise spec.refusal("no template of a pod")
    return found


def _makes_pods(spec: Node) -> bool:
    """Return whether an object has a pod template; custom objects such as Argo's Rollout may."""
    template = spec.get("template")
    return template is not None and template.is_mapping and template.at("spec", "containers") is not None
