"""Check that no other user can exchange a folder to write to, or a program to run.

A user who may rename in a folder can change where a path through it leads: the folder's owner, users who may write to
it unless it is sticky, and the owner of each link on the way (path_resolution(7), inode(7)). With an access list, the
group bits of the mode are its mask, the most that any entry permits (acl(5)): they cover it too.
"""

import errno
import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

from hostcheck.host.mounts import parse_mountinfo

_MOST_LINKS = 40
"""The kernel's limit."""


class ExchangeableError(Exception):
    """Another user can exchange a path; the message names the part, its owner and its mode."""


def trusted(path: Path) -> Path:
    """Return a path without links, after a check that no other user can exchange or change its target.

    Each folder and each link on the way, "/" included, belongs to root or to the user, and so does the last part. None
    of them can be written to by others, unless it is a folder that is sticky; for root the group counts as others. An
    owner without a number in this user namespace (65534) counts as another user. The walk begins at "/", so that a
    checked part cannot change afterwards.

    Raises:
        ExchangeableError: when another user can.
        OSError: when a part of it is missing, or is no folder.
    """
    here = _walk(path, _refuse_others)
    _refuse_file_systems_of_others(here)
    return here


def without_links_of_others(path: Path) -> Path:
    """Return a path without links, after a check that root follows no link of another user.

    Folders may belong to other users. For a user other than root, the kernel's permissions decide.

    Raises:
        ExchangeableError: when a link on the way is another user's.
        OSError: when a part of it is missing, or is no folder.
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
                raise ExchangeableError(f"{mount.mount_point} is a file system of user {owner}'s ({mount.fs_type})")


def _name(user: int) -> str:
    try:
        return f"{pwd.getpwuid(user).pw_name} (uid {user})"
    except KeyError:
        return f"uid {user}"


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]
