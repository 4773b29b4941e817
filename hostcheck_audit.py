"""Where the command starts: it makes sure that the Python package ``hostcheck`` is the one of this distribution.

Another project of the package index is called hostcheck, and so is its package. Where both are in one environment, each
replaces files of the other. This module has the distribution's own name and is outside the package, so that it is still
there to say so.
"""

import os
import sys
from importlib.machinery import PathFinder
from typing import NoReturn

_PLACE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.join(_PLACE, "hostcheck")
_REMEDY = "install hostcheck-audit into an environment of its own"
_CANNOT_START = 4
"""The exit code of hostcheck.errors.CannotMeasureError, which cannot be imported before it is known to be ours."""


def main() -> NoReturn:
    """Run the command line; where files of the package are another project's or missing, say so and end with 4."""
    # In an executable that was frozen, nobody installs anything.
    if not getattr(sys, "frozen", False):
        _require_own_package()
    try:
        from hostcheck.__main__ import main as run  # noqa: PLC0415  only now is it known to be ours

        run()
    except ImportError as error:
        _refuse(_damage() or str(error))


def _require_own_package() -> None:
    """Refuse to start where another project's package would be imported; warn where one is beside this one."""
    spec = PathFinder.find_spec("hostcheck")
    folder = os.path.dirname(spec.origin) if spec and spec.origin else ""
    if folder != _PACKAGE and not (folder and os.path.exists(_PACKAGE) and os.path.samefile(folder, _PACKAGE)):
        _refuse(f"the Python package in {folder} is not its own{_owner(folder)}" if folder else _damage())
    if other := _other(_PLACE):
        if damage := _damage():
            _refuse(f"{damage}: {other}, is in the same folder")
        state = f"{other}, is in {_PLACE} too, and to remove it removes files of hostcheck-audit"
        _say(f"warning: {state}; {_REMEDY}")


def _other(place: str) -> str:
    """Name the other project and its version, where it is installed into a folder; or return an empty string."""
    for name in os.listdir(place):
        if name.startswith("hostcheck-") and name.endswith((".dist-info", ".egg-info")):
            version = name.removeprefix("hostcheck-").rpartition(".")[0]
            return f"hostcheck {version}, another project with a package of the same name"
    return ""


def _owner(folder: str) -> str:
    other = _other(os.path.dirname(folder))
    return f" but of {other}" if other else ""


def _damage() -> str:
    """Say which files of the package are not those that were installed; or return an empty string.

    Source: the distribution's RECORD (https://packaging.python.org/specifications/recording-installed-packages/).
    """
    from base64 import urlsafe_b64encode  # noqa: PLC0415  an audit does not pay for it
    from hashlib import sha256  # noqa: PLC0415

    damaged = []
    for line in _record():
        path, _, recorded = line.rpartition(",")[0].rpartition(",")
        if not (path.startswith("hostcheck/") and recorded):
            continue
        try:
            with open(os.path.join(_PLACE, path), "rb") as file:
                digest = urlsafe_b64encode(sha256(file.read()).digest()).decode().rstrip("=")
        except OSError:
            digest = ""
        if recorded != f"sha256={digest}":
            damaged.append(path)
    if not damaged:
        return "" if os.path.exists(os.path.join(_PACKAGE, "__init__.py")) else f"its files in {_PACKAGE} are missing"
    return f"{len(damaged)} of its files in {_PLACE} are missing or not its own, such as {min(damaged)}"


def _record() -> list[str]:
    for name in os.listdir(_PLACE):
        if name.startswith("hostcheck_audit-") and name.endswith(".dist-info"):
            with open(os.path.join(_PLACE, name, "RECORD"), encoding="utf-8") as file:
                return file.read().splitlines()
    return []


def _refuse(reason: str) -> NoReturn:
    _say(f"cannot start hostcheck-audit: {reason}; {_REMEDY}")
    sys.exit(_CANNOT_START)


def _say(line: str) -> None:
    """Write a line to standard error, which may be closed or full: that changes no exit code."""
    try:
        os.write(2, os.fsencode(f"hostcheck: {line}\n"))
    except OSError:
        return
