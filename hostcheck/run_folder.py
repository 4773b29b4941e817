"""The folder for files that other processes of this user find by name, and that may be lost at a reboot."""

import os
from pathlib import Path

RUN_FOLDER = Path("/run")
"""The folder for an engine's runtime files. It is usually in memory, so the disk's speed has no effect on them."""


def run_folder() -> Path:
    """Return this user's runtime folder, which is usually in memory, so that the measured disk is not used."""
    if os.geteuid() == 0:
        return RUN_FOLDER
    # XDG_RUNTIME_DIR is not used: the process that cleans up after a killed run may have another environment.
    own = RUN_FOLDER / "user" / str(os.geteuid())
    return own if os.access(own, os.W_OK) else Path("/tmp")  # noqa: S108 - nothing here is opened through a link
