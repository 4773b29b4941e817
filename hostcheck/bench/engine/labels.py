"""The labels of all that hostcheck makes in an engine, and the only thing by which it removes containers and images."""

from collections.abc import Mapping

from hostcheck.bench.process import own_process

OURS = "io.hostcheck"
RUN = "io.hostcheck.run"
PROCESS = "io.hostcheck.process"


def labels(run_id: str) -> Mapping[str, str]:
    """Return the labels of what a run makes. The process tells a run that lives from one that was killed."""
    return {OURS: "1", RUN: run_id, PROCESS: own_process()}


def of_run(run_id: str) -> Mapping[str, str]:
    """Return the engine's filter for what a run made."""
    return {"label": f"{RUN}={run_id}"}
