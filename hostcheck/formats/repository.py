"""Find the path of a file in the repository that a CI job works on."""

import os
from pathlib import Path

from hostcheck.userfile import is_there, resolved


def within(path: Path) -> str | None:
    """Return a file's path relative to the root of the repository, with links resolved; None if it is outside.

    The root is the git work tree that contains the current folder; otherwise the job's folder that GitHub names;
    otherwise the current folder.
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
