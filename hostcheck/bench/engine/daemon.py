"""The options of a running engine: its command line, and the file of options that it read."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import tomli

from hostcheck.probes.engine.flags import parse_flags

_DOCKER_FILE = "/etc/docker/daemon.json"
_CONTAINERD_FILE = "/etc/containerd/config.toml"
_MOST_BYTES = 1 << 20
_MOST_IMPORTS = 50


@dataclass(frozen=True, slots=True)
class DaemonOptions:
    """The options of dockerd, by their names in its file of options.

    Attributes:
        values: each option; the last value of one that was given several times.
        seen: whether all options could be read. If not, an option that is missing is unknown.
    """

    values: Mapping[str, object]
    seen: bool

    def switch(self, name: str, *, default: bool) -> bool | None:
        """Return an option that is true or false; None if it is unknown."""
        value = self.values.get(name, default if self.seen else None)
        if isinstance(value, bool) or value is None:
            return value
        return str(value).lower() in {"", "1", "t", "true"}

    def text(self, name: str) -> str:
        """Return an option's value; empty if it was not given or is unknown."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""


def dockerd_options(process: psutil.Process | None) -> DaemonOptions:
    """Read the options of a running dockerd: those of its command line, and then those of its file (dockerd(8)).

    Args:
        process: the engine's process; None if it is not visible.
    """
    words = _command_line(process)
    if not words:
        return DaemonOptions({}, seen=False)
    given = parse_flags(words[1:])
    path = _rooted(process, str(given.get("config-file", _DOCKER_FILE)))
    try:
        text = path.read_bytes()[:_MOST_BYTES]
    except FileNotFoundError:
        return DaemonOptions(given, seen=True)
    except OSError:
        return DaemonOptions(given, seen=False)
    try:
        document = json.loads(text or b"{}")
    except ValueError:
        return DaemonOptions(given, seen=False)
    of_file = document if isinstance(document, dict) else {}
    # dockerd refuses to start where an option is in both.
    return DaemonOptions({**of_file, **given}, seen=True)


def containerd_root(process: psutil.Process | None) -> Path | None:
    """Return the folder of a running containerd's data; None if it is unknown.

    It is that of ``--root``, otherwise "root" in its configuration and in the files that this imports, otherwise
    /var/lib/containerd (containerd-config.toml(5)).

    Args:
        process: containerd's process; None if it is not visible.
    """
    words = _command_line(process)
    if not words:
        return None
    given = _containerds_flags(words[1:])
    if root := given.get("root"):
        return Path(root)
    try:
        found = _root_of(process, Path(given.get("config") or given.get("c") or _CONTAINERD_FILE), set())
    except (OSError, ValueError):
        return None
    return Path(found or "/var/lib/containerd")


def _containerds_flags(words: Sequence[str]) -> Mapping[str, str]:
    """Return the flags before a command: Go's flag package takes one hyphen or two, and "=" or the next word.

    Those of containerd that take no value end it at once (help, version).
    """
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            break
        name, equals, value = word.lstrip("-").partition("=")
        found[name] = value if equals else next(rest, "")
    return found


def _root_of(process: psutil.Process | None, file: Path, seen: set[Path]) -> str:
    """Return the root that a file of containerd's, or a file that it imports, names; empty if none does.

    Raises:
        OSError: if a file that is there cannot be read.
        ValueError: if a file is not TOML.
    """
    if file in seen or len(seen) > _MOST_IMPORTS:
        return ""
    seen.add(file)
    try:
        table = tomli.loads(_rooted(process, str(file)).read_bytes()[:_MOST_BYTES].decode())
    except FileNotFoundError:
        return ""
    root = table.get("root")
    found = root if isinstance(root, str) else ""
    imports = table.get("imports")
    for pattern in imports if isinstance(imports, list) else ():
        base = _rooted(process, "/")
        whole = file.parent / str(pattern)
        # An imported file outranks the one that imports it.
        for path in sorted(base.glob(str(whole).lstrip("/"))):
            found = _root_of(process, Path("/") / path.relative_to(base), seen) or found
    return found


def _command_line(process: psutil.Process | None) -> list[str]:
    try:
        return process.cmdline() if process else []
    except (psutil.Error, OSError):
        return []


def _rooted(process: psutil.Process | None, path: str) -> Path:
    """Return a path as the process sees it: an engine of a snap, or in a container, has another root.

    Only root may follow the link of another user's process.
    """
    root = Path(f"/proc/{process.pid}/root") if process else Path("/")
    return root / path.lstrip("/") if os.access(root, os.X_OK) else Path(path)
