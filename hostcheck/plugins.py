"""Plugins: probes, formats, workloads and profiles of other packages, found by their entry points.

A plugin is looked up only if a name is not built in. So a command without plugins does not load importlib.metadata.
hostcheck may run as root, so plugins are loaded only from the folders of installed packages, never from the current
folder. Source: https://packaging.python.org/specifications/entry-points/.
"""

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from hostcheck.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

Group = Literal["probe", "format", "workload", "profile"]
"""The kind of a plugin. The group of the plugin's entry point is "hostcheck.probes", "hostcheck.formats"…"""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point of another package. The package is not loaded yet.

    Attributes:
        group: the kind of plugin.
        name: the name of the entry point.
        distribution: the name of the package that has it.
        entry_point: the entry point in the package's metadata.
    """

    group: Group
    name: str
    distribution: str
    entry_point: "EntryPoint"

    def load(self) -> Any:
        """Import and return the object that the entry point names.

        Raises:
            UsageError: if loading fails. It replaces any exception that the package raises.
        """
        try:
            return self.entry_point.load()
        except (Exception, SystemExit) as error:
            raise self.failed(f"{type(error).__name__}: {error}") from error

    def make(self) -> Any:
        """Import the class that the entry point names, and return an instance.

        Raises:
            UsageError: as in ``load``.
        """
        try:
            return self.load()()
        except UsageError:
            raise
        except (Exception, SystemExit) as error:
            raise self.failed(f"{type(error).__name__}: {error}") from error

    def failed(self, why: str) -> UsageError:
        """Return the error for a plugin that cannot be used."""
        what = f"loading the {self.group} {self.name!r} of the package {self.distribution}"
        return UsageError(f"{what}: {' '.join(why.split())}", remedy=f"update or remove {self.distribution}")


def find(group: Group, name: str) -> Plugin | None:
    """Return the plugin with this name; None if no package has it.

    Raises:
        UsageError: if two packages have a plugin of this name.
    """
    found = [plugin for plugin in _plugins(group) if plugin.name == name]
    if len(found) > 1:
        packages = " and ".join(sorted(plugin.distribution for plugin in found))
        raise UsageError(f"the {group} {name!r} is in the packages {packages}", remedy="remove one of them")
    return found[0] if found else None


def names(group: Group) -> tuple[str, ...]:
    """Return the names of all plugins of a group, sorted."""
    return tuple(sorted({plugin.name for plugin in _plugins(group)}))


def _plugins(group: Group) -> list[Plugin]:
    folders = _folders()
    changed = tuple(Path(folder).stat().st_mtime_ns for folder in folders if Path(folder).exists())
    return [plugin for plugin in _in_folders(tuple(folders), changed) if plugin.group == group]


@lru_cache(maxsize=1)
def _in_folders(folders: tuple[str, ...], _changed: tuple[int, ...]) -> tuple[Plugin, ...]:
    """Return the plugins in these folders. They are read once, because a file may name thousands of profiles.

    If several packages have the same name, the package that Python would import is used.
    """
    from importlib.metadata import distributions  # noqa: PLC0415  an audit without plugins does not pay for it

    found: dict[str, Distribution] = {}
    for distribution in distributions(path=list(folders)):
        # A record that is damaged has no name.
        if name := distribution.metadata["Name"]:
            found.setdefault(name, distribution)
    groups = {f"hostcheck.{group}s": group for group in get_args(Group)}
    return tuple(
        Plugin(groups[entry_point.group], entry_point.name, package, entry_point)
        for package, distribution in found.items()
        for entry_point in distribution.entry_points
        if entry_point.group in groups
    )


def _folders() -> list[str]:
    """Return the folders in which Python finds packages, without the current folder."""
    try:
        current = os.path.realpath(Path.cwd())
    except FileNotFoundError:
        # It was removed: nothing can be in it.
        current = ""
    return [place for place in sys.path if place and os.path.realpath(place) != current]
