"""The tasks of a playbook as they run: once for each item of a loop, with known variables and conditions applied.

https://docs.ansible.com/ansible/latest/playbook_guide/. Anything that overrides a play's variables makes them unknown:
vars_files and vars_prompt all of them, set_fact and register single ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hostcheck.workloadfiles.ansible_expressions import Omitted, evaluated
from hostcheck.workloadfiles.needs import Unclear
from hostcheck.workloadfiles.node import Node

BLOCKS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")
_SELDOM = {
    "handlers": "line {} is of a handler: it runs only after a change",
    "rescue": "line {} is of a rescue: it runs only where its block fails",
}
_LISTS = frozenset({"loop", "with_items", "with_list"})
_LOOP = re.compile(r"loop|with_\w+")
_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
_HERE = frozenset({"{{ inventory_hostname }}", "{{inventory_hostname}}"})
_MOST_ITEMS = 1_000
_LONGEST = 4096
"""Maximum number of characters of a text whose templates are replaced: a variable can be twice the one before it. A
longer text is left unchanged."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task, for one item if it is in a loop, or for all of a loop whose items are unknown.

    Attributes:
        node: the task, with its templates evaluated as far as possible.
        count: 1; None if the number of items is unknown.
        unclear: unclear needs, if it is unknown whether, how often or where the task runs.
        elsewhere: whether another host runs the task.
        hosts: the pattern of hosts of its play; empty without a play, with ``run_once: true``, or if delegated.
        perhaps: why it may not run; empty if it certainly runs.
    """

    node: Node
    count: int | None = 1
    unclear: tuple[Unclear, ...] = ()
    elsewhere: bool = False
    hosts: str = ""
    perhaps: str = ""


@dataclass(frozen=True, slots=True)
class _Around:
    """The settings of plays and blocks that apply to the tasks within."""

    values: Mapping[str, Node] = field(default_factory=dict)
    conditions: tuple[Node, ...] = ()
    delegate: Node | None = None
    certain: bool = True
    hosts: str = ""
    tags: frozenset[str] = frozenset()
    seldom: str = ""
    changed: frozenset[str] = frozenset()


def tasks_of(nodes: Sequence[Node]) -> Iterator[Task]:
    """Yield the plays, blocks and tasks of a playbook. Tasks that certainly do not run are left out.

    Raises:
        UsageError: if one of them is not a mapping. The message has the line.
    """
    yield from _below(nodes, _Around(changed=frozenset(name for node in nodes for name in _changed(node))))


def _changed(node: Node) -> Iterator[str]:
    """Yield the names of variables that tasks set while they run (playbooks_variables, variable precedence)."""
    for key, each in node.items() if node.is_mapping else ():
        if key.rpartition(".")[2] == "set_fact" and each.is_mapping:
            yield from each.mapping()
        elif key.rpartition(".")[2] == "set_fact" and each.is_scalar:
            yield from re.findall(r"(?<!\w)(\w+)=", each.written)
        elif key == "register" and each.is_scalar:
            yield each.written
        elif key in BLOCKS and each.is_list:
            yield from (name for below in each.elements() for name in _changed(below))


def _below(nodes: Sequence[Node], around: _Around) -> Iterator[Task]:
    for node in nodes:
        if not node.is_mapping:
            raise node.refusal(f"expected a play or a task, found {node.kind}")
        inner = _within(node, around)
        # Without --tags, tasks of the tag "never" do not run (playbooks_tags, special tags; playbook/taggable.py).
        if "never" in inner.tags and "always" not in inner.tags:
            continue
        below = [key for key in BLOCKS if node.get(key) is not None]
        if below or node.get("roles") is not None:
            yield Task(node, hosts=inner.hosts)
            for key in below:
                yield from _below(node.all_of(key), replace(inner, seldom=_SELDOM.get(key, inner.seldom)))
        else:
            yield from _runs(node, inner)


def _within(node: Node, around: _Around) -> _Around:
    certain = around.certain and node.get("vars_files") is None and node.get("vars_prompt") is None
    own = node.get("vars")
    values = dict(around.values)
    for name, each in own.items() if own is not None and own.is_mapping else ():
        if name not in around.changed:
            values[name] = _filled(each, values)
    when = node.get("when")
    conditions = () if when is None else tuple(when.elements()) if when.is_list else (when,)
    hosts = node.get("hosts")
    named = "" if hosts is None else ",".join(each.text() for each in (hosts.elements() if hosts.is_list else [hosts]))
    once = node.get("run_once")
    return replace(
        around,
        hosts="" if once is not None and once.value is True else named or around.hosts,
        values=values if certain else {},
        conditions=(*around.conditions, *conditions),
        delegate=node.get("delegate_to") or around.delegate,
        certain=certain,
        tags=around.tags | _tags(node),
    )


def _tags(node: Node) -> frozenset[str]:
    """Return the tags of a play, a block or a task. A text is split at its commas."""
    own = node.get("tags")
    texts = () if own is None else own.elements() if own.is_list else (own,)
    return frozenset(tag.strip() for each in texts if each.is_scalar for tag in each.text().split(","))


def _runs(node: Node, around: _Around) -> Iterator[Task]:
    unclear: list[Unclear] = []
    for each in around.conditions:
        holds = _truth(each, around.values)
        if holds is False:
            return
        if holds is None:
            unclear.append(Unclear(each.place, f"when: {each.written}", "a condition", "whether it holds is not known"))
    perhaps = f"whether line {node.place.line} runs depends on its condition" if unclear else ""
    perhaps = perhaps or around.seldom.format(node.place.line)
    there = around.delegate or node.get("local_action")
    elsewhere = there is not None and not (there.is_scalar and there.text() in _HERE)
    if there is not None and elsewhere:
        name = _filled(there, around.values).written if there.is_scalar else "localhost"
        unclear.append(Unclear(there.place, f"delegate_to: {name}", "the host", f"it runs on {name}, not on this host"))
    once = node.get("run_once")
    hosts = "" if elsewhere or (once is not None and once.value is True) else around.hosts
    named = node.at("loop_control", "loop_var")
    variable = named.text() if named is not None else "item"
    loop = next((each for key, each in node.items() if _LOOP.fullmatch(key)), None)
    items = _items(loop, around.values)
    if loop is not None and items is None:
        key = loop.path.rpartition(".")[2]
        unclear.append(Unclear(loop.place, key, "the number of containers", "the items of its loop are unknown"))
        yield Task(_filled(node, around.values), None, tuple(unclear), elsewhere, hosts, perhaps)
        return
    for values in ({},) if items is None else ({variable: item} for item in items):
        yield Task(_filled(node, {**around.values, **values}), 1, tuple(unclear), elsewhere, hosts, perhaps)


def _items(loop: Node | None, values: Mapping[str, Node]) -> Sequence[Node] | None:
    """Return the items of a task's loop; None if it has no loop, or its items are unknown or too many."""
    if loop is None or loop.path.rpartition(".")[2] not in _LISTS:
        return None
    found = _filled(loop, values)
    return found.elements() if found.is_list and len(found.elements()) <= _MOST_ITEMS else None


