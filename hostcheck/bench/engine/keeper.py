"""A process that starts a private engine and removes it at the end: ``engine-keeper [FOLDER]`` (hostcheck.helper)."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from hostcheck.bench.cleanup.keeper import keep
from hostcheck.bench.engine.private import PrivateEngine


def make(undo: ExitStack, folder: Path | None) -> dict[str, str]:
    """Start the engine with its data in the folder, and push its removal on ``undo``.

    Returns:
        A dict with the keys "url" (the engine's address), "data_root" (its data folder) and "log" (dockerd's log file).

    Raises:
        CannotRun: if the engine does not start.
    """
    engine = undo.enter_context(PrivateEngine(folder))
    return {"url": engine.url, "data_root": str(engine.data_root), "log": str(engine.log)}


def main(words: Sequence[str]) -> None:
    """Keep the engine running until standard input is closed."""
    keep(lambda undo: make(undo, Path(words[0]) if words else None))
