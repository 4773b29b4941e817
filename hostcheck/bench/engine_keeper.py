"""Keep a private engine for another process: ``python -m hostcheck.bench.engine_keeper [FOLDER]``."""

import sys
from contextlib import ExitStack
from pathlib import Path

from hostcheck.bench.keeper import keep
from hostcheck.bench.private_engine import PrivateEngine


def make(undo: ExitStack, folder: Path | None) -> dict[str, str]:
    """Start the engine, its data in the folder.

    Raises:
        CannotRun: when it does not come up.
    """
    engine = undo.enter_context(PrivateEngine(folder))
    return {"url": engine.url, "data_root": str(engine.data_root)}


if __name__ == "__main__":
    keep(lambda undo: make(undo, Path(sys.argv[1]) if len(sys.argv) > 1 else None))
