"""Evaluate HCL expressions, if the file alone determines them: operators, functions, locals, loops.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. A value that only the scheduler knows, such as
``attr.kernel.name``, is ``UNCLEAR`` with the reason, and so is every value that depends on it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hostcheck.plaintext import plain
from hostcheck.workloadfiles.documents import scalar_of
from hostcheck.workloadfiles.hcl_budget import Budget
from hostcheck.workloadfiles.hcl_functions import call
from hostcheck.workloadfiles.hcl_text import is_template, lines_of, unescaped
from hostcheck.workloadfiles.hcl_tree import (
    bare_name,
    below,
    children_of,
    dotted,
    letters,
    place_of,
    significant,
    written_of,
)
from hostcheck.workloadfiles.hcl_values import (
    TOO_LARGE,
    UnknownValueError,
    Value,
    at_index,
    calculated,
    elements,
    in_digits,
    is_equal,
    joined,
    known,
    named,
    number,
    text,
    truth,
)
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.place import Place

_LATER = "its value is known when the job is registered"
_SCHEDULER = "known to the scheduler alone"


class Globals:
    """The variables and the locals of a file. A local is evaluated when its value is needed.

    Attributes:
        file: the path of the file.
        variables: the defaults of the variables that have one.
        budget: the limits on evaluations in the file.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.budget = Budget()
        self.variables: dict[str, Node] = {}
        self._locals: dict[str, tuple[Any, str]] = {}
        self._found: dict[str, Node | None] = {}

    def add_local(self, name: str, tree: Any, path: str) -> None:
        """Add a local with its expression."""
        self._locals.setdefault(name, (tree, path))

    def local(self, name: str) -> Node:
        """Return the value of a local.

        Raises:
            UnknownValueError: if the file does not define it, or it depends on itself.
        """
        if name not in self._found and name in self._locals:
            self._found[name] = None
            tree, path = self._locals[name]
            self._found[name] = Expressions(self).value(tree, place_of(tree, Place(self.file, 1)), path)
        found = self._found.get(name)
        if found is None:
            raise UnknownValueError(_LATER)
        return found


class Expressions:
    """The evaluator of expressions, with the names that are known at their place.

    Attributes:
        file: the variables and the locals of the file.
        names: the names that loops around the expressions define, with their values.
    """

    def __init__(self, file: Globals, names: Mapping[str, Node] | None = None) -> None:
        self.file, self.names = file, names or {}

    def within(self, names: Mapping[str, Node]) -> "Expressions":
        """Return an evaluator with further names."""
        return Expressions(self.file, {**self.names, **names})

    def value(self, tree: Any, place: Place, path: str) -> Node:
        """Return the value of an expression; ``UNCLEAR`` with the reason if it is unknown.

        Args:
            tree: the expression, as python-hcl2 parsed it.
            place: the place of its block or attribute, in case the expression has no line.
            path: the path of the value.
        """
        place = place_of(tree, place)
        try:
            self.file.budget.step()
            evaluate = _KINDS.get(str(tree.data), _unread)
            return self.file.budget.sized(_made(evaluate(_At(self, tree, place, path)), place, path))
        except UnknownValueError as error:
            return Node(str(error), place, path, UNCLEAR, written_of(tree), quoted=str(tree.data) == "string")


def _made(value: Value, place: Place, path: str) -> Node:
    if isinstance(value, Node):
        found = known(value)
        return Node(found.value, place, path, found.tag, found.written, found.quoted)
    if isinstance(value, Decimal):
        written = in_digits(value)
        return Node(scalar_of(written), place, path, written=written)
    if isinstance(value, str):
        return Node(value, place, path, written=value, quoted=True)
    if value is None or isinstance(value, bool | int | float):
        words = {True: "true", False: "false", None: "null"}
        written = words[value] if value is None or isinstance(value, bool) else str(value)
        return Node(value, place, path, written=written)
    return Node(value, place, path)


