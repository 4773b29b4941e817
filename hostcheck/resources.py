"""Find the files that ship with the code: in the package, and beside it ``fio-jobs/`` and ``benchmarks/``.

A wheel carries those as ``hostcheck/_data``; a checkout has them at its top, where people read and edit them; the
executable has them in ``_data`` beside the archive that it imports.
"""

from pathlib import Path

from hostcheck.errors import CannotMeasureError

_PACKAGE = Path(__file__).resolve().parent


def read_shipped(path: Path) -> str:
    """Read a text of the package, which may be imported from an archive (zipapp).

    Args:
        path: the path of the file, made of the ``__file__`` of a module beside it.

    Raises:
        OSError: when it cannot be read.
    """
    return read_shipped_bytes(path).decode("utf-8")


def read_shipped_bytes(path: Path) -> bytes:
    """Read a file of the package that is no text; see ``read_shipped``.

    Raises:
        OSError: when it cannot be read.
    """
    data: bytes = __spec__.loader.get_data(str(path))  # type: ignore[union-attr]
    return data


def shipped_in(folder: Path, suffix: str) -> tuple[Path, ...]:
    """Return the files of a folder of the package whose names end with a suffix, by name.

    Args:
        folder: the parent of the ``__file__`` of a module in it.
        suffix: such as ".toml".
    """
    if folder.is_dir():
        return tuple(sorted(folder.glob(f"*{suffix}")))
    from zipfile import ZipFile  # noqa: PLC0415  an audit of an installed hostcheck does not pay for it

    archive = next(path for path in folder.parents if path.is_file())
    with ZipFile(archive) as packed:
        inside = (archive / name for name in packed.namelist())
        return tuple(sorted(path for path in inside if path.parent == folder and path.name.endswith(suffix)))


def data_texts(name: str, begins: str) -> tuple[str, ...]:
    """Return the texts of the data files below ``name`` whose own names begin so, from an archive too.

    Raises:
        CannotMeasureError: when this installation carries no such folder.
    """
    archive = _PACKAGE.parent
    if not archive.is_file() or (archive.parent / "_data").is_dir():
        return tuple(path.read_text("utf-8") for path in sorted(data_dir(name).rglob(f"{begins}*")))
    from zipfile import ZipFile  # noqa: PLC0415  an audit of an installed hostcheck does not pay for it

    with ZipFile(archive) as packed:
        inside = [each for each in packed.namelist() if each.startswith(f"hostcheck/_data/{name}/")]
        return tuple(packed.read(each).decode() for each in inside if Path(each).name.startswith(begins))


def data_dir(name: str) -> Path:
    """Return the folder ``name`` ("fio-jobs" or "benchmarks").

    Raises:
        CannotMeasureError: when this installation carries no such folder.
    """
    above = _PACKAGE.parent
    # A checkout wins over a copy that an earlier build left in the package.
    checkout = [above] if (above / "pyproject.toml").is_file() else []
    for place in (*checkout, (above.parent if above.is_file() else _PACKAGE) / "_data"):
        if (place / name).is_dir():
            return place / name
    raise CannotMeasureError(f"this copy of hostcheck was made without its {name} folder", remedy="install hostcheck")
