"""Which programs may be run, where they are looked for, and the environment that they are started with.

What is started has an absolute path from here. Root runs only what root alone can exchange or change.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from hostcheck.exhausted import limit_remedy
from hostcheck.host.trusted import ExchangeableError, trusted

FOLDERS = (
    *("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"),
    *("/run/current-system/sw/bin", "/run/current-system/profile/bin", "/run/current-system/profile/sbin"),
)
"""Administrators' programs are found even where an unprivileged user's PATH leaves them out."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def find_program(name: str) -> Path:
    """Find a program of the host.

    Args:
        name: what it is called, to look for it in FOLDERS; or its absolute path.

    Raises:
        OSError: when there is none (FileNotFoundError), or none that may be run (PermissionError).
    """
    folders = [os.path.dirname(name)] if os.path.isabs(name) else FOLDERS
    passed_over: list[str] = []
    for path in programs(os.path.basename(name), folders, passed_over):
        return path
    if passed_over:
        raise PermissionError(errno.EACCES, passed_over[0])
    there = any(os.path.exists(os.path.join(folder, os.path.basename(name))) for folder in folders)
    number = errno.EACCES if there else errno.ENOENT
    raise OSError(number, os.strerror(number))


def programs(name: str, folders: Iterable[str], passed_over: list[str]) -> Iterator[Path]:
    """Give the programs of a name that may be run, in the order of the folders.

    Args:
        name: without a slash.
        folders: where to look; one that is not absolute, missing or unreadable has none.
        passed_over: gets a clause for each that is there and not root's, where this process is root.
    """
    for folder in dict.fromkeys(folders):
        path = Path(folder, name)
        if not os.path.isabs(folder) or not os.path.isfile(path) or not os.access(path, os.X_OK):
            continue
        if why := why_not(path):
            passed_over.append(f"{path} is not run as root: {why}")
        else:
            yield path


def why_not(path: Path) -> str:
    """Say why root may not run a program; empty where this process may run it.

    Raises:
        OSError: when a limit of this process's keeps it from looking.
    """
    if not _is_root():
        return ""
    try:
        trusted(path)
    except ExchangeableError as error:
        return str(error)
    except OSError as error:
        if limit_remedy(error=error.errno):
            raise
        return error.strerror or str(error)
    return ""


def own_folders() -> list[str]:
    """Return the folders of the user's PATH."""
    return os.environ.get("PATH", os.pathsep.join(FOLDERS)).split(os.pathsep)


def environment(kept: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment of a program: PATH, LC_ALL, and nothing of the caller's but what is named.

    What would change a program from outside is left out (PYTHON*, LD_*, DOCKER_*, TMPDIR, BASH_ENV, ENV). For root,
    folders that others can write to are left out of PATH too: the program may look for others there.

    Args:
        kept: names of variables that are handed on where they are set.
    """
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.pathsep.join(folder for folder in FOLDERS if not why_not(Path(folder))),
        "LC_ALL": "C",
    }


def _is_root() -> bool:
    """Whether this process is root, and sees root's files as root's: in a user namespace they may belong to nobody."""
    return os.geteuid() == 0 and os.stat("/").st_uid == 0
