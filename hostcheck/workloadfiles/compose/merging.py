"""Merge a later Compose file into an earlier one, and a service into the one that it extends.

https://github.com/compose-spec/compose-spec/blob/main/13-merge.md, and compose-go's package override.
"""

from dataclasses import replace

from hostcheck.workloadfiles.node import Node

TAGS = frozenset({"!reset", "!override"})
"""YAML tags: ``!override`` replaces the earlier value, and ``!reset`` removes it."""
_REPLACED = frozenset({"command", "entrypoint", "test"})
_BY_TARGET = frozenset({"volumes", "devices", "secrets", "configs"})
_BY_NAME = frozenset({"environment", "labels", "sysctls", "extra_hosts", "annotations", "args", "additional_contexts"})
_NAMED = frozenset({"depends_on", "networks"})
"""Keys whose value is a list of names or a mapping by name."""
_LISTS = frozenset({"env_file", "dns", "dns_search", "dns_opt", "tmpfs"})
"""Keys whose value is a list or a single element."""
_REPEATED = frozenset({"device_cgroup_rules", "external_links", "group_add", "security_opt", "volumes_from"})
"""Keys whose list keeps an element twice if both files have it. Compose then refuses the list."""


def merged(base: Node, over: Node, key: str) -> Node:
    """Return a value merged with that of a later file.

    Args:
        base: the earlier value.
        over: the value of the later file.
        key: the last key of the value's path; "" for the whole file.
    """
    if over.tag == "!override" or over.is_null:
        return replace(over, tag="") if not over.is_null else base
    if base.is_mapping and over.is_mapping:
        both = dict(base.mapping())
        for name, node in over.mapping().items():
            if node.tag == "!reset":
                both.pop(name, None)
            else:
                both[name] = merged(both[name], node, name) if name in both else node
        return replace(base, value=both, place=over.place)
    if key in _BY_NAME and (base.is_mapping or base.is_list) and (over.is_mapping or over.is_list):
        return replace(over, value={**_by_name(base), **_by_name(over)})
    if key in _NAMED and base.is_mapping != over.is_mapping:
        return replace(over, value={**_named(base), **_named(over)})
    if key in _LISTS and (base.is_list or over.is_list or base.is_scalar):
        base, over = _listed(base), _listed(over)
    if base.is_list and over.is_list and key not in _REPLACED:
        return replace(over, value=_appended(base, over, key))
    return over


def _named(node: Node) -> dict[str, Node]:
    """Return a list of names as a mapping by name."""
    if node.is_mapping:
        return dict(node.mapping())
    return {each.text(): replace(each, value={}, written="") for each in node.elements()}


def _listed(node: Node) -> Node:
    return node if node.is_list else replace(node, value=[node])


def _by_name(node: Node) -> dict[str, Node]:
    if node.is_mapping:
        return dict(node.mapping())
    return {each.text().partition("=")[0]: each for each in node.elements()}


def _appended(base: Node, over: Node, key: str) -> list[Node]:
    if key in _REPEATED:
        return [*base.elements(), *over.elements()]
    kept: dict[object, Node] = {}
    for each in (*base.elements(), *over.elements()):
        kept[_identity(each, key)] = each
    return list(kept.values())


def _identity(node: Node, key: str) -> object:
    """Return a key for an element of a list. A later element replaces an earlier one with an equal key.

    The key is the target for a mount, and the whole element otherwise.
    """
    if node.is_mapping:
        target = node.get("target")
        if key in _BY_TARGET and target is not None:
            return target.text()
        return tuple(sorted((name, _identity(each, "")) for name, each in node.items() if each.is_scalar))
    if not node.is_scalar or node.is_null:
        return id(node)
    text = node.text()
    if key in _BY_TARGET and ":" in text:
        return text.split(":")[1]
    return text
