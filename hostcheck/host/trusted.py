"""Check that no other user can exchange a folder to write to, or a program to run.

A user who may rename in a folder can change where a path through it leads: the folder's owner, users who may write to
it unless it is sticky, and the owner of each link on the way (path_resolution(7), inode(7)). If a file has an access
control list, the group bits of its mode are the list's mask, the most that any entry permits (acl(5)). So it is enough
to check the mode.
"""

import errno
import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

from hostcheck.host.mounts import parse_mountinfo

_MOST_LINKS = 40
"""The kernel's limit on links in one path (path_resolution(7))."""


class ExchangeableError(Exception):
    """Another user can exchange a part of a path; the message names the part, its owner and its mode."""


def trusted(path: Path) -> Path:
    """Check that no other user can exchange or change a part of a path; return the path without links.

    Each folder and each link on the way, including "/", must belong to root or to this user, and so must the last part.
    Others must not be able to write to any of them, except to a folder that is sticky; for root, others include the
    group. An owner who has no uid in this user namespace, and is shown as 65534, is another user. The walk begins at
    "/", so that a part that was checked cannot change afterwards.

    Raises:
        ExchangeableError: if another user can exchange or change a part of the path.
        OSError: if a part of the path is missing, or a part before the last is not a folder.
    """
    here = _walk(path, _refuse_others)
    _refuse_file_systems_of_others(here)
    return here


def without_links_of_others(path: Path) -> Path:
    """Check, for root, that no link on a path belongs to another user; return the path without links.

    Folders may belong to other users. If this process is not root, owners are not checked: the kernel's permissions
    decide.

    Raises:
        ExchangeableError: if a link on the way belongs to another user.
        OSError: if a part of the path is missing, or a part before the last is not a folder.
    """
    return _walk(path, _refuse_links_of_others if os.geteuid() == 0 else lambda _path, _found: None)


def _walk(path: Path, check: Callable[[Path, os.stat_result], None]) -> Path:
    """Follow a path from "/", check each part, and return it without links."""
    here, rest, links = Path("/"), _parts(os.fspath(path.absolute())), 0
    check(here, here.lstat())
    while rest:
        part = rest.pop(0)
        if part == "..":
            here = here.parent
            continue
        below = here / part
        found = below.lstat()
        check(below, found)
        if not stat.S_ISLNK(found.st_mode):
            if rest and not stat.S_ISDIR(found.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            here = below
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        target = os.fspath(below.readlink())
        here = Path("/") if target.startswith("/") else here
        rest = _parts(target) + rest
    return here


def _refuse_links_of_others(path: Path, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode) and found.st_uid not in {0, os.geteuid()}:
        raise ExchangeableError(f"{path} is a link of {_name(found.st_uid)}")


def _refuse_others(path: Path, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    user = os.geteuid()
    if found.st_uid not in {0, user}:
        raise ExchangeableError(f"{path} belongs to {_name(found.st_uid)}, mode {mode:04o}")
    others = stat.S_IWOTH | (stat.S_IWGRP if user == 0 else 0)
    is_folder = stat.S_ISDIR(found.st_mode)
    # The mode of a link has no meaning; devices and pipes are refused elsewhere.
    changeable = stat.S_ISREG(found.st_mode) or (is_folder and not mode & stat.S_ISVTX)
    if changeable and mode & others:
        who = "all users" if mode & stat.S_IWOTH else f"the group {found.st_gid}"
        sticky = ", not sticky" if is_folder else ""
        raise ExchangeableError(
            f"{path} can be written to by {who} (owner {_name(found.st_uid)}, mode {mode:04o}{sticky})"
        )


def _refuse_file_systems_of_others(path: Path) -> None:
    """Refuse a FUSE file system of another user: it may report any owner and mode (fuse(4), user_id)."""
    text = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    for mount in parse_mountinfo(text):
        if mount.fs_type.startswith("fuse") and path.is_relative_to(mount.mount_point):
            owner = next((o.partition("=")[2] for o in mount.super_options if o.startswith("user_id=")), "0")
            if owner not in {"0", str(os.geteuid())}:
                raise ExchangeableError(f"{mount.mount_point} is a file system of user {owner} ({mount.fs_type})")


def _name(user: int) -> str:
    try:
        return f"{pwd.getpwuid(user).pw_name} (uid {user})"
    except KeyError:
        return f"uid {user}"


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]
