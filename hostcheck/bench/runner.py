"""Run workloads one after another into a run that is saved after each metric."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module

from hostcheck.bench.base import WORKLOADS, CannotRun, Context, Interrupted, Workload
from hostcheck.bench.conditions import now_utc
from hostcheck.run.model import Run

INTERRUPTED_NOTE = "interrupted: what was not measured by then is missing"


def load_workload(name: str) -> Workload:
    """Return the workload of this name (a key of WORKLOADS)."""
    module, _, attribute = WORKLOADS[name].partition(":")
    workload: Workload = getattr(import_module(module), attribute)()
    return workload


def run_workloads(run: Run, names: Sequence[str], context: Context, save: Callable[[Run], None]) -> Run:
    """Measure each workload and return the run with its metrics; ``save`` is called whenever one is added.

    A workload that cannot run leaves its metrics in state "skipped" with the reason; the others still run.

    Raises:
        Interrupted: when the user asked to stop; the run saved last holds what was measured.
    """
    run = replace(run, ended=None)
    for name in names:
        workload = load_workload(name)
        try:
            for metric in workload.measure(context):
                run = run.with_metrics((metric,))
                save(run)
        except CannotRun as cannot:
            specs = workload.metrics(context.effort)
            missing = tuple(spec.skipped(str(cannot)) for spec in specs if run.metric(spec.id) is None)
            run = run.with_metrics(missing)
            context.progress.done(name, f"skipped: {cannot}")
            save(run)
        except Interrupted:
            save(replace(run, ended=now_utc(), notes=(*run.notes, INTERRUPTED_NOTE)))
            raise
    run = replace(run, ended=now_utc())
    save(run)
    return run
