"""Where programs are looked for, and the environment that they are started with."""

import os
from collections.abc import Iterable

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Administrators' programs are found even where an unprivileged user's PATH leaves them out."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def environment(kept: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment of a program: PATH, LC_ALL, and nothing of the caller's but what is named.

    What would change a program from outside is left out (PYTHON*, LD_*, DOCKER_*, TMPDIR, BASH_ENV, ENV).

    Args:
        kept: names of variables that are handed on where they are set.
    """
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": SEARCH_PATH,
        "LC_ALL": "C",
    }
