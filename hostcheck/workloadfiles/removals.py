"""Commands of a script that remove, rename or stop containers, or wait for their end.

Which containers such a command finds is known only if it names them. Otherwise it may be any container.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hostcheck.workloadfiles.command_line import PROGRAMS

_REDIRECTION = re.compile(r"(?:\d+|&)?[<>]")
_UNKNOWN = re.compile(r"[$`{*]")
_ENGINES = frozenset({"docker", "docker.service", "docker.socket", "podman", "containerd", "containerd.service"})
_SIGNALS = frozenset({"kill", "pkill", "killall", "fuser"})
_STOPPING = frozenset({"stop", "restart", "kill"})
_REMOVING = frozenset({"rm", "remove", "rename"})


@dataclass(frozen=True, slots=True)
class Removal:
    """The effect of a command on containers.

    Attributes:
        names: the names of the containers; empty if it may be any.
        frees: whether their names are free afterwards, also those of containers without ``--rm``.
        stops: whether containers that run are removed, renamed or stopped. Otherwise only their names may become free.
        waited: whether only containers that the script started in the background can be affected.
    """

    names: frozenset[str] = frozenset()
    frees: bool = False
    stops: bool = True
    waited: bool = False

    def concerns(self, name: str) -> bool:
        """Return whether the command may affect the container of this name."""
        return not self.names or name.removeprefix("/") in self.names


def removal_by(words: Sequence[str]) -> Removal | None:
    """Return the effect of a command on containers; None if it removes, renames and stops none."""
    program, rest = words[0].rpartition("/")[2], list(words[1:])
    if program in PROGRAMS or program.startswith("$"):
        return _by_engine(rest)
    if program in _SIGNALS and rest[:1] not in (["-0"], ["-l"], ["-L"]) and (program != "fuser" or "-k" in rest):
        return Removal()
    if program == "wait":
        return Removal(waited=True)
    if program in {"systemctl", "service"} and _STOPPING & set(rest) and _ENGINES & set(rest):
        return Removal()
    return None


def _by_engine(rest: Sequence[str]) -> Removal | None:
    if rest[:1] in (["container"], ["pod"], ["network"], ["system"]):
        kind, rest = rest[0], rest[1:]
    else:
        kind = ""
    command = next(iter(rest), "")
    given = [each for each in rest[1:] if not _REDIRECTION.match(each)]
    names = [each.removeprefix("/") for each in given if not each.startswith("-")]
    if command in {"prune", "reset"} and kind in {"container", "pod", "system"}:
        return Removal(frees=True, stops=command == "reset")
    if kind == "network" and command == "disconnect":
        return Removal(_certain(names[1:]))
    if kind in {"network", "system"}:
        return None
    if command in _REMOVING:
        return Removal(_certain(names[:1] if command == "rename" else names), frees=True)
    if command in {"stop", "kill", "wait"}:
        return Removal(_certain(names))
    return Removal(frees=True) if command.startswith("$") and rest[1:] else None


def _certain(names: Sequence[str]) -> frozenset[str]:
    """Return the names; an empty set if one of them is unknown."""
    return frozenset() if any(_UNKNOWN.search(each) for each in names) else frozenset(names)


def started_by(words: Sequence[str]) -> frozenset[str]:
    """Return the names of the containers and pods that ``docker start`` starts; "*" stands for any of them."""
    rest = [each for each in words[1:] if each not in {"container", "pod"}]
    program = words[0].rpartition("/")[2]
    if not (program in PROGRAMS or program.startswith("$")) or rest[:1] not in (["start"], ["restart"]):
        return frozenset()
    names = [each for each in rest[1:] if not each.startswith("-")]
    return _certain(names) or frozenset({"*"})
