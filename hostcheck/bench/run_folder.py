"""The folder for what need not outlive a boot, and is found by name by other processes of this user's."""

import os
from pathlib import Path

RUN_FOLDER = Path("/run")
"""Where engines keep what need not outlive a boot; usually in memory, and so not what a disk's speed decides."""


def run_folder() -> Path:
    """Return a folder in memory where this user has one, so that the disk that is measured is left alone."""
    if os.geteuid() == 0:
        return RUN_FOLDER
    # Not by XDG_RUNTIME_DIR: who sweeps for a killed run may have another environment.
    own = RUN_FOLDER / "user" / str(os.geteuid())
    return own if os.access(own, os.W_OK) else Path("/tmp")  # noqa: S108 - nothing here is opened through a link
