"""Find the user's home folder, and hostcheck's cache folder."""

import os
from collections.abc import Mapping
from pathlib import Path


def home(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return HOME, or the home folder in the password database if HOME is empty, relative or not set.

    A relative path would depend on the current folder (XDG Base Directory Specification: "All paths set in these
    environment variables must be absolute").

    Returns:
        None if the password database has no home folder either.
    """
    found = environment.get("HOME", "")
    if not found.startswith("/"):
        import pwd  # noqa: PLC0415  seldom needed

        try:
            found = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return None
    return Path(found) if found.startswith("/") else None


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return hostcheck's folder in the user's cache (XDG Base Directory Specification); None without a home folder."""
    base = environment.get("XDG_CACHE_HOME", "")
    if base.startswith("/"):
        return Path(base) / "hostcheck"
    own = home(environment)
    return own / ".cache" / "hostcheck" if own else None