@dataclass(frozen=True, slots=True)
class _At:
    """An expression with its context.

    Attributes:
        of: the evaluator of its parts.
        tree: the expression.
        place: the line of the expression.
        path: the path of its value.
    """

    of: Expressions
    tree: Any
    place: Place
    path: str

    @property
    def parts(self) -> Sequence[Any]:
        return significant(self.tree)

    def value(self, tree: Any) -> Node:
        """Return the value of a part of the expression."""
        return self.of.value(tree, self.place, self.path)

    def within(self, names: Mapping[str, Node]) -> "_At":
        """Return the expression in a context with further names."""
        return replace(self, of=self.of.within(names))


def _unread(_at: _At) -> Value:
    raise UnknownValueError(_LATER)


def _literal(at: _At) -> Value:
    return {"true": True, "false": False, "null": None}[str(at.tree.children[0])]


def _number(at: _At) -> Value:
    literal = str(at.tree.children[0])
    value = scalar_of(literal)
    if isinstance(value, float) and not math.isfinite(value):
        raise UnknownValueError(TOO_LARGE)
    return Node(value, at.place, at.path, written=literal)


def _term(at: _At) -> Value:
    if len(at.parts) != 1:
        raise UnknownValueError(_LATER)
    return at.value(at.parts[0])


def _name(at: _At) -> Value:
    name = letters(at.tree)
    found = at.of.names.get(name)
    if found is None:
        raise UnknownValueError(_LATER if name == "var" else f"{plain(name)} is {_SCHEDULER}")
    return found


def _attribute(at: _At) -> Value:
    base, name = at.parts[0], letters(at.parts[1])
    root = bare_name(base)
    if root in at.of.names or not root:
        of = at.value(base)
        if of.tag == UNCLEAR and str(of.value).endswith(_SCHEDULER):
            raise UnknownValueError(f"${{{dotted(at.tree)}}} is {_SCHEDULER}")
        return named(of, name)
    if root == "var" and name in at.of.file.variables:
        return at.of.file.variables[name]
    if root == "local":
        return at.of.file.local(name)
    raise UnknownValueError(_LATER if root == "var" else f"${{{dotted(at.tree)}}} is {_SCHEDULER}")


def _index(at: _At) -> Value:
    return _indexed(at, at.value(at.parts[0]), at.parts[1])


def _indexed(at: _At, of: Node, index: Any) -> Node:
    if str(index.data) == "short_index":
        literal = str(index.children[-1])
        return at_index(of, Node(int(literal), of.place, of.path, written=literal))
    return at_index(of, at.value(significant(index)[0]))


def _splat(at: _At) -> Value:
    of = known(at.value(at.parts[0]))
    found = []
    for each in of.elements() if of.is_list else () if of.is_null else (of,):
        node = each
        for part in significant(at.parts[1]):
            is_name = str(part.data) == "get_attr"
            node = named(node, letters(part)) if is_name else _indexed(at, node, part)
        found.append(node)
    return found


def _text(at: _At) -> Value:
    parts: list[str] = []
    pieces = list(children_of(at.tree, "string_part"))
    for piece in pieces:
        inner = piece.children[0]
        if not hasattr(inner, "data"):
            parts.append(unescaped(str(inner)))
            continue
        if str(inner.data) != "interpolation":
            raise UnknownValueError(_LATER)
        found = known(at.value(significant(inner)[0]))
        if len(pieces) == 1:
            # The value of a template that is only one interpolation keeps its type.
            return found
        parts.append(text(found))
    return joined(parts)


def _heredoc(at: _At) -> Value:
    lines = lines_of(str(at.tree.children[0]), trimmed=str(at.tree.data) != "heredoc_template")
    if any(map(is_template, lines)):
        raise UnknownValueError(_LATER)
    return joined(lines)


