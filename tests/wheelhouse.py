"""The packages that the tests run with, as wheels: pip and pipx take them in seconds, without a network."""

import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tests.environments import SITE

HEAVY = {"pandas", "matplotlib", "numpy", "pillow", "fonttools", "scipy", "mypy", "ruff", "uv", "hypothesis", "lxml"}
"""Only their names and versions are packed: unpacking them is most of an installation's time."""

_MISSING = ("setuptools", "wheel")
"""What pipx 1.1 wants beside pip, and what nothing here uses: packed as empty ones."""


def wheelhouse(folder: Path) -> dict[str, str]:
    """Pack the wheels into a folder, and give the settings by which pip installs from there alone."""
    folder.mkdir()
    for found in distributions(path=[str(SITE)]):
        if found.metadata["Name"] != "hostcheck-audit":
            _pack(folder, found)
    for name in _MISSING:
        record = f"{name}-99.dist-info"
        _write(folder / f"{name}-99-py3-none-any.whl", record, {f"{record}/METADATA": _metadata(name)})
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": "/dev/null"}


def _pack(folder: Path, found: Distribution) -> None:
    name, version = found.metadata["Name"].replace("-", "_").replace(".", "_"), found.version
    record = f"{name}-{version}.dist-info"
    files = {f"{record}/METADATA": found.read_text("METADATA") or ""}
    if found.metadata["Name"].lower() not in HEAVY:
        for path in found.files or ():
            if ".." in path.parts or "__pycache__" in path.parts:
                continue
            if not path.parts[0].endswith(".dist-info"):
                files[str(path)] = path.read_binary()
            elif path.name == "entry_points.txt":
                files[f"{record}/{path.name}"] = path.read_binary()
    _write(folder / f"{name}-{version}-py3-none-any.whl", record, files)


def _write(wheel: Path, record: str, files: dict[str, str | bytes]) -> None:
    files[f"{record}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{record}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{record}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def _metadata(name: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: 99\n"