def _truth(node: Node, values: Mapping[str, Node]) -> bool | None:
    """Return whether a condition holds, if it is a literal or the name of a known variable; otherwise None."""
    text = node.written
    if isinstance(node.value, bool):
        return node.value
    wanted = True
    if text.startswith("not "):
        wanted, text = False, text.removeprefix("not ")
    text = text.removesuffix(" | bool").removesuffix("|bool").strip()
    literal = {"true": True, "false": False}.get(text.lower())
    known = values.get(text)
    value = literal if literal is not None else known.value if known is not None else None
    return (value is wanted) if isinstance(value, bool) else None


def _filled(node: Node, values: Mapping[str, Node]) -> Node:
    """Return a node with known templates replaced, and without omitted options."""
    if node.is_mapping:
        below = ((key, _evaluated(each, values)) for key, each in node.mapping().items())
        return replace(node, value={key: each for key, each in below if not isinstance(each, Omitted)})
    if node.is_list:
        each_of = (_evaluated(each, values) for each in node.elements())
        return replace(node, value=[each for each in each_of if not isinstance(each, Omitted)])
    found = _evaluated(node, values)
    return node if isinstance(found, Omitted) else found


def _evaluated(node: Node, values: Mapping[str, Node]) -> Node | Omitted:
    if not node.is_scalar:
        return _filled(node, values)
    if not isinstance(node.value, str) or "{{" not in node.value:
        return node
    whole = _TEMPLATE.fullmatch(node.value)
    if whole is not None:
        found = evaluated(whole[1], values, node.place)
        if isinstance(found, Omitted):
            return found
        return node if found is None else replace(found, place=node.place, path=node.path)

    filled, at = "", 0
    for match in _TEMPLATE.finditer(node.value):
        value = evaluated(match[1], values, node.place)
        known = isinstance(value, Node) and value.is_scalar and not value.is_null
        filled += node.value[at : match.start()] + (value.written if known and isinstance(value, Node) else match[0])
        at = match.end()
        if len(filled) > _LONGEST:
            return node
    filled += node.value[at:]
    return replace(node, value=filled, written=filled)
