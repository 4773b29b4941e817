"""hostcheck's folder in the user's data folder. This module does not load SQLite: every audit needs the folder."""

import os
from collections.abc import Mapping
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.home import home


class StoreError(CannotMeasureError):
    """An error: the stored data cannot be used. It was not changed."""


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return hostcheck's folder in the user's data folder (XDG Base Directory Specification).

    Raises:
        StoreError: if the user has no home folder.
    """
    base = environment.get("XDG_DATA_HOME", "")
    if base.startswith("/"):
        return Path(base) / "hostcheck"
    own = home(environment)
    if own is None:
        raise StoreError(
            "this user has no home folder to keep runs in", remedy="set HOME or XDG_DATA_HOME to an absolute path"
        )
    return own / ".local" / "share" / "hostcheck"
