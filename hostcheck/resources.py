"""Find the files that ship with the code: those in the package, and the folders ``fio-jobs/`` and ``benchmarks/``.

In a wheel, these folders are in ``hostcheck/_data``. In a checkout, they are at the top, where people read and edit
them. With the executable, they are in ``_data`` next to the archive that it imports. In hostcheck.pyz, they stay in the
archive.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hostcheck.errors import CannotMeasureError

if TYPE_CHECKING:
    import zipfile

_PACKAGE = Path(__file__).resolve().parent


def read_shipped(path: Path) -> str:
    """Read a text file of the package, which may be in an archive (zipapp).

    Args:
        path: the path of the file, built from the ``__file__`` of a module in the same folder.

    Raises:
        OSError: if the file cannot be read.
    """
    return read_shipped_bytes(path).decode("utf-8")


def read_shipped_bytes(path: Path) -> bytes:
    """Read a binary file of the package; see ``read_shipped``.

    Raises:
        OSError: if the file cannot be read.
    """
    data: bytes = __spec__.loader.get_data(str(path))  # type: ignore[union-attr]
    return data


def shipped_in(folder: Path, suffix: str) -> tuple[Path, ...]:
    """Return the files in a folder of the package whose names end with a suffix, sorted by name.

    Args:
        folder: the folder, which is the parent of the ``__file__`` of a module in it.
        suffix: the suffix, such as ".toml".
    """
    if folder.is_dir():
        return tuple(sorted(folder.glob(f"*{suffix}")))
    from zipfile import ZipFile  # noqa: PLC0415  an audit of an installed hostcheck does not pay for it

    archive = next(path for path in folder.parents if path.is_file())
    with ZipFile(archive) as packed:
        inside = (archive / name for name in packed.namelist())
        return tuple(sorted(path for path in inside if path.parent == folder and path.name.endswith(suffix)))


def data_files(name: str) -> "Mapping[str, Path | zipfile.Path]":
    """Return the files in the folder ``name`` and below it, by their paths in it, also from an archive.

    Raises:
        CannotMeasureError: if this installation carries no such folder.
    """
    archive = _PACKAGE.parent
    if not archive.is_file() or (archive.parent / "_data").is_dir():
        folder = data_dir(name)
        return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    import zipfile  # noqa: PLC0415  an audit of an installed hostcheck does not pay for it

    top, before = zipfile.Path(str(archive)), f"hostcheck/_data/{name}/"
    inside = [each for each in top.root.namelist() if each.startswith(before) and not each.endswith("/")]
    if not inside:
        raise _missing(name)
    return {each.removeprefix(before): top / each for each in inside}


def data_dir(name: str) -> Path:
    """Return the folder ``name`` ("fio-jobs" or "benchmarks"), whose files other programs can open.

    Raises:
        CannotMeasureError: if this installation carries no such folder, or has it in an archive.
    """
    above = _PACKAGE.parent
    # A checkout wins over a copy that an earlier build left in the package.
    checkout = [above] if (above / "pyproject.toml").is_file() else []
    for place in (*checkout, (above.parent if above.is_file() else _PACKAGE) / "_data"):
        if (place / name).is_dir():
            return place / name
    raise _missing(name)


def _missing(name: str) -> CannotMeasureError:
    return CannotMeasureError(f"this copy of hostcheck was made without its {name} folder", remedy="install hostcheck")
