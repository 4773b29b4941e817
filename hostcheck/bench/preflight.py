"""Checks before a measurement: objections are reported before anything is made, and the user may override them."""

from collections.abc import Callable

from hostcheck.bench.base import CannotRun, Context


def preflight(context: Context, *checks: Callable[[], None]) -> tuple[str, ...]:
    """Run each check, and return the objections that the user overrode with ``--force``.

    Args:
        context: the workload's.
        checks: each raises CannotRun where it objects.

    Raises:
        CannotRun: at the first objection, unless the user forces it.
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
