"""The labels of all objects that hostcheck makes in an engine. It removes only containers and images with them."""

from collections.abc import Mapping

from hostcheck.process import own_process

OURS = "io.hostcheck"
RUN = "io.hostcheck.run"
PROCESS = "io.hostcheck.process"


def labels(run_id: str) -> Mapping[str, str]:
    """Return the labels of a run's objects. The process shows whether the run is alive or was killed."""
    return {OURS: "1", RUN: run_id, PROCESS: own_process()}


def of_run(run_id: str) -> Mapping[str, str]:
    """Return the engine's filter for a run's objects."""
    return {"label": f"{RUN}={run_id}"}
