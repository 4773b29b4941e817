"""Parts of a pod that the API refuses: parts that exclude each other, and parts with invalid names.

Source: pkg/apis/core/validation/validation.go of Kubernetes (validateContainers, ValidateVolumes, validateProbe,
validateHandler, checkHostPortConflicts, validateContainerCommon).
"""

import re
from collections.abc import Iterator, Sequence

from hostcheck.workloadfiles.kubernetes.shapes import SHAPES
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.rules import Mistakes

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""A name as in a domain: DNS-1123, a label."""
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_HANDLERS = frozenset({"exec", "grpc", "httpGet", "sleep", "tcpSocket"})
_SOURCES = SHAPES["volume"].keys() - {"name"}


def judge_pod(name: str, spec: Node, mistakes: Mistakes) -> None:
    """Add mistakes for the names of a pod's parts, for images, probes, sources of volumes and ports of the host.

    Args:
        name: the name of the workload.
        spec: the pod.
        mistakes: the list to which mistakes are added.
    """
    containers = spec.all_of("containers")
    every = (*spec.all_of("initContainers"), *containers)
    for what, nodes in (("container", every), ("volume", spec.all_of("volumes"))):
        _judge_labels(name, what, nodes, mistakes)
    ports = [port for container in containers for port in container.all_of("ports")]
    _judge_twice(name, [(each, key) for port in ports for each, key in _of_host(port)], mistakes)
    for container in every:
        if container.get("image") is None:
            said = "the container has no image, and the API refuses the pod"
            mistakes.add("kubernetes/no-image", container.place, said, "Give it an image.", name)
        named = [(each, f"port {each.text()}") for port in container.all_of("ports") if (each := port.get("name"))]
        _judge_twice(name, named, mistakes)
        for handled in _handled(container):
            _judge_one(name, handled, _HANDLERS, mistakes, least=1)
    for volume in spec.all_of("volumes"):
        _judge_one(name, volume, _SOURCES, mistakes, least=0)


def _judge_labels(name: str, what: str, nodes: Sequence[Node], mistakes: Mistakes) -> None:
    found = [each for node in nodes if (each := node.get("name"))]
    _judge_twice(name, [(each, f"{what} {each.text()}") for each in found], mistakes)
    for each in found:
        if not _LABEL.fullmatch(each.text()):
            fix = "Use small letters, digits and - only, 63 at most, with a letter or a digit at both ends."
            mistakes.add("kubernetes/wrong-form", each.place, f"a name of a {what} that the API refuses", fix, name)


def _of_host(port: Node) -> Iterator[tuple[Node, str]]:
    found, address, protocol = port.get("hostPort"), port.get("hostIP"), port.get("protocol")
    if found is not None and found.value:
        where = f"{address.text()}:" if address is not None else ""
        yield found, f"hostPort {where}{found.text()}/{protocol.text() if protocol is not None else 'TCP'}"


def _judge_twice(name: str, found: Sequence[tuple[Node, str]], mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for node, what in found:
        if what in seen:
            said = f"the pod has a {what} already, and the API refuses a second one"
            mistakes.add("kubernetes/twice", node.place, said, "Give it another one, or leave it out.", name)
        seen.add(what)


def _handled(container: Node) -> Iterator[Node]:
    """Yield the probes and the hooks of a container."""
    hooks = container.get("lifecycle")
    yield from (found for key in _PROBES if (found := container.get(key)) and found.is_mapping)
    if hooks is not None and hooks.is_mapping:
        yield from (found for key in _HOOKS if (found := hooks.get(key)) and found.is_mapping)


def _judge_one(name: str, node: Node, keys: frozenset[str] | set[str], mistakes: Mistakes, *, least: int) -> None:
    """Add a mistake if a mapping has more than one of some keys, or fewer than ``least``."""
    found = [key for key, _ in node.items() if key in keys]
    if len(found) > 1:
        said = f"{' and '.join(found)} beside each other: the API takes one of them"
        mistakes.add("kubernetes/one-of", node.mapping()[found[1]].place, said, "Leave the others out.", name)
    elif len(found) < least:
        said = f"none of {', '.join(sorted(keys))}: the API takes exactly one"
        mistakes.add("kubernetes/one-of", node.place, said, "Add one.", name)
