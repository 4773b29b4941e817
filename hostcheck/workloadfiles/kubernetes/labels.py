"""Labels, and the selectors that choose objects by them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from collections.abc import Mapping

from hostcheck.workloadfiles.node import Node


def labels_of(node: Node | None) -> Mapping[str, str]:
    """Return the labels of an object or of a pod template; empty if there are none."""
    found = node.at("metadata", "labels") if node is not None else None
    return {key: each.text() for key, each in found.items()} if found else {}


def namespace_of(node: Node) -> str:
    """Return the namespace of an object; "default" if it has none."""
    found = node.at("metadata", "namespace")
    return found.text() if found else "default"


def selects(selector: Node, labels: Mapping[str, str]) -> bool:
    """Return whether a selector matches labels. An empty selector matches nothing.

    Raises:
        UsageError: if an expression lacks its key or its operator.
    """
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
