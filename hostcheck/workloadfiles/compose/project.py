"""Read the files of a Compose project: merge them, and resolve ``include``, ``extends`` and variables.

Sources: https://docs.docker.com/reference/compose-file/merge/, include/ and services/#extends. Further files are read
only below the folder of the first one, and never fetched from an address.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostcheck.plaintext import plain
from hostcheck.userfile import is_file, read_text, resolved
from hostcheck.workloadfiles.compose.dotenv import parse_env
from hostcheck.workloadfiles.compose.merging import TAGS, merged
from hostcheck.workloadfiles.compose.nodes import text_of
from hostcheck.workloadfiles.compose.variables import BoundedVariables, interpolated
from hostcheck.workloadfiles.documents import read_yaml
from hostcheck.workloadfiles.limits import LARGEST
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.place import Place

_DEEPEST = 16
"""Maximum depth of files that include others, and of services that extend others."""
_DEFAULTS = frozenset({"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"})
_EXTERNAL = ("http://", "https://", "git@", "oci://", "github.com/")


@dataclass(frozen=True, slots=True)
class Project:
    """The merged files of a project.

    Attributes:
        file: the path of the first file.
        root: the merged mapping.
        name: the name of the project, as in the labels of its containers.
        profiles: the active profiles.
        notes: notes on files that Compose would read, but that were not named.
    """

    file: str
    root: Node
    name: str
    profiles: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """The state of reading a project."""

    folder: Path
    values: Mapping[str, str]
    notes: list[str] = field(default_factory=list)


def read_project(
    texts: Sequence[tuple[str, str]], *, environment: Mapping[str, str] | None = None, profiles: Iterable[str] = ()
) -> Project:
    """Read a project.

    Args:
        texts: the path and the text of each file; a later file overrides an earlier one.
        environment: the variables; None for those of this process. Variables of the file .env in the first file's
            folder are added.
        profiles: the active profiles; those in COMPOSE_PROFILES are added.

    Raises:
        UsageError: if Compose would refuse the project. The message has the line.
    """
    folder = Path(texts[0][0]).parent
    given = dict(os.environ if environment is None else environment)
    reading = _Reading(folder, {**_dotenv(folder / ".env", given), **given})
    reading.notes += _not_named(folder, [Path(file).name for file, _ in texts])
    root: Node | None = None
    for file, text in texts:
        read = _file(file, text, reading, ())
        root = read if root is None else merged(root, read, "")
    assert root is not None
    named = reading.values.get("COMPOSE_PROFILES", "")
    asked = frozenset((*profiles, *(name for name in named.split(",") if name)))
    return Project(texts[0][0], root, _name(root, reading), asked, tuple(reading.notes))


def _name(root: Node, reading: _Reading) -> str:
    """Return the name of the project (https://docs.docker.com/compose/how-tos/project-name/, without the option -p)."""
    given = reading.values.get("COMPOSE_PROJECT_NAME") or text_of(root.get("name"))
    if given:
        return given
    return re.sub(r"[^a-z0-9_-]", "", resolved(reading.folder).name.lower()).lstrip("_-")


def _dotenv(path: Path, values: Mapping[str, str]) -> dict[str, str]:
    return parse_env(read_text("file of variables", path, LARGEST), values) if is_file(path) else {}


def _not_named(folder: Path, names: Sequence[str]) -> Iterator[str]:
    """Yield a note if Compose would read a further file when no file is named."""
    for name in names if len(names) == 1 and names[0] in _DEFAULTS else ():
        stem, _, suffix = name.rpartition(".")
        for other in (f"{stem}.override.{suffix}", f"{stem}.override.{'yml' if suffix == 'yaml' else 'yaml'}"):
            if is_file(folder / other):
                yield f"{other} is beside {name}: Compose reads both where no file is named; name it too"
                return


def _file(file: str, text: str, reading: _Reading, above: tuple[str, ...]) -> Node:
    documents = read_yaml(text, file, merges_once=True)
    if not documents:
        raise Node(None, Place(file, 1)).refusal("nothing in it")
    values = BoundedVariables(reading.values)
    root = interpolated(documents[0], values)
    for other in documents[1:]:
        root = merged(root, interpolated(other, values), "")
    root.mapping()
    root = _with_included(root, file, reading, above)
    services = root.get("services")
    if services is None:
        return root
    resolved = {
        name: each if each.tag in TAGS else _extended(name, services, file, reading, ())
        for name, each in services.items()
    }
    return replace(root, value={**root.mapping(), "services": replace(services, value=resolved)})


def _with_included(root: Node, file: str, reading: _Reading, above: tuple[str, ...]) -> Node:
    for each in root.all_of("include"):
        path = each.get("path") if each.is_mapping else each
        if path is None:
            raise each.refusal("an include without a path")
        included: Node | None = None
        paths = path.elements() if path.is_list else (path,)
        own = replace(reading, values=_values_within(each, paths, file, reading))
        for one in paths:
            below = _other(one, file, own, above)
            included = below if included is None else merged(included, below, "")
        if included is not None:
            root = _beside(root, included)
    return root


def _values_within(include: Node, paths: Sequence[Node], file: str, reading: _Reading) -> Mapping[str, str]:
    """Return the variables for included files: those of the project, and those of their env files.

    https://github.com/compose-spec/compose-spec/blob/main/14-include.md#env_file
    """
    named = include.get("env_file") if include.is_mapping else None
    folder = Path(file).parent
    if named is None:
        at = include.get("project_directory") if include.is_mapping else None
        where = folder / at.text() if at is not None else (folder / paths[0].text()).parent if paths else folder
        files = [where / ".env"]
    else:
        files = [folder / each.text() for each in (named.elements() if named.is_list else (named,))]
    added: dict[str, str] = {}
    for path in files:
        if _is_within(path, reading.folder):
            added |= _dotenv(path, {**added, **reading.values})
    return {**added, **reading.values}


def _is_within(path: Path, folder: Path) -> bool:
    root = os.path.realpath(folder)
    return os.path.commonpath((os.path.realpath(path), root)) == root


def _beside(root: Node, included: Node) -> Node:
    """Return a file with the resources of an included file added.

    Raises:
        UsageError: if both define a resource with the same name, as in Compose.
    """
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
            raise node.mapping()[name].refusal(f"{key}.{plain(name)} is included, and is also in the file itself")
        value[key] = replace(own, value={**own.mapping(), **node.mapping()})
    return replace(root, value=value)


def _other(node: Node, file: str, reading: _Reading, above: tuple[str, ...]) -> Node:
    """Read a file that another one names.

    Args:
        node: the name.
        file: the file that names it.
        reading: the state.
        above: the real paths of the files that lead to ``file``.

    Raises:
        UsageError: if the file cannot be read, is outside of the project's folder, or leads back to itself.
    """
    name = node.text()
    if node.tag == UNCLEAR:
        raise node.refusal(f"it is not known which file this is: {name}")
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
    if not _is_within(path, reading.folder):
        raise node.refusal(f"{plain(name)} is outside of the project's folder", "name it as a separate file")
    if not is_file(path):
        raise node.refusal(f"{plain(name)}: no such file")
    return _file(str(path), read_text("Compose file", path, LARGEST), reading, chain)


def _extended(name: str, services: Node, file: str, reading: _Reading, above: tuple[tuple[str, str], ...]) -> Node:
    """Return a service merged with the one that it extends."""
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
    return merged(replace(base, value=inherited, place=node.place, path=node.path), replace(node, value=own), name)
