"""The labels of all that hostcheck makes in an engine, and the only thing by which it removes anything."""

import os
from collections.abc import Mapping

OURS = "io.hostcheck"
RUN = "io.hostcheck.run"
PROCESS = "io.hostcheck.process"


def labels(run_id: str) -> Mapping[str, str]:
    """Return the labels of what a run makes. The process tells a run that lives from one that was killed."""
    return {OURS: "1", RUN: run_id, PROCESS: str(os.getpid())}


def of_run(run_id: str) -> Mapping[str, str]:
    """Return the engine's filter for what a run made."""
    return {"label": f"{RUN}={run_id}"}
