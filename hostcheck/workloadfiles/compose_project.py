"""The files of a Compose project as one: merged, with ``include``, ``extends`` and variables resolved.

Sources: https://docs.docker.com/reference/compose-file/merge/, include/ and services/#extends. Files are only read
below the folder of the first one, and never from an address.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostcheck.plaintext import plain
from hostcheck.userfile import is_file, read_text
from hostcheck.workloadfiles.documents import read_yaml
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.model import Place
from hostcheck.workloadfiles.node import Node
from hostcheck.workloadfiles.variables import UNCLEAR, interpolated, parse_env

_DEEPEST = 16
"""Files that include, and services that extend, one another."""
_REPLACED = frozenset({"command", "entrypoint", "test"})
_BY_TARGET = frozenset({"volumes", "devices", "secrets", "configs"})
_BY_NAME = frozenset({"environment", "labels", "sysctls", "extra_hosts", "annotations", "args"})
_NOT_EXTENDED = frozenset({"depends_on", "volumes_from", "links"})
_EXTERNAL = ("http://", "https://", "git@", "oci://", "github.com/")


@dataclass(frozen=True, slots=True)
class Project:
    """The files of a project, merged.

    Attributes:
        file: the first of them.
        root: the mapping of them all.
        profiles: that are asked for.
        notes: what else was read.
    """

    file: str
    root: Node
    profiles: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What is known while files are read."""

    folder: Path
    values: Mapping[str, str]
    notes: list[str] = field(default_factory=list)


def read_project(
    texts: Sequence[tuple[str, str]], *, environment: Mapping[str, str] | None = None, profiles: Iterable[str] = ()
) -> Project:
    """Return a project.

    Args:
        texts: the path and the text of each file; a later one changes an earlier one.
        environment: variables; by default those of this process. Those of the file .env beside the first are added.
        profiles: that are asked for; those of COMPOSE_PROFILES are added.

    Raises:
        UsageError: for what Compose would refuse, with the line.
    """
    folder = Path(texts[0][0]).parent
    given = dict(os.environ if environment is None else environment)
    reading = _Reading(folder, {**_dotenv(folder), **given})
    root: Node | None = None
    for file, text in texts:
        read = _file(file, text, reading, ())
        root = read if root is None else _merged(root, read, "")
    assert root is not None
    named = reading.values.get("COMPOSE_PROFILES", "")
    asked = frozenset((*profiles, *(name for name in named.split(",") if name)))
    return Project(texts[0][0], root, asked, tuple(reading.notes))


def _dotenv(folder: Path) -> dict[str, str]:
    path = folder / ".env"
    return parse_env(read_text("file of variables", path, LARGEST)) if is_file(path) else {}


def _file(file: str, text: str, reading: _Reading, above: tuple[str, ...]) -> Node:
    documents = read_yaml(text, file)
    if not documents:
        raise Node(None, Place(file, 1)).refusal("nothing in it")
    root = interpolated(documents[0], reading.values)
    for other in documents[1:]:
        root = _merged(root, interpolated(other, reading.values), "")
    root.mapping()
    root = _with_included(root, file, reading, above)
    services = root.get("services")
    if services is None:
        return root
    resolved = {name: _extended(name, services, file, reading, ()) for name, _ in services.items()}
    return replace(root, value={**root.mapping(), "services": replace(services, value=resolved)})


def _with_included(root: Node, file: str, reading: _Reading, above: tuple[str, ...]) -> Node:
    for each in root.all_of("include"):
        path = each.get("path") if each.is_mapping else each
        if path is None:
            raise each.refusal("an include without a path")
        included: Node | None = None
        for one in path.elements() if path.is_list else (path,):
            below = _other(one, file, reading, above)
            included = below if included is None else _merged(included, below, "")
        if included is not None:
            root = _beside(root, included)
    return root


def _beside(root: Node, included: Node) -> Node:
    """Return a file with what an included one has; what both have is refused, as Compose does."""
    value = dict(root.mapping())
    for key, node in included.mapping().items():
        if key not in {"services", "volumes", "networks", "configs", "secrets"}:
            continue
        own = value.get(key)
        if own is None or own.is_null:
            value[key] = node
            continue
        both = set(own.mapping()) & set(node.mapping())
        if both:
            name = min(both)
            raise node.mapping()[name].refusal(f"{key}.{plain(name)} is included, and stands in the file itself")
        value[key] = replace(own, value={**own.mapping(), **node.mapping()})
    return replace(root, value=value)


