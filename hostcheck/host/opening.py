"""Open the host to read: this machine, or a captured host."""

from pathlib import Path
from typing import TYPE_CHECKING

from hostcheck.errors import UsageError
from hostcheck.host.base import Host

if TYPE_CHECKING:
    from hostcheck.host.tree import Tree


def open_host(root: Path | None = None, capture: Path | None = None, *, experiments: bool) -> Host:
    """Open this machine, the captured root in a folder, or a capture in a file.

    Args:
        root: the folder that holds the proc and sys of a captured host.
        capture: the file that ``hostcheck capture`` wrote.
        experiments: whether experiments may be made on this machine, such as an overlay mount in a child process.

    Raises:
        UsageError: if both are given, the folder does not exist, or the capture is damaged.
    """
    if root is not None and capture is not None:
        raise UsageError("--root and --capture both name a captured host", remedy="give one of them")
    if root is None and capture is None:
        from hostcheck.host.live import LiveHost  # noqa: PLC0415

        return LiveHost(experiments=experiments)
    from hostcheck.host.capture_index import open_recorded  # noqa: PLC0415
    from hostcheck.host.captured import CapturedHost  # noqa: PLC0415

    tree = _tree(root, capture)
    try:
        return open_recorded(tree) or CapturedHost(tree)
    except ValueError as error:
        raise UsageError(f"opening the captured host {root or capture}: {error}", remedy="capture it again") from error


def _tree(root: Path | None, capture: Path | None) -> "Tree":
    if capture is not None:
        from hostcheck.host.archive import open_archive  # noqa: PLC0415

        return open_archive(capture)
    from hostcheck.host.tree import FolderTree  # noqa: PLC0415
    from hostcheck.userfile import is_folder  # noqa: PLC0415

    assert root is not None
    if not is_folder(root):
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
