"""Where a file is in the repository that a CI job works on."""

import os
from pathlib import Path

from hostcheck.userfile import is_there, resolved


def within(path: Path) -> str | None:
    """Return a file's path from the root of the repository, its links resolved; None where it is outside.

    The root is the work tree of git that the current folder is in, else what GitHub names as the job's folder, else the
    current folder.
    """
    try:
        return resolved(path).relative_to(_root()).as_posix()
    except ValueError:
        return None


def _root() -> Path:
    here = resolved(Path.cwd())
    # In a work tree that was added, and in a submodule, .git is a file (gitrepository-layout(5)).
    trees = (folder for folder in (here, *here.parents) if is_there(folder / ".git"))
    named = os.environ.get("GITHUB_WORKSPACE")
    return next(trees, resolved(Path(named)) if named else here)
