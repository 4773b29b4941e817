"""Claims of storage: the volume in the file to which a claim is bound, and the volume's needs on a node.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding: a claim is bound to the smallest volume of its
class with the size, the access modes and the labels. A claim that matches no volume of the file is bound to one that
the cluster has or makes, which is unknown here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hostcheck.workloadfiles.kubernetes.labels import labels_of, namespace_of, selects
from hostcheck.workloadfiles.kubernetes.pod import host_path
from hostcheck.workloadfiles.kubernetes.requests import amount_of
from hostcheck.workloadfiles.kubernetes.scheduling import node_rules
from hostcheck.workloadfiles.model import Rule
from hostcheck.workloadfiles.needs import HostPath, Need, Unclear
from hostcheck.workloadfiles.node import Node

_REMOTE = ("nfs", "iscsi", "fc", "rbd", "cephfs", "glusterfs", "csi")


@dataclass(slots=True)
class Storage:
    """The claims and the volumes of a file.

    Attributes:
        claims: the claims of all namespaces.
        volumes: the volumes, in the order of the file.
    """

    claims: list[Node] = field(default_factory=list)
    volumes: list[Node] = field(default_factory=list)

    def of_pod(self, spec: Node, owner: Node, namespace: str) -> Iterator[Need | Rule]:
        """Yield the needs of a pod's claims on its node.

        Args:
            spec: of the pod.
            owner: the spec of its controller.
            namespace: its namespace.
        """
        for each in owner.all_of("volumeClaimTemplates"):
            name = _name(each)
            yield Unclear(each.place, f"volumeClaimTemplates: {name}", "a volume", _MADE)
        for each in spec.all_of("volumes"):
            if (made := each.get("ephemeral")) is not None:
                yield Unclear(made.place, f"ephemeral: {_text(each, 'name')}", "a volume", _MADE)
            for kind in _REMOTE:
                if (remote := each.get(kind)) is not None:
                    yield Unclear(remote.place, f"{kind}: {_text(each, 'name')}", "a volume", _ELSEWHERE)
            claimed = each.at("persistentVolumeClaim", "claimName")
            if claimed is not None:
                yield from self._claimed(claimed, namespace)

    def _claimed(self, node: Node, namespace: str) -> Iterator[Need | Rule]:
        said = f"claimName: {node.text()}"
        claim = next(
            (each for each in self.claims if _name(each) == node.text() and namespace_of(each) == namespace), None
        )
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
            return next((each for each in self.volumes if _name(each) == named.text()), None)
        fitting = [each for each in self.volumes if _meets(each, claim, spec)]
        return min(fitting, key=_size, default=None)


_MADE = "what the cluster has or makes is known to it alone"
_ELSEWHERE = "whether a node reaches this storage is known to it alone"


def _of_volume(volume: Node, said: str) -> Iterator[Need | Rule]:
    """Yield the needs of a volume: a path on the node, and its node affinity."""
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


def _meets(volume: Node, claim: Node, claimed: Node) -> bool:
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
        and (holder is None or holder.text() == _name(claim))
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
