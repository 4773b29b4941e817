"""Refuse to write to a folder that others can exchange for another one."""

import os
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.host import trusted as host


def trusted(path: Path) -> Path:
    """Return a folder's path without links in it, once it is sure that nobody else can exchange what it leads to.

    Raises:
        CannotRun: when others can; it names the part of the path, its owner and its mode.
        OSError: when a part of it is missing, or is no folder.
    """
    try:
        return host.trusted(path)
    except host.ExchangeableError as error:
        whose = "only root" if os.geteuid() == 0 else "only you or root"
        raise CannotRun(
            f"{error}: others than root could put another folder in its place",
            f"name a folder with --dir that {whose} can change, and each folder above it",
        ) from error
