"""HCL functions that hash and encode, with the same results as Nomad's.

Sources: https://developer.hashicorp.com/nomad/docs/job-specification/hcl2/functions/encoding and /crypto;
github.com/zclconf/go-cty (cty/json), which escapes as Go's encoding/json does; github.com/zclconf/go-cty-yaml.
"""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from urllib.parse import quote_plus

from hostcheck.workloadfiles.hcl_values import (
    NOT_EVALUATED,
    UnknownValueError,
    Value,
    elements,
    joined,
    known,
    mapping,
    text,
)
from hostcheck.workloadfiles.node import Node

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_PLAIN = re.compile(r"[ -~]{0,60}")
"""Texts that every YAML emitter writes on one line, whatever its maximum width."""
_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def _in_json(node: Node) -> Iterator[str]:
    value = known(node).value
    if node.is_mapping:
        inner = mapping(node)
        yield "{"
        for at, key in enumerate(sorted(inner)):
            yield f"{',' * bool(at)}{_quoted(key)}:"
            yield from _in_json(inner[key])
        yield "}"
    elif node.is_list:
        yield "["
        for at, each in enumerate(elements(node)):
            yield "," * bool(at)
            yield from _in_json(each)
        yield "]"
    elif value is None:
        yield "null"
    else:
        yield _quoted(value) if isinstance(value, str) else text(node)


def _quoted(value: str) -> str:
    """Return a text as Go's encoding/json writes it: in UTF-8, with the special characters of HTML escaped."""
    return re.sub("[<>&\u2028\u2029]", lambda found: _HTML[found[0]], json.dumps(value, ensure_ascii=False))


def _from_json(arguments: Sequence[Node]) -> Node:
    (of,) = arguments
    found = json.loads(text(of), parse_float=Decimal, parse_constant=_refused)
    return _node(found, of)


def _refused(_: str) -> object:
    raise UnknownValueError(NOT_EVALUATED)


def _node(value: object, of: Node) -> Node:
    """Return a decoded value as a node, with the place of the text from which it was decoded."""
    if isinstance(value, dict):
        return Node({str(key): _node(each, of) for key, each in value.items()}, of.place, of.path)
    if isinstance(value, list):
        return Node([_node(each, of) for each in value], of.place, of.path)
    if isinstance(value, Decimal):
        return Node(float(value), of.place, of.path, written=str(value))
    if isinstance(value, str):
        return Node(value, of.place, of.path, written=value, quoted=True)
    if value is None or isinstance(value, bool | int):
        return Node(value, of.place, of.path, written="" if value is None else str(value).lower())
    raise UnknownValueError(NOT_EVALUATED)


def _in_yaml(node: Node, indent: str) -> Iterator[str]:
    """Yield the parts of a value in YAML. The first line follows its key or dash, so it has no indent."""
    if known(node).is_mapping and (inner := mapping(node)):
        for at, key in enumerate(sorted(inner)):
            yield from _entry(f"{indent * bool(at)}{_of_yaml(key)}:", inner[key], indent)
    elif node.is_list and (each_one := elements(node)):
        for at, each in enumerate(each_one):
            yield f"{indent * bool(at)}- "
            yield from _in_yaml(each, f"{indent}  ")
    elif node.is_scalar:
        value = node.value
        yield f"{'null' if value is None else _of_yaml(value) if isinstance(value, str) else text(node)}\n"
    else:
        yield "{}\n" if node.is_mapping else "[]\n"


def _entry(key: str, node: Node, indent: str) -> Iterator[str]:
    is_empty = not known(node).is_scalar and not (node.mapping() if node.is_mapping else node.elements())
    if node.is_scalar or is_empty:
        yield f"{key} "
        yield from _in_yaml(node, indent)
    else:
        below = f"{indent}  " if node.is_mapping else indent
        yield f"{key}\n{below}"
        yield from _in_yaml(node, below)


def _of_yaml(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise UnknownValueError(NOT_EVALUATED)
    return json.dumps(value)


def _uuid(arguments: Sequence[Node]) -> str:
    namespace, name = (text(each) for each in arguments)
    return str(uuid.uuid5(_NAMESPACES.get(namespace) or uuid.UUID(namespace), name))


def _of_bytes(function: Callable[[bytes], str]) -> Callable[[Sequence[Node]], Value]:
    def called(arguments: Sequence[Node]) -> str:
        (of,) = arguments
        return function(text(of).encode())

    return called


FUNCTIONS: Mapping[str, Callable[[Sequence[Node]], Value]] = {
    "base64decode": _of_bytes(lambda data: base64.b64decode(data, validate=True).decode()),
    "base64encode": _of_bytes(lambda data: base64.b64encode(data).decode()),
    "jsondecode": _from_json,
    "jsonencode": lambda arguments: joined([part for each in arguments for part in _in_json(each)]),
    "md5": _of_bytes(lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest()),
    "sha1": _of_bytes(lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest()),
    "sha256": _of_bytes(lambda data: hashlib.sha256(data).hexdigest()),
    "sha512": _of_bytes(lambda data: hashlib.sha512(data).hexdigest()),
    "urlencode": _of_bytes(quote_plus),
    "uuidv5": _uuid,
    "yamlencode": lambda arguments: joined([part for each in arguments for part in _in_yaml(each, "")]),
}
