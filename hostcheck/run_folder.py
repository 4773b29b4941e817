"""The folder for files that other processes of this user find by name, and that need not survive a boot."""

import os
from pathlib import Path

RUN_FOLDER = Path("/run")
"""The folder for an engine's runtime files; usually in memory, so that the disk's speed does not matter."""


def run_folder() -> Path:
    """Return a folder in memory where this user has one, so that the measured disk is not used."""
    if os.geteuid() == 0:
        return RUN_FOLDER
    # Not by XDG_RUNTIME_DIR: the process that sweeps for a killed run may have another environment.
    own = RUN_FOLDER / "user" / str(os.geteuid())
    return own if os.access(own, os.W_OK) else Path("/tmp")  # noqa: S108 - nothing here is opened through a link
