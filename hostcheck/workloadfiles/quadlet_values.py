"""Values for which Quadlet makes no service of a file, whatever is beside it.

Source: podman's pkg/systemd/quadlet/quadlet.go; tried with the quadlet of Podman 5.4.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from hostcheck.workloadfiles.rules import Mistakes
from hostcheck.workloadfiles.unit_files import Setting

_CONVERTED = frozenset({"Container", "Kube"})
"""Sections of files whose services have a type and a way to end."""
_TYPES, _KILL_MODES = ("notify", "oneshot"), ("mixed", "control-group")
_REMAPS = ("", "manual", "auto", "keep-id")
_MAPPED = frozenset({"GIDMap", "SubGIDMap", "SubUIDMap", "UIDMap", "UserNS"})
_REMAPPED = frozenset({"RemapGid", "RemapUid", "RemapUidSize", "RemapUsers"})
_PORTS = re.compile(r"\d+(-\d+)?(/udp|/tcp)?")


class _Value(NamedTuple):
    """What a value has to be: a test, and words for it."""

    is_right: Callable[[str], bool]
    wanted: str


_VALUES: Mapping[tuple[str, str], _Value] = {
    ("Service", "Type"): _Value(lambda text: text in _TYPES, "notify or oneshot"),
    ("Service", "KillMode"): _Value(lambda text: text in _KILL_MODES, "mixed or control-group"),
    ("Container", "ExposeHostPort"): _Value(lambda text: _PORTS.fullmatch(text) is not None, "80, 80-81 or 80/udp"),
    ("Container", "Mount"): _Value(lambda text: "=" in text, "type=bind,source=/a,target=/b"),
}


def judge_values(settings: Sequence[Setting], name: str, mistakes: Mistakes) -> None:
    """Add mistakes for values for which Quadlet makes no service of a file.

    Args:
        settings: the settings of the file, of all of its sections.
        name: the name of the file.
        mistakes: the list to which they are added.
    """
    sections = {each.section for each in settings}
    if not sections & (_CONVERTED | {"Pod"}):
        return
    last = {(each.section, each.key): each for each in settings}
    for each in settings:
        value = _VALUES.get((each.section, each.key))
        # Of the settings of a service the last one counts, and a pod's service has a type of its own.
        is_passed = each.section == "Service" and (each is not last["Service", each.key] or not sections & _CONVERTED)
        if value is None or is_passed or value.is_right(each.value) or not (each.value or each.section == "Service"):
            continue
        said = f"{each.key}={each.value}: Quadlet takes {value.wanted}"
        _refuse(each, said, f"Write {value.wanted}.", name, mistakes)
    for each, said, fix in _of_users(settings, last):
        _refuse(each, said, fix, name, mistakes)


def _of_users(
    settings: Sequence[Setting], last: Mapping[tuple[str, str], Setting]
) -> Iterator[tuple[Setting, str, str]]:
    group, user = last.get(("Container", "Group")), last.get(("Container", "User"))
    if group is not None and group.value and (user is None or not user.value):
        yield group, "Group= without User=", "Give it a User=."
    for section in ("Container", "Pod", "Kube"):
        remap = last.get((section, "RemapUsers"))
        old = next((each for each in settings if each.section == section and each.key in _REMAPPED), None)
        if remap is not None and remap.value not in _REMAPS:
            yield remap, f"RemapUsers={remap.value}: Quadlet takes manual, auto or keep-id", "Write UserNS= instead."
        if old is not None and any(each.section == section and each.key in _MAPPED for each in settings):
            yield old, f"{old.key}= beside keys that map users", "Write UserNS= alone."


def _refuse(setting: Setting, said: str, fix: str, name: str, mistakes: Mistakes) -> None:
    mistakes.add("quadlet/refused", setting.place, f"{said}, and it makes no service of the file", fix, name)
