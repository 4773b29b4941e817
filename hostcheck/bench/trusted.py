"""Refuse to write to a folder that another user can replace."""

import os
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.host import trusted as host


def trusted(path: Path) -> Path:
    """Check that no other user can replace a part of a folder's path, and return the path without links.

    Raises:
        CannotRun: if another user can replace a part. The message names this part, its owner and its mode.
        OSError: if a part of the path is missing, or is not a folder.
    """
    try:
        return host.trusted(path)
    except host.ExchangeableError as error:
        who = "only root" if os.geteuid() == 0 else "only you or root"
        raise CannotRun(
            f"{error}: users other than root could put another folder in its place",
            f"name a folder with --dir; {who} may be able to change it and the folders above it",
        ) from error
