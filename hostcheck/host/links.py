"""Follow symbolic links in a path, with the kernel's own limits: a few links can otherwise name millions of folders.

Sources: path_resolution(7): 40 links (MAXSYMLINKS of linux/namei.h); PATH_MAX of linux/limits.h, which limits the path
with the targets of links put into it.
"""

import errno
import os
from collections import deque
from collections.abc import Callable

MOST_LINKS = 40
LONGEST_PATH = 4096
"""Maximum length of a path in characters, with the targets of links put into it."""

DEEPEST = 256
"""Maximum number of parts in a path. The deepest files of /sys are about twenty folders deep."""


def follow(path: str, target_of: Callable[[str, bool], str | None]) -> str:
    """Resolve a path to one without links.

    Args:
        path: an absolute path.
        target_of: function that returns the target of a link, or None for anything else. Its arguments are the place
            without a leading "/", and whether it is the last part of the path. An OSError from it ends the walk.

    Returns:
        The place, without a leading "/"; "" is the root.

    Raises:
        OSError: if there are too many links, or the path is too long or too deep.
    """
    done: list[str] = []
    rest = deque(_parts(path))
    links = 0
    while rest:
        part = rest.popleft()
        if part == "..":
            del done[-1:]
            continue
        done.append(part)
        target = target_of("/".join(done), not rest)
        if target is None:
            continue
        links += 1
        if links > MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        del done[0 if target.startswith("/") else -1 :]
        rest.extendleft(reversed(_parts(target)))
        _require_short(len(done) + len(rest), sum(len(each) + 1 for each in (*done, *rest)))
    return "/".join(done)


def _parts(path: str) -> list[str]:
    _require_short(0, len(path))
    parts = [part for part in path.split("/") if part not in {"", "."}]
    _require_short(len(parts), 0)
    return parts


def _require_short(parts: int, characters: int) -> None:
    if parts > DEEPEST or characters > LONGEST_PATH:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
