"""Find the programs that may be run, and make the environment in which they are started.

Programs are started by the absolute path that is found here. Root runs only programs that no other user can replace or
change.
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
"""The folders that are searched if none are given. An ordinary user's PATH may lack those of system programs."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def find_program(name: str, search: Iterable[str] | None = None) -> Path:
    """Find a program of the host.

    Args:
        name: the name of the program, or its absolute path.
        search: the folders to search for a name; None for FOLDERS.

    Raises:
        OSError: if the program does not exist (FileNotFoundError) or may not be run (PermissionError).
    """
    folders = [os.path.dirname(name)] if os.path.isabs(name) else list(FOLDERS if search is None else search)
    passed_over: list[str] = []
    for path in programs(os.path.basename(name), folders, passed_over):
        return path
    if passed_over:
        raise PermissionError(errno.EACCES, passed_over[0])
    there = any(os.path.exists(os.path.join(folder, os.path.basename(name))) for folder in folders)
    number = errno.EACCES if there else errno.ENOENT
    raise OSError(number, os.strerror(number))


def programs(name: str, folders: Iterable[str], passed_over: list[str]) -> Iterator[Path]:
    """Yield the programs with this name that may be run, in the order of the folders.

    Args:
        name: the name, without a slash.
        folders: the folders to search; relative, missing and unreadable folders are ignored.
        passed_over: a list to which a clause is added for each program that root may not run.
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
    """Return why this process, which is root, may not run a program; empty if it may, or if it is not root.

    Raises:
        OSError: if this process cannot check, because it has reached a limit, such as that of open files.
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
    """Return the environment for a program: PATH, LC_ALL, and the variables in ``kept`` with their present values.

    Variables that can change what a program does are left out (PYTHON*, LD_*, DOCKER_*, TMPDIR, BASH_ENV, ENV). For
    root, PATH lacks the folders that others can write to, because the program may search further programs there.

    Args:
        kept: names of variables to pass on if they are set.
    """
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.pathsep.join(folder for folder in FOLDERS if not why_not(Path(folder))),
        "LC_ALL": "C",
    }


def own_environment() -> dict[str, str]:
    """Return the environment for a command that the user gave: all variables of this process."""
    return dict(os.environ)


def _is_root() -> bool:
    """Whether this process is root, and root owns "/": in a user namespace, its owner may be shown as uid 65534."""
    return os.geteuid() == 0 and os.stat("/").st_uid == 0
