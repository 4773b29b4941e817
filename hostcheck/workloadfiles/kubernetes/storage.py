"""Claims of storage: find the volume in the file that each claim is bound to, and the needs of the volume.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding: a claim is bound to the smallest volume of its
class that meets its size, access modes and labels. If no volume of the file does, the cluster has or creates one, which
is unknown here.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hostcheck.counts import number_of
from hostcheck.workloadfiles.kubernetes.labels import labels_of, namespace_of, selects
from hostcheck.workloadfiles.kubernetes.pod import host_path
from hostcheck.workloadfiles.kubernetes.requests import amount_of
from hostcheck.workloadfiles.kubernetes.scheduling import node_rules
from hostcheck.workloadfiles.model import AtMost, Rule, Where
from hostcheck.workloadfiles.needs import HostPath, Need, Unclear
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.place import Place

_MOST_COMPARED = 100_000
"""Maximum number of comparisons of a volume with a claim: a file of 2 MiB may have thousands of both."""
_REMOTE = ("nfs", "iscsi", "fc", "rbd", "cephfs", "glusterfs", "csi")


class _TooManyError(Exception):
    """Comparing the claims with the volumes would take too long."""


@dataclass
class Storage:
    """The claims and the volumes of a file.

    Attributes:
        claims: the claims of all namespaces.
        volumes: the volumes, in the order of the file.
    """

    claims: list[Node] = field(default_factory=list)
    volumes: list[Node] = field(default_factory=list)
    _compared: int = field(default=0, init=False)

    def of_pod(self, spec: Node, owner: Node, maker: Node, count: int | None) -> Iterator[Need | Rule]:
        """Yield the needs and rules of a pod that follow from its claims.

        Args:
            spec: the spec of the pod.
            owner: the spec of its controller.
            maker: the controller, or the pod.
            count: the number of pods that the controller creates; None if unknown.
        """
        try:
            yield from self._of_pod(spec, owner, maker, count)
        except _TooManyError:
            why = "the file has too many claims and volumes to compare them here"
            yield Unclear(maker.place, _name(maker), "a volume", why)

    def _of_pod(self, spec: Node, owner: Node, maker: Node, count: int | None) -> Iterator[Need | Rule]:
        namespace = namespace_of(maker)
        for each in owner.all_of("volumeClaimTemplates"):
            yield from self._made_of(each, _name(maker), count)
        for each in spec.all_of("volumes"):
            if (made := each.get("ephemeral")) is not None:
                yield Unclear(made.place, f"ephemeral: {_text(each, 'name')}", "a volume", _MADE)
            for kind in _REMOTE:
                if (remote := each.get(kind)) is not None:
                    yield Unclear(remote.place, f"{kind}: {_text(each, 'name')}", "a volume", _ELSEWHERE)
            claimed = each.at("persistentVolumeClaim", "claimName")
            if claimed is not None:
                yield from self._claimed(claimed, namespace)

    def _made_of(self, template: Node, maker: str, count: int | None) -> Iterator[Need | Rule]:
        """Yield the needs and rules of the claims that a StatefulSet creates from a template, one for each pod.

        It is unknown which pod gets which volume. So the volumes must have the same needs, and a host can have as many
        of the pods as it has volumes.
        """
        said = f"volumeClaimTemplates: {_name(template)}"
        names = {f"{_name(template)}-{maker}-{number}" for number in range(min(count or 0, len(self.volumes)))}
        spec = template.get("spec")
        fitting = [each for each in self._fitting(names, spec) if id(each) not in self._taken] if spec else []
        if not count or len(fitting) < count:
            why = f"the file has {number_of(len(fitting), 'volume')} for them, and {_MADE}"
            yield Unclear(template.place, said, "a volume", why)
            return
        of_each = [list(_of_volume(each, said)) for each in fitting]
        needs = [[need for need in found if not isinstance(need, Rule)] for found in of_each]
        if any(_alike(each) != _alike(needs[0]) for each in needs):
            yield Unclear(template.place, said, "a volume", "the volumes differ, and which pod gets which is not known")
            return
        yield from needs[0]
        yield from _hosts_of([[each for each in found if isinstance(each, Rule)] for found in of_each], template, count)

    def _claimed(self, node: Node, namespace: str) -> Iterator[Need | Rule]:
        said = f"claimName: {node.text()}"
        claim = self._claims_by_name.get((namespace, node.text()))
        spec = claim.get("spec") if claim is not None else None
        if claim is None or spec is None:
            why = "the claim is not in the file: whether it is bound is known to the cluster alone"
            yield Unclear(node.place, said, "a volume", why)
            return
        volume = self._bound(claim, spec)
        if volume is None:
            yield Unclear(claim.place, said, "a volume", "no volume of the file meets the claim, and " + _MADE)
            return
        yield from _of_volume(volume, said)

    def _bound(self, claim: Node, spec: Node) -> Node | None:
        named = spec.get("volumeName")
        if named is not None:
            return self._volumes_by_name.get(named.text())
        return min(self._fitting({_name(claim)}, spec), key=_size, default=None)

    @cached_property
    def _taken(self) -> frozenset[int]:
        """The ids of the nodes of volumes to which claims of the file are bound."""
        bound = (self._bound(claim, of) for claim in self.claims if (of := claim.get("spec")) is not None)
        return frozenset(map(id, bound))

    @cached_property
    def _claims_by_name(self) -> Mapping[tuple[str, str], Node]:
        return {(namespace_of(each), _name(each)): each for each in reversed(self.claims)}

    @cached_property
    def _volumes_by_name(self) -> Mapping[str, Node]:
        return {_name(each): each for each in reversed(self.volumes)}

    def _fitting(self, names: Collection[str], claimed: Node) -> list[Node]:
        """Return the volumes that can be bound to a claim.

        Args:
            names: the names that the claim may have.
            claimed: the spec of the claim.

        Raises:
            _TooManyError: if there were too many comparisons.
        """
        self._compared += len(self.volumes)
        if self._compared > _MOST_COMPARED:
            raise _TooManyError
        return [each for each in self.volumes if _meets(each, names, claimed)]


_MADE = "what the cluster has or makes is known to it alone"
_ELSEWHERE = "whether a node reaches this storage is known to it alone"


def _of_volume(volume: Node, said: str) -> Iterator[Need | Rule]:
    """Yield the needs and rules of a volume: a path on the node, and its node affinity."""
    spec = volume.get("spec")
    if spec is None:
        raise volume.refusal("a volume without a spec")
    if (on_host := spec.get("hostPath")) is not None:
        yield host_path(on_host)
    elif (path := spec.at("local", "path")) is not None:
        yield HostPath(path.place, f"local: {path.text()}", path.text().rstrip("/") or "/")
    else:
        yield Unclear(volume.place, said, "a volume", _ELSEWHERE)
    terms = spec.at("nodeAffinity", "required")
    if terms is not None:
        yield from node_rules(terms)


def _alike(needs: Sequence[Need]) -> list[Need]:
    return [replace(each, place=Place("", 1)) for each in needs]


def _hosts_of(rules: Sequence[Sequence[Rule]], template: Node, count: int) -> Iterator[Need | Rule]:
    """Yield the rules for pods that each use one of several volumes, which are on certain hosts.

    Args:
        rules: the rules of each volume.
        template: the template of the claims.
        count: the number of pods.
    """
    if not any(rules):
        return
    said = f"volumeClaimTemplates: {_name(template)}"
    pinned = [
        (rule.attribute, rule.values[0])
        for found in rules
        for rule in found
        if len(found) == 1 and isinstance(rule, Where) and rule.operator in {"is", "in"} and len(rule.values) == 1
    ]
    numbers = Counter(pinned)
    attributes = {attribute for attribute, _ in pinned}
    if len(pinned) != count or len(rules) != count or len(attributes) != 1 or len(set(numbers.values())) != 1:
        why = "which of the volumes, each on different hosts, are bound is not known"
        yield Unclear(template.place, said, "a volume", why)
        return
    (attribute,) = attributes
    hosts = tuple(value for _, value in numbers)
    yield Where(template.place, f"{said} on {', '.join(hosts)}", attribute, "in", hosts)
    yield AtMost(template.place, f"{said}: one volume for each", numbers[attribute, hosts[0]], attribute)


def _meets(volume: Node, names: Collection[str], claimed: Node) -> bool:
    """Return whether a volume can be bound to a claim.

    Args:
        volume: the volume.
        names: the names that the claim may have. A volume that is reserved must be reserved for one of them.
        claimed: the spec of the claim.
    """
    spec = volume.get("spec")
    if spec is None:
        return False
    asked = claimed.at("resources", "requests", "storage")
    holder = spec.at("claimRef", "name")
    selector = claimed.get("selector")
    return (
        _text(spec, "storageClassName") == _text(claimed, "storageClassName")
        and (asked is None or amount_of(asked) <= _size(volume))
        and _modes(claimed) <= _modes(spec)
        and (_text(spec, "volumeMode") or "Filesystem") == (_text(claimed, "volumeMode") or "Filesystem")
        and (holder is None or holder.text() in names)
        and (selector is None or selects(selector, labels_of(volume)))
    )


def _size(volume: Node) -> float:
    size = volume.at("spec", "capacity", "storage")
    return amount_of(size) if size is not None else 0.0


def _modes(spec: Node) -> set[str]:
    modes: Sequence[Node] = spec.all_of("accessModes")
    return {each.text() for each in modes}


def _name(node: Node) -> str:
    found = node.at("metadata", "name")
    return found.text() if found is not None else "?"


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return found.text() if found is not None else ""