def _other(node: Node, file: str, reading: _Reading, above: tuple[str, ...]) -> Node:
    """Read a file that another one names."""
    name = node.text()
    if node.tag == UNCLEAR:
        raise node.refusal(f"which file is not known: {name}")
    if name.startswith(_EXTERNAL):
        raise node.refusal(
            f"{plain(name)} is not on this machine, and nothing is fetched", "fetch it, and name the file"
        )
    path = Path(file).parent / name
    where = os.path.realpath(path)
    chain = (*above, os.path.realpath(file))
    if where in chain or len(chain) > _DEEPEST:
        raise node.refusal(
            f"{plain(name)} leads back to itself" if where in chain else "files include files too deeply"
        )
    if not os.path.commonpath((where, os.path.realpath(reading.folder))) == os.path.realpath(reading.folder):
        raise node.refusal(f"{plain(name)} is outside of the project's folder", "name it as a separate file")
    if not is_file(path):
        raise node.refusal(f"{plain(name)}: no such file")
    return _file(str(path), read_text("Compose file", path, LARGEST), reading, chain)


def _extended(name: str, services: Node, file: str, reading: _Reading, above: tuple[tuple[str, str], ...]) -> Node:
    """Return a service with what it extends."""
    node = services.mapping()[name]
    if node.is_null:
        raise node.refusal("it has neither an image nor a build context", "give it an image")
    extends = node.get("extends")
    if extends is None:
        return node
    chain = (*above, (file, name))
    base_name = extends.text() if not extends.is_mapping else (extends.get("service") or extends).text()
    other = extends.get("file") if extends.is_mapping else None
    if len(chain) > _DEEPEST or (other is None and (file, base_name) in chain):
        raise extends.refusal(f"{plain(base_name)} extends itself")
    if other is None:
        if base_name not in services.mapping():
            raise extends.refusal(f"there is no service {plain(base_name)} to extend")
        base = _extended(base_name, services, file, reading, chain)
    else:
        root = _other(other, file, reading, tuple(os.path.realpath(each) for each, _ in above))
        below = root.at("services", base_name)
        if below is None:
            raise extends.refusal(f"there is no service {plain(base_name)} in {plain(other.text())}")
        base = below
    own = {key: each for key, each in node.mapping().items() if key != "extends"}
    inherited = {
        key: each for key, each in base.mapping().items() if key not in {"depends_on", "volumes_from", "links"}
    }
    return _merged(replace(base, value=inherited, place=node.place, path=node.path), replace(node, value=own), name)


def _merged(base: Node, over: Node, key: str) -> Node:
    """Return a value that a later file changes."""
    if over.tag == "!reset":
        return replace(over, value=None, tag="")
    if over.tag == "!override" or over.is_null:
        return replace(over, tag="") if not over.is_null else base
    if base.is_mapping and over.is_mapping:
        merged = dict(base.mapping())
        for name, node in over.mapping().items():
            merged[name] = _merged(merged[name], node, name) if name in merged else _without_reset(node)
        return replace(base, value=merged, place=over.place)
    if key in _BY_NAME and (base.is_mapping or base.is_list) and (over.is_mapping or over.is_list):
        return replace(over, value={**_by_name(base), **_by_name(over)})
    if base.is_list and over.is_list and key not in _REPLACED:
        return replace(over, value=_appended(base, over, key))
    return over


def _without_reset(node: Node) -> Node:
    return replace(node, value=None, tag="") if node.tag == "!reset" else node


def _by_name(node: Node) -> dict[str, Node]:
    if node.is_mapping:
        return dict(node.mapping())
    return {each.text().partition("=")[0]: each for each in node.elements()}


def _appended(base: Node, over: Node, key: str) -> list[Node]:
    kept: dict[object, Node] = {}
    for each in (*base.elements(), *over.elements()):
        kept[_identity(each, key)] = each
    return list(kept.values())


def _identity(node: Node, key: str) -> object:
    """Return what makes two elements of a list one: the target of a mount, else all of it."""
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
