"""Mounts of a container at one target: an engine refuses the second one.

Sources: moby's daemon/volumes_unix.go (registerMountPoints, "Duplicate mount point"); podman's pkg/specgenutil
("duplicate mount destination"). Docker drops an anonymous
volume at a target that another mount has, without an error.
"""

import csv
import posixpath
import re
from collections.abc import Iterable, Iterator

from hostcheck.workloadfiles.place import Place

TARGETS = ("target", "dst", "destination")
_EXPRESSION = re.compile(r"\$|%[a-zA-Z]|\{\{")


def target_of_volume(value: str) -> str:
    """Return the path in the container of ``-v``; "" for an anonymous volume."""
    parts = value.split(":")
    return parts[1] if len(parts) > 1 else ""


def target_of_mount(value: str) -> str:
    """Return the path in the container of ``--mount``; "" if it has none."""
    fields = dict(fields_of_mount(value))
    return next((found for key in TARGETS if (found := fields.get(key))), "")


def fields_of_mount(value: str) -> list[tuple[str, str | None]]:
    """Return the keys and values of ``--mount``; None as the value of a key without one.

    The value is one record of CSV, whose fields may be quoted. Source: docker/cli, opts/mount.go.
    """
    try:
        fields = next(csv.reader([value]), [])
    except csv.Error:
        # A field beyond the limit of the csv module.
        fields = value.split(",")
    return [(key, text if equals else None) for key, equals, text in (field.partition("=") for field in fields)]


def again(mounts: Iterable[tuple[Place, str]]) -> Iterator[tuple[Place, str]]:
    """Yield the place and the target of each mount at a target that an earlier one has.

    Args:
        mounts: the place and the target of each mount, without those that are equal texts. A target that is not an
            absolute path, or that has a variable, is passed over.
    """
    seen: set[str] = set()
    for place, target in mounts:
        path = posixpath.normpath(target) if target.startswith("/") and not _EXPRESSION.search(target) else ""
        if path and path in seen:
            yield place, path
        seen.add(path)
