"""Refuse to write to a folder that another user can exchange."""

import os
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.host import trusted as host


def trusted(path: Path) -> Path:
    """Return a folder's path without links, after a check that no other user can exchange a part of it.

    Raises:
        CannotRun: when another user can; it names the part of the path, its owner and its mode.
        OSError: when a part of it is missing, or is no folder.
    """
    try:
        return host.trusted(path)
    except host.ExchangeableError as error:
        who = "only root" if os.geteuid() == 0 else "only you or root"
        raise CannotRun(
            f"{error}: users other than root could put another folder in its place",
            f"name a folder with --dir that {who} can change, and each folder above it",
        ) from error
