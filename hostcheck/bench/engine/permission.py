"""Explain why a user may not use an engine's socket, and what would allow it."""

import grp
import os
import pwd
import stat
from pathlib import Path


def denied(socket: Path) -> tuple[str, str]:
    """Return why the kernel denies a socket to this user, and the remedy.

    Args:
        socket: the path of the socket. connect(2) needs permission to write to it, and to search its folders.
    """
    try:
        found = socket.stat()
    except OSError:
        closed = next((one for one in reversed(socket.parents) if not os.access(one, os.X_OK)), socket.parent)
        return (
            f"{socket}: this user has no permission to search {closed}",
            "run as root, or as the user who runs the engine",
        )
    if found.st_mode & stat.S_IWGRP and found.st_gid:
        group = _group(found.st_gid)
        remedy = f"run as root, or add this user to the group {group} (usermod -aG {group} USER) and log in again"
        return f"only root and the group {group} may use {socket}", remedy
    owner = _user(found.st_uid)
    return f"only {owner} may use {socket}", f"run as {owner}"


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
