"""Find how this copy of hostcheck was installed, and the command that adds an extra to it.

This module is imported only if an extra is missing. It loads importlib.metadata, which would slow down an audit.
"""

import json
import os
import re
import shlex
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hostcheck.errors import HostcheckError

DISTRIBUTION = "hostcheck-audit"
"""Name of the distribution. The package and the command are named hostcheck."""

_PACKAGE = Path(__file__).resolve().parent


def command_for(extra: str) -> str:
    """Return the shell command that adds an extra, such as "report", to this copy.

    The command depends on the installer. pipx and uv write a file into the environment (pipx_metadata.json,
    uv-receipt.toml). pip and uv record the source (PEP 610, direct_url.json).
    """
    found = _own_distribution()
    if found is None:
        return _new_environment(extra)
    source = _source(found)
    if folder := _editable(source):
        return _pip(found, "-e", f"{folder}[{extra}]")
    wanted = _requirements(found, extra)
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").is_file():
        home = _setting("PIPX_HOME", prefix.parents[1], "~/.local/share/pipx", "~/.local/pipx")
        return home + shlex.join(["pipx", "inject", prefix.name, *wanted])
    if (prefix / "uv-receipt.toml").is_file() and _still_there(source):
        home = _setting("UV_TOOL_DIR", prefix.parent, "~/.local/share/uv/tools")
        return home + shlex.join(["uv", "tool", "install", f"{DISTRIBUTION}[{extra}] @ {source['url']}"])
    return _pip(found, *wanted)


def lacking(kind: type[HostcheckError], what: str, needed: str, extra: str) -> HostcheckError:
    """Return the error for an extra that is not installed, with the command that installs it.

    Args:
        kind: the class of the error.
        what: what needs the extra, such as "reading HCL".
        needed: the missing packages.
        extra: name of the extra that has them.
    """
    said = f"{what} needs {needed}, not installed here"
    return kind(said, remedy=f"install hostcheck's extra {extra!r}: {command_for(extra)}")


def _own_distribution() -> Distribution | None:
    """Return the distribution that contains this code; None if the code was only copied."""
    try:
        found = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return None
    place = _editable(_source(found)) or found.locate_file("")
    return found if Path(str(place), _PACKAGE.name).resolve() == _PACKAGE else None


def _source(found: Distribution) -> dict[str, Any]:
    """Return the recorded source of an installation (PEP 610); empty if the installer did not record it."""
    recorded: dict[str, Any] = json.loads(found.read_text("direct_url.json") or "{}")
    return recorded


def _editable(source: dict[str, Any]) -> Path | None:
    """Return the checkout of an editable installation; None for any other installation."""
    return _folder_of(source) if source.get("dir_info", {}).get("editable") else None


def _folder_of(source: dict[str, Any]) -> Path | None:
    """Return the folder or file that was installed; None if the source is not on this machine."""
    address = urlsplit(source.get("url", ""))
    return Path(unquote(address.path)) if address.scheme == "file" else None


def _still_there(source: dict[str, Any]) -> bool:
    """Return whether the source can be installed again: it is an existing file or folder, or an archive with a URL."""
    folder = _folder_of(source)
    return folder.exists() if folder else "archive_info" in source


def _requirements(found: Distribution, extra: str) -> list[str]:
    """Return the requirements of an extra, from the metadata of the distribution."""
    marked = re.compile(rf"(.+?) *; *extra == ['\"]{re.escape(extra)}['\"]")
    return [match[1] for line in found.requires or () if (match := marked.fullmatch(line))]


def _pip(found: Distribution, *words: str) -> str:
    if (found.read_text("INSTALLER") or "").strip() == "uv":
        return shlex.join(["uv", "pip", "install", "--python", sys.executable, *words])
    # pip installs into a managed Python only with this option (PEP 668).
    managed = ["--break-system-packages"] if _managed() else []
    return shlex.join([sys.executable, "-m", "pip", "install", *managed, *words])


def _new_environment(extra: str) -> str:
    """Return the commands that install this checkout into a new environment, or a clone for a single-file copy."""
    if not (_PACKAGE.parent / "pyproject.toml").is_file():
        return f"pipx install './hostcheck[{extra}]'"
    environment = str(_PACKAGE.parent / ".venv")
    make = shlex.join([sys.executable, "-m", "venv", environment])
    return f"{make} && {shlex.join([f'{environment}/bin/pip', 'install', '-e', f'{_PACKAGE.parent}[{extra}]'])}"


def _managed() -> bool:
    """Return whether the system's package manager owns this Python (PEP 668)."""
    return sys.prefix == sys.base_prefix and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").is_file()


def _setting(variable: str, folder: Path, *usual: str) -> str:
    """Return the variable assignment that makes an installer use a folder; empty if it uses the folder anyway."""
    own = os.environ.get(variable)
    places = [own] if own else usual
    if any(folder in {Path(place).expanduser(), Path(place).expanduser().resolve()} for place in places):
        return ""
    return f"{variable}={shlex.quote(str(folder))} "
