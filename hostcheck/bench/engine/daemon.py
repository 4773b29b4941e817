"""The options of a running engine, from its command line and its configuration file."""

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
    """The options of dockerd, by their names in its configuration file (daemon.json).

    Attributes:
        values: the value of each option that was set. If an option was given several times, its last value.
        seen: whether all options could be read. If not, an option that is missing is unknown.
    """

    values: Mapping[str, object]
    seen: bool

    def switch(self, name: str, *, default: bool) -> bool | None:
        """Return a boolean option: ``default`` if it was not set, None if it is unknown."""
        value = self.values.get(name, default if self.seen else None)
        if isinstance(value, bool) or value is None:
            return value
        return str(value).lower() in {"", "1", "t", "true"}

    def text(self, name: str) -> str:
        """Return a text option; empty if it was not set or is unknown."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""


def dockerd_options(process: psutil.Process | None) -> DaemonOptions:
    """Read the options of a running dockerd from its command line and its configuration file (dockerd(8)).

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
    """Return the data folder of a running containerd; None if it is unknown.

    The folder is the value of ``--root``; without this flag, "root" in the configuration file or in a file that it
    imports; without both, /var/lib/containerd (containerd-config.toml(5)).

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
    """Return the values of containerd's flags, by name. Flags after a command are left out.

    Go's flag package accepts one hyphen or two, and takes the value after "=" or from the next word. A running
    containerd has no flag without a value: such flags (help, version) end it at once.
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
    """Return "root" of a configuration file of containerd or of the files that it imports; empty if none has it.

    Raises:
        OSError: if an existing file cannot be read.
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
    """Return the path of the file that a process sees at ``path``.

    An engine from a snap or in a container has another root directory. If this user may not enter that directory,
    ``path`` is returned: only root may enter that of another user's process.
    """
    root = Path(f"/proc/{process.pid}/root") if process else Path("/")
    return root / path.lstrip("/") if os.access(root, os.X_OK) else Path(path)
