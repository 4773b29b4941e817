"""Run workloads one after another, and save the run after each metric."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module

from hostcheck.bench.base import WORKLOADS, CannotRun, Context, EngineLost, Interrupted, Workload
from hostcheck.bench.conditions import now_utc
from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.run.measured import Metric
from hostcheck.run.model import Run
from hostcheck.run.origins import INTERRUPTED_NOTE
from hostcheck.tomltext import nearest


def load_workload(name: str) -> Workload:
    """Return the workload of this name, from WORKLOADS or from a plugin.

    Raises:
        UsageError: if no workload has this name, or the plugin cannot be loaded.
    """
    if name not in WORKLOADS:
        return _plugin(name)
    module, _, attribute = WORKLOADS[name].partition(":")
    workload: Workload = getattr(import_module(module), attribute)()
    return workload


def _plugin(name: str) -> Workload:
    from hostcheck import plugins  # noqa: PLC0415  only a name that is not built in needs it

    found = plugins.find("workload", name)
    if found is None:
        known = (*WORKLOADS, *plugins.names("workload"))
        raise UsageError(f"there is no workload {name!r}", remedy=nearest(name, known))
    workload: Workload = found.make()
    return workload


def run_workloads(run: Run, names: Sequence[str], context: Context, save: Callable[[Run], None]) -> Run:
    """Measure each workload, and return the run with all metrics. ``save`` is called after each added metric.

    The metrics of a workload that cannot run get the state "skipped" with the reason; the other workloads still run.
    The loss of an engine is recorded in ``context.aftermath``.

    Raises:
        Interrupted: if the user stopped the run. The last saved run has all metrics measured before.
    """
    run = replace(run, ended=None)
    for name in names:
        workload = load_workload(name)
        try:
            context.checkpoint()
            for metric in workload.measure(context):
                run = run.with_metrics((metric,))
                save(run)
        except (CannotRun, CannotMeasureError, Interrupted) as end:
            if context.stop.is_set() or isinstance(end, Interrupted):
                # Other errors are consequences of the stop, which ends requests early.
                save(replace(run, ended=now_utc(), notes=(*run.notes, INTERRUPTED_NOTE)))
                raise Interrupted from end
            if isinstance(end, CannotMeasureError) and not (context.aftermath.lost and _lost(end)):
                raise
            run = run.with_metrics(_skipped(run, workload, context, str(end)))
            context.progress.done(name, f"skipped: {_said(end, context)}")
            save(run)
    run = replace(run, ended=now_utc())
    save(run)
    return run


def _skipped(run: Run, workload: Workload, context: Context, reason: str) -> tuple[Metric, ...]:
    specs = workload.metrics(context.options)
    return tuple(spec.skipped(reason) for spec in specs if run.metric(spec.id) is None)


def _lost(end: Exception) -> EngineLost | None:
    """Return the loss of the engine that ended a workload; None if the workload ended for another reason."""
    return next((cause for cause in (end, end.__cause__) if isinstance(cause, EngineLost)), None)


def _said(end: Exception, context: Context) -> str:
    """Return the message about a workload that cannot run.

    The first loss of the engine is recorded in ``context.aftermath``. For a workload that the engine's loss ends later,
    the message is the recorded reason.
    """
    lost = _lost(end)
    if lost is None:
        return str(end)
    if context.aftermath.lost:
        return context.aftermath.lost
    context.aftermath.lost, context.aftermath.remedy = lost.reason, lost.remedy
    return str(end)
