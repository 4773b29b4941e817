"""Values that contradict each other, or that lack a part: Compose refuses the project for them.

Sources: compose-go's loader/validate.go, validation/validation.go, validation/external.go, types/hostList.go,
format/volume.go and types/device.go; tried with Docker Compose 2.26 and 2.40.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hostcheck.workloadfiles.compose.nodes import text_of
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.sizes import docker_bytes

_NAME = re.compile(r"[a-zA-Z0-9._-]+")
_TESTS = frozenset({"CMD", "CMD-SHELL", "NONE"})
_WATCHES = frozenset({"rebuild", "restart", "sync", "sync+exec", "sync+restart"})
_QUOTES, _ENDS = frozenset("'\"`"), frozenset(";&|<>")
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "configs": ("content", "environment", "file"),
    "secrets": ("environment", "file"),
}
"""The keys of which a config or a secret has exactly one."""
_OF_AN_OWNER = frozenset({"driver", "driver_opts", "labels"})
"""Keys of a volume that something external cannot have."""


class _Wrong(NamedTuple):
    """What is wrong: the value, the reason, and the fix."""

    node: Node
    said: str
    fix: str = "Leave one of them out."


def judge_consistency(root: Node, services: Mapping[str, Node], mistakes: Mistakes) -> None:
    """Add a mistake for each value for which Compose refuses the project.

    Args:
        root: the project.
        services: its services that start, by name.
        mistakes: the list to which they are added.
    """
    for name, node in services.items():
        found = [*_of_service(name, node), *_of_build(node, root), *_of_volumes(node), *_of_devices(node)]
        for each in found:
            said = f"{each.said}, and Compose refuses the project"
            mistakes.add("compose/wrong-form", each.node.place, said, each.fix, name)
    for each in _of_resources(root):
        mistakes.add("compose/wrong-form", each.node.place, f"{each.said}, and Compose refuses it", each.fix)


def _of_service(name: str, node: Node) -> Iterator[_Wrong]:
    if not _NAME.fullmatch(name):
        yield _Wrong(
            node, "the name of the service has other characters than letters, digits, _, . and -", "Rename it."
        )
    test = node.at("healthcheck", "test")
    if test is not None and test.is_list and test.elements() and text_of(test.elements()[0]) not in {*_TESTS, ""}:
        yield _Wrong(test, "the test of a healthcheck begins with CMD, CMD-SHELL or NONE", "Begin it with CMD.")
    for each in _listed(node.at("develop", "watch")):
        action = text_of(each.get("action")) if each.is_mapping else ""
        if action and action not in _WATCHES:
            yield _Wrong(each, f"watch has no action {action}", f"Use one of {', '.join(sorted(_WATCHES))}.")
        elif action.startswith("sync") and each.get("target") is None:
            yield _Wrong(each, f"the action {action} of a watch needs a target", "Give it a target.")
    for each in _listed(node.get("extra_hosts")):
        if (text := text_of(each)) and not re.search(r"[:=]", text):
            yield _Wrong(each, f"{text} has no address", f'Write it as "{text}:ADDRESS".')
    for key in ("command", "entrypoint"):
        line = node.get(key)
        if line is not None and line.is_scalar and not _is_closed(text_of(line)):
            yield _Wrong(line, f"{key} has a quote that is not closed", "Close it, or write a list.")
    for size in (node.get("shm_size"), _mapping(node.get("build"), "shm_size")):
        if size is not None and (text := text_of(size)) and docker_bytes(text) is None:
            yield _Wrong(size, f"{text} is no size", 'Write it as "64m" or "1g".')


def _is_closed(text: str) -> bool:
    """Return whether each quote is closed, up to where Compose stops reading. Source: mattn/go-shellwords."""
    quote, is_escaped, before = "", False, ""
    for letter in text:
        if is_escaped:
            is_escaped = False
        elif letter == "\\" and quote != "'":
            is_escaped = True
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        elif letter == "(" and before == "$":
            quote = ")"
        elif letter in _ENDS:
            return True
        before = letter
    return not quote and not is_escaped


def _of_build(node: Node, root: Node) -> Iterator[_Wrong]:
    build = node.get("build")
    if build is None or not build.is_mapping:
        return
    inline = build.get("dockerfile_inline")
    if inline is not None and build.get("dockerfile") is not None:
        yield _Wrong(inline, "dockerfile and dockerfile_inline exclude each other")
    own, platforms = node.get("platform"), _listed(build.get("platforms"))
    named = [text_of(each) for each in platforms]
    if own is not None and (text := text_of(own)) and named and "" not in named and text not in named:
        yield _Wrong(own, f"the build has not the platform {text}", "Add it to the platforms of the build.")
    for each in _listed(build.get("secrets")):
        name = text_of(each.get("source") if each.is_mapping else each)
        if name and name not in dict(_defined(root, "secrets")):
            yield _Wrong(
                each, f"the build names the secret {name}, which there is not", "Add it at the top of the file."
            )


def _of_volumes(node: Node) -> Iterator[_Wrong]:
    for each in _listed(node.get("volumes")):
        if each.is_scalar and each.tag != UNCLEAR and not each.is_null and not each.text():
            yield _Wrong(each, "a volume without a path", "Leave it out.")
        if not each.is_mapping:
            continue
        source, target = each.get("source"), each.get("target")
        if target is None:
            yield _Wrong(each, "a volume without a target", "Give it a target.")
        elif text_of(each.get("type")) == "bind" and source is None:
            yield _Wrong(each, "a bind mount without a source", "Give it a source.")


def _of_devices(node: Node) -> Iterator[_Wrong]:
    reserved = _listed(node.at("deploy", "resources", "reservations", "devices"))
    for each in reserved:
        if each.is_mapping and each.get("capabilities") is None:
            yield _Wrong(each, "a device that is asked for without capabilities", "Give it capabilities: [gpu].")
    for each in (*reserved, *_listed(node.get("gpus"))):
        ids = each.get("device_ids") if each.is_mapping else None
        if ids is not None and each.get("count") is not None:
            yield _Wrong(ids, "count and device_ids exclude each other")
    for each in _listed(node.get("devices")):
        if each.is_scalar and (text := text_of(each)).count(":") > 2:
            yield _Wrong(each, f"{text} has more than three parts", "Write source:, target: and permissions:.")


def _of_resources(root: Node) -> Iterator[_Wrong]:
    for kind, sources in _SOURCES.items():
        for name, each in _defined(root, kind):
            given = [key for key in sources if each.is_mapping and each.mapping().get(key) is not None]
            # Compose takes a config with "external: false" or a driver alone, and no such secret.
            is_elsewhere = _is_external(each) or (
                kind == "configs" and any(_mapping(each, key) is not None for key in ("driver", "external"))
            )
            if len(given) != 1 and not is_elsewhere:
                said = (
                    f"{kind}.{name} has {' and '.join(given) or 'none'} of {', '.join(sources)}: it takes exactly one"
                )
                yield _Wrong(each, said, "Give it one of them.")
    for name, each in _defined(root, "volumes"):
        for key in sorted(_OF_AN_OWNER & each.mapping().keys()) if _is_external(each) else ():
            yield _Wrong(each.mapping()[key], f"volumes.{name} is external, and has {key}")


def _defined(root: Node, kind: str) -> Sequence[tuple[str, Node]]:
    found = root.get(kind)
    return [(name, each) for name, each in found.mapping().items() if not name.startswith("x-")] if found else []


def _is_external(node: Node) -> bool:
    external = node.get("external") if node.is_mapping else None
    return external is not None and external.value is not False


def _mapping(node: Node | None, key: str) -> Node | None:
    return node.get(key) if node is not None and node.is_mapping else None


def _listed(node: Node | None) -> Sequence[Node]:
    """Return the elements of a list; none for any other value."""
    return node.elements() if node is not None and node.is_list else ()
