"""Checks before a measurement. The user can override an objection with ``--force``."""

from collections.abc import Callable

from hostcheck.bench.base import CannotRun, Context


def preflight(context: Context, *checks: Callable[[], None]) -> tuple[str, ...]:
    """Run each check, and return the objections that the user overrode with ``--force``.

    Args:
        context: the context of the workload.
        checks: functions that raise CannotRun if they object to the measurement.

    Raises:
        CannotRun: at the first objection, if ``--force`` is not set.
    """
    overridden = []
    for check in checks:
        try:
            check()
        except CannotRun as objection:
            if not context.force:
                raise CannotRun(objection.reason, f"{objection.remedy}, or go on with --force") from objection
            overridden.append(objection.reason)
    return tuple(overridden)
