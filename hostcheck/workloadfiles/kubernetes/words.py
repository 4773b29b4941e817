"""Words that kubectl reads as truth values, as in YAML 1.1: ``yes``, ``no``, ``on`` and ``off`` without quotes.

Source: sigs.k8s.io/yaml, goyaml.v2/resolve.go.
"""

from dataclasses import replace

from hostcheck.workloadfiles.node import Node

_WORDS = {
    form: value
    for word, value in (("yes", True), ("on", True), ("no", False), ("off", False))
    for form in (word, word.capitalize(), word.upper())
}


def with_truths(node: Node, made: dict[int, Node] | None = None) -> Node:
    """Return a node with these words replaced by truth values.

    Args:
        node: a node of a manifest.
        made: the results so far, by the id of the node: an alias is one node in several places.
    """
    made = {} if made is None else made
    known = made.get(id(node))
    if known is not None:
        return known
    changed = node
    if node.is_mapping:
        changed = replace(node, value={key: with_truths(each, made) for key, each in node.mapping().items()})
    elif node.is_list:
        changed = replace(node, value=[with_truths(each, made) for each in node.elements()])
    elif isinstance(node.value, str) and not node.quoted and node.value in _WORDS:
        changed = replace(node, value=_WORDS[node.value])
    made[id(node)] = changed
    return changed
