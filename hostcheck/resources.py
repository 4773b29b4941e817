"""Find the files that ship beside the code: ``fio-jobs/`` and ``benchmarks/``.

A wheel carries them as ``hostcheck/_data``; a checkout has them at its top, where people read and edit them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """Return the folder ``name`` ("fio-jobs" or "benchmarks").

    Raises:
        FileNotFoundError: when this installation carries no such folder.
    """
    # A checkout wins over a copy that an earlier build left in the package.
    for folder in (_PACKAGE.parent / name, _PACKAGE / "_data" / name):
        if folder.is_dir() and (folder.parent / "pyproject.toml").is_file() == (folder.parent != _PACKAGE / "_data"):
            return folder
    raise FileNotFoundError(f"hostcheck was installed without its {name} folder")
