"""The user's home folder."""

import os
from collections.abc import Mapping
from pathlib import Path


def home(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return HOME, or the home of the password database where HOME is empty, relative or not set.

    A relative path would lead into the current folder (XDG Base Directory Specification: "All paths set in these
    environment variables must be absolute").

    Returns:
        None where the password database has no home folder either.
    """
    found = environment.get("HOME", "")
    if not found.startswith("/"):
        import pwd  # noqa: PLC0415  seldom needed

        try:
            found = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return None
    return Path(found) if found.startswith("/") else None
