"""The files of hostcheck and of what it depends on, as they go into the one file: from the wheel and the lock file."""

import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

BASE = ("annotated-doc", "shellingham", "tomli", "typer")
"""What audit, gate and capture import."""

MEASURING = ("certifi", "charset-normalizer", "docker", "idna", "psutil", "requests", "urllib3")
"""What bench imports beside them."""

_LEFT_OUT = ("hostcheck_audit.py", "hostcheck/report/")
"""What only an installation has: its entry point, and the reports, which need the extra."""

_STYLE = "hostcheck/report/templates/style.css"
"""What a page without drawings has of the reports."""

_COMPILED = (".so", ".pyd")


def of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of hostcheck's wheel that go into the one file."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name == _STYLE or not (".dist-info/" in name or name.startswith(_LEFT_OUT)):
                yield name, archive.read(name)


def of_distribution(name: str, *, compiled: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of an installed distribution's modules, and its licences.

    Args:
        name: the distribution's.
        compiled: whether compiled modules are among them; each has its source beside it, except psutil's.

    Raises:
        RuntimeError: when a module that is needed is left out.
    """
    found = distribution(name)
    names = {str(path): path for path in found.files or () if ".." not in path.parts}
    for text, path in names.items():
        if path.suffix in {".pyc", ".exe"} or (path.suffix in _COMPILED and not compiled):
            continue
        metadata = path.parts[0].endswith(".dist-info")
        if not metadata or "license" in text.lower() or path.name == "METADATA":
            yield text, Path(str(path.locate())).read_bytes()


def compiled_modules(names: Iterable[str]) -> list[Path]:
    """Return the compiled modules of installed distributions."""
    paths = (path for name in names for path in distribution(name).files or ())
    return [Path(str(path.locate())) for path in paths if path.suffix in _COMPILED]
