"""Values of a service that Compose passes on, and the engine refuses.

Sources: moby's api/types/container (RestartPolicy), volume/mounts (linux_parser.go), go-units (ulimit.go), and
distribution/reference (normalize.go).
"""

import posixpath
import re

from hostcheck.workloadfiles.compose.nodes import text_of
from hostcheck.workloadfiles.mounts import again, target_of_volume
from hostcheck.workloadfiles.node import UNCLEAR, Node
from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.run_values import LEAST_CPUS, RESTART, WINDOWS

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
"""A name of a container (moby, daemon/names/names.go)."""
_MAC = re.compile(r"[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}")


def judge_values(name: str, node: Node, mistakes: Mistakes) -> None:
    """Add mistakes for values of a service that the engine refuses.

    Args:
        name: the name of the service.
        node: the service.
        mistakes: the list to which mistakes are added.
    """
    restart, image, address = (_known(node.get(key)) for key in ("restart", "image", "mac_address"))
    own = _known(node.get("container_name"))
    if own is not None and not _NAME.fullmatch(text_of(own)):
        said = "Docker refuses the name of the container"
        fix = "Use letters, digits, _, . and - only, two at least, with a letter or a digit first."
        mistakes.add("compose/refused", own.place, said, fix, name)
    if restart is not None and restart.value is not False and not RESTART.fullmatch(text_of(restart)):
        fix = "Write no, always, unless-stopped, on-failure or on-failure:3."
        mistakes.add("compose/refused", restart.place, "Docker has no such restart policy", fix, name)
    if image is not None and _path_of(text_of(image)) != _path_of(text_of(image)).lower():
        said = "Docker refuses capital letters in the name of an image"
        mistakes.add("compose/refused", image.place, said, "Write it in small letters.", name)
    if address is not None and not _MAC.fullmatch(text_of(address)):
        said = "Docker refuses what is not an address of six bytes"
        mistakes.add("compose/refused", address.place, said, 'Write it as "02:42:ac:11:65:43".', name)
    for cpus in (_known(node.get("cpus")), _known(node.at("deploy", "resources", "limits", "cpus"))):
        if cpus is not None and 0 < cpus.number() < LEAST_CPUS:
            said = f"the kernel takes no limit below {LEAST_CPUS} CPUs, and the container does not start"
            mistakes.add("compose/refused", cpus.place, said, "Raise the limit, or leave it out.", name)
    judge_mounts(name, node, mistakes)
    limits = node.get("ulimits")
    for limit, each in limits.items() if limits is not None and limits.is_mapping else ():
        soft, hard = (each.get("soft"), each.get("hard")) if each.is_mapping else (None, None)
        if soft is None or hard is None or not isinstance(soft.value, int) or not isinstance(hard.value, int):
            continue
        if hard.value != -1 and (soft.value == -1 or soft.value > hard.value):
            said = f"the soft limit of {limit} is above the hard one, and Docker refuses it"
            mistakes.add("compose/refused", soft.place, said, "Lower it.", name)
    for each in node.all_of("volumes"):
        text = "" if each.is_mapping or each.tag == UNCLEAR else each.text()
        parts = text.split(":")
        target = parts[1] if len(parts) > 1 else parts[0]
        if target and target[0] not in "/$" and not WINDOWS.search(text):
            said = f"{target} is not an absolute path, and Docker mounts only at one"
            mistakes.add("compose/refused", each.place, said, "Begin the path of the container with /.", name)


def judge_mounts(name: str, node: Node, mistakes: Mistakes) -> None:
    """Add mistakes for a second mount at one target.

    Of two volumes Compose 2.26 and 2.40 mount the last one. Beside a tmpfs, Docker refuses a volume, and Compose 2.40
    the project ("already mounted as").
    """
    found = node.get("tmpfs")
    listed = () if found is None else found.elements() if found.is_list else (found,)
    in_memory = {posixpath.normpath(text_of(each).partition(":")[0]) for each in listed}
    volumes = [(each.place, _target_of(each)) for each in node.all_of("volumes")]
    fix = "Leave one of them out."
    for place, path in again(volumes):
        said = f"an earlier volume is mounted at {path} too, and Compose mounts only the last one"
        mistakes.add("compose/mounted-twice", place, said, fix, name)
    for place, target in volumes:
        if target.startswith("/") and posixpath.normpath(target) in in_memory:
            said = f"{target} is mounted as tmpfs too, and Docker refuses a second mount there"
            mistakes.add("compose/refused", place, said, fix, name)


def _target_of(volume: Node) -> str:
    return text_of(volume.get("target")) if volume.is_mapping else target_of_volume(text_of(volume))


def _known(node: Node | None) -> Node | None:
    return node if node is not None and node.is_scalar and not node.is_null and node.tag != UNCLEAR else None


def _path_of(image: str) -> str:
    """Return the name of an image without the registry, the tag and the digest."""
    name = image.partition("@")[0]
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        name = rest
    return name.partition(":")[0]
