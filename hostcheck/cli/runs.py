"""How the commands open a host and begin a run."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from hostcheck import __version__
from hostcheck.errors import UsageError
from hostcheck.host.base import Host
from hostcheck.run.model import Run

if TYPE_CHECKING:
    from hostcheck.host.tree import Tree


def open_host(root: Path | None, capture: Path | None = None, *, experiments: bool) -> Host:
    """Open this machine, the captured root in a folder, or a capture in a file.

    Raises:
        UsageError: when both are named, the folder is none, or what is captured is damaged.
    """
    if root is not None and capture is not None:
        raise UsageError("--root and --capture both name a captured host", remedy="give one of them")
    if root is None and capture is None:
        from hostcheck.host.live import LiveHost

        return LiveHost(experiments=experiments)
    from hostcheck.host.capture_index import open_recorded
    from hostcheck.host.captured import CapturedHost

    tree = _tree(root, capture)
    try:
        return open_recorded(tree) or CapturedHost(tree)
    except ValueError as error:
        raise UsageError(f"opening the captured host {root or capture}: {error}", remedy="capture it again") from error


def _tree(root: Path | None, capture: Path | None) -> "Tree":
    if capture is not None:
        from hostcheck.host.archive import open_archive

        return open_archive(capture)
    from hostcheck.host.tree import FolderTree

    assert root is not None
    if not root.is_dir():
        raise UsageError(
            f"opening the captured host {root}: not a folder", remedy="name the folder that holds proc and sys"
        )
    try:
        return FolderTree(root)
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise UsageError(
            f"opening the captured host {root}: {what}", remedy="name the folder that holds its proc and sys"
        ) from error


def audited_run(host: Host, profiles: Sequence[str], roles: Sequence[str] = ()) -> Run:
    """Audit a host for these profiles and make a run of it.

    A probe that crashes makes its facts unknown; under --debug its error is raised.

    Raises:
        UsageError: for a profile or a role that does not exist.
    """
    from hostcheck.audit import audit
    from hostcheck.host.identity import identify

    started = utc_now()
    facts, verdicts = audit(host, profiles, roles=roles, strict=debugging())
    return Run(
        id=uuid4().hex,
        hostcheck=__version__,
        started=started,
        ended=utc_now(),
        host=identify(host),
        facts=facts,
        verdicts=verdicts,
        profiles=tuple(dict.fromkeys(verdict.profile for verdict in verdicts)),
        roles=tuple(dict.fromkeys(roles)),
    )


def debugging() -> bool:
    """Whether the user asked to see where errors come from."""
    return "--debug" in sys.argv[1:]


def utc_now() -> str:
    """Return the time now as the run file writes it."""
    return utc(time.time())


def utc(seconds: float) -> str:
    """Write a time (seconds since the epoch) as ISO 8601, UTC, whole seconds, "Z"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
