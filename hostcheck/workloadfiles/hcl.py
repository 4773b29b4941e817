"""Read HCL 2 with the line of every value, by python-hcl2, which only parses.

Blocks that a ``dynamic`` block generates are read as if they were written, if the list for them is known.
"""

from collections.abc import Sequence
from typing import Any

from hostcheck.characters import unusual_space
from hostcheck.errors import UsageError
from hostcheck.plaintext import plain
from hostcheck.workloadfiles.documents import refuse_unless_left_out, without_refused
from hostcheck.workloadfiles.hcl_expressions import Expressions, Globals
from hostcheck.workloadfiles.hcl_lines import crowded
from hostcheck.workloadfiles.hcl_tree import below, children_of, letters, place_of, significant
from hostcheck.workloadfiles.hcl_values import UnknownValueError
from hostcheck.workloadfiles.node import UNCLEAR, Node, RefusedError
from hostcheck.workloadfiles.place import Place

LABEL = "$label"
"""The key of a block's first label. No attribute can have this name."""
_LINES = 5
"""Number of lines that one message names."""
_LARGEST = 64 << 10
"""Maximum size in bytes: for some texts of twice this size, the parser takes 4 s of CPU time."""
_NAMED = frozenset({"identifier", "string", "keyword", "literal_value"})
"""Kinds of the tree's parts that are names or labels. HCL allows keywords as names; in this grammar they differ."""
_COUNTED = frozenset({"attribute", "block"})


def read_hcl(text: str, file: str) -> Node:
    """Return the body of a file: attributes by name, and the blocks of each name as a list.

    Raises:
        UsageError: if the text is not HCL or too long, or python-hcl2 is not installed.
    """
    try:
        import hcl2  # noqa: PLC0415  an extra
        from lark.exceptions import UnexpectedInput  # noqa: PLC0415  the same
    except ImportError as error:
        from hostcheck.installed import lacking  # noqa: PLC0415  only where it is missing

        raise lacking(UsageError, "reading HCL", "python-hcl2", "workloads") from error
    if len(text) > _LARGEST:
        raise UsageError(f"{plain(file)}: HCL of more than {_LARGEST >> 10} KiB", remedy="give the job as JSON")
    try:
        tree = hcl2.parses_to_tree(text if text.endswith("\n") else f"{text}\n")
        body = next(children_of(tree, "body"))
        lines = sorted({*crowded(body)})
        if lines:
            others = [*map(str, lines[1:_LINES]), *([f"{len(lines) - _LINES} more"] if lines[_LINES:] else [])]
            more = f" (also on line {', '.join(others)})" if others else ""
            said = f"not HCL: a block on one line has one argument at most, and no block{more}"
            # No value has this path: what stands on the line is read.
            crowd = RefusedError(Place(file, lines[0]), "$newline", said, "write each on its own line")
            refuse_unless_left_out(crowd)
        return without_refused(_body(body, Expressions(_globals(body, file)), Place(file, 1), ""))
    except UnexpectedInput as error:
        line, column = max(error.line, 1), max(error.column, 1)
        lines_of_text = text.splitlines()
        odd = unusual_space(lines_of_text[line - 1]) if line <= len(lines_of_text) else ""
        what = "; ".join(filter(None, (f"the text from column {column} on cannot be parsed", odd)))
        raise UsageError(f"{plain(file)}:{line}: not HCL: {what}") from error
    except RecursionError as error:
        raise UsageError(f"{plain(file)}: not HCL: it is nested too deeply", remedy="write fewer brackets") from error


def _globals(body: Any, file: str) -> Globals:
    """Return the defaults of the variables that have one, and the locals."""
    found = Globals(file)
    for block in children_of(body, "block"):
        name, labels = _names(block)
        inner = next(children_of(block, "body"))
        if name == "variable" and labels:
            default = _body(inner, Expressions(found), place_of(block, Place(file, 1)), "").get("default")
            if default is not None:
                found.variables[labels[0]] = default
        for attribute in children_of(inner, "attribute") if name == "locals" else ():
            local = letters(attribute.children[0])
            found.add_local(local, attribute.children[-1], f"locals.{local}")
    return found


def _body(tree: Any, expressions: Expressions, place: Place, path: str) -> Node:
    """Return the attributes of a block by name, and for each name of a block in it, a list of these blocks."""
    found: dict[str, Node] = {}
    blocks: dict[str, list[Node]] = {}
    for attribute in children_of(tree, "attribute"):
        name = letters(attribute.children[0])
        found[name] = expressions.value(attribute.children[-1], place_of(attribute, place), below(path, name))
    for block in children_of(tree, "block"):
        name, labels = _names(block)
        made = _made(block, labels, expressions, place, path) if name == "dynamic" and labels else ()
        if made:
            blocks.setdefault(labels[0], []).extend(made)
        else:
            blocks.setdefault(name, []).append(_block(block, (name, *labels), expressions, place, path))
    for name, each in blocks.items():
        found[name] = Node(each, each[0].place, below(path, name))
    return Node(found, place, path)


def _block(tree: Any, words: tuple[str, ...], expressions: Expressions, place: Place, path: str) -> Node:
    """Return a block, with its first label as the value of ``LABEL``.

    Args:
        tree: the block.
        words: the name and the labels of the block.
        expressions: the evaluator of its expressions.
        place: the place of the block around it.
        path: the path of the block around it.
    """
    path, place = below(path, ".".join(words)), place_of(tree, place)
    node = _body(next(children_of(tree, "body")), expressions, place, path)
    own = dict(node.mapping())
    if len(words) > 1:
        own[LABEL] = Node(words[1], place, path, written=words[1], quoted=True)
    return Node(own, place, path)


def _made(block: Any, labels: tuple[str, ...], expressions: Expressions, place: Place, path: str) -> Sequence[Node]:
    """Return the blocks that a dynamic block generates; none if its list is unknown or too long.

    https://developer.hashicorp.com/nomad/docs/job-specification/hcl2/expressions#dynamic-blocks
    """
    body = next(children_of(block, "body"))
    attributes = {letters(each.children[0]): each.children[-1] for each in children_of(body, "attribute")}
    content = next((inner for inner in children_of(body, "block") if _names(inner)[0] == "content"), None)
    if "for_each" not in attributes or content is None:
        return ()
    each = expressions.value(attributes["for_each"], place, path)
    if each.tag == UNCLEAR or each.is_scalar:
        return ()
    pairs = list(each.mapping().items()) if each.is_mapping else [(str(at), n) for at, n in enumerate(each.elements())]
    try:
        # Each turn evaluates the whole content again.
        expressions.file.budget.step(
            len(pairs) * sum(1 for part in content.iter_subtrees() if str(part.data) in _COUNTED)
        )
    except UnknownValueError:
        return ()
    iterator = letters(attributes["iterator"]) if "iterator" in attributes else labels[0]
    made = []
    for key, value in pairs:
        turn = expressions.within(
            {iterator: Node({"key": Node(key, value.place, path, written=key), "value": value}, value.place, path)}
        )
        named = turn.value(attributes["labels"], place, path).elements() if "labels" in attributes else ()
        own = [label.text() for label in named if label.is_scalar]
        made.append(_block(content, (labels[0], *own), turn, place, path))
    return made


def _names(block: Any) -> tuple[str, tuple[str, ...]]:
    words = [letters(child) for child in significant(block) if str(child.data) in _NAMED]
    return words[0], tuple(words[1:])