def _list(at: _At) -> Value:
    return [at.of.value(each, at.place, f"{at.path}[{number}]") for number, each in enumerate(at.parts)]


def _object(at: _At) -> Value:
    return dict(_elements(at))


def _elements(at: _At) -> Iterator[tuple[str, Node]]:
    for element in children_of(at.tree, "object_elem"):
        key, value = element.children[0], element.children[-1]
        inner = significant(key)[0]
        name = bare_name(inner) or (letters(key) if str(inner.data) == "keyword" else "") or text(at.value(inner))
        yield name, at.of.value(value, place_of(element, at.place), below(at.path, name))


def _negated(at: _At) -> Value:
    inner = at.value(at.parts[-1])
    return -number(inner) if str(at.tree.children[0]) == "-" else not truth(inner)


def _operation(at: _At) -> Value:
    operator, right = significant(at.parts[1])
    sign = "".join(map(str, operator.children))
    first, second = at.value(at.parts[0]), at.value(right)
    if sign in {"&&", "||"}:
        decides = sign == "||"
        # One known side may determine the result.
        if any(each.tag != UNCLEAR and truth(each) is decides for each in (first, second)):
            return decides
        return truth(first) is decides or truth(second) is decides or not decides
    if sign in {"==", "!="}:
        return is_equal(first, second) is (sign == "==")
    return calculated(sign, first, second)


def _condition(at: _At) -> Value:
    is_met = truth(at.value(at.parts[0]))
    return at.value(at.parts[1 if is_met else 2])


def _call(at: _At) -> Value:
    name, *rest = at.parts
    arguments: list[Node] = []
    for of in rest:
        if str(of.data) != "arguments":
            raise UnknownValueError(_LATER)
        arguments += map(at.value, significant(of))
        if any(str(token) == "..." for token in of.children):
            arguments += elements(arguments.pop())
    return call(letters(name), arguments)


def _turns(at: _At, intro: Any) -> Iterator[_At]:
    *names, of = significant(intro)
    collection = known(at.value(of))
    pairs: list[tuple[Node, Node]]
    if collection.is_mapping:
        pairs = [(_key(key, collection), collection.mapping()[key]) for key in sorted(collection.mapping())]
    else:
        numbered = enumerate(elements(collection))
        pairs = [(Node(index, at.place, at.path, written=str(index)), each) for index, each in numbered]
    for key, value in pairs:
        last = {letters(names[-1]): value}
        yield at.within({letters(names[0]): key, **last} if len(names) > 1 else last)


def _is_kept(turn: _At, conditions: Sequence[Any]) -> bool:
    return all(truth(turn.value(significant(each)[0])) for each in conditions)


def _for_list(at: _At) -> Value:
    intro, value, *conditions = at.parts
    return [turn.value(value) for turn in _turns(at, intro) if _is_kept(turn, conditions)]


def _for_object(at: _At) -> Value:
    if any(str(token) == "..." for token in at.tree.children):
        raise UnknownValueError(_LATER)
    intro, key, value, *conditions = at.parts
    turns = (turn for turn in _turns(at, intro) if _is_kept(turn, conditions))
    return {text(turn.value(key)): turn.value(value) for turn in turns}


def _key(key: str, of: Node) -> Node:
    return Node(key, of.place, of.path, written=key, quoted=True)


_KINDS: Mapping[str, Callable[[_At], Value]] = {
    "expr_term": _term,
    "int_lit": _number,
    "float_lit": _number,
    "literal_value": _literal,
    "identifier": _name,
    "get_attr_expr_term": _attribute,
    "index_expr_term": _index,
    "full_splat_expr_term": _splat,
    "attr_splat_expr_term": _splat,
    "string": _text,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "tuple": _list,
    "object": _object,
    "unary_op": _negated,
    "binary_op": _operation,
    "conditional": _condition,
    "function_call": _call,
    "for_tuple_expr": _for_list,
    "for_object_expr": _for_object,
}
