"""Look before the leap: what speaks against measuring is said before anything is made, and the user decides."""

from collections.abc import Callable

from hostcheck.bench.base import CannotRun, Context


def preflight(context: Context, *looks: Callable[[], None]) -> tuple[str, ...]:
    """Take each look, and return the objections that the user overrode with ``--force``.

    Args:
        context: the workload's.
        looks: each raises CannotRun where it objects.

    Raises:
        CannotRun: at the first objection, unless the user forces it.
    """
    overridden = []
    for look in looks:
        try:
            look()
        except CannotRun as objection:
            if not context.force:
                raise CannotRun(objection.reason, f"{objection.remedy}, or go on with --force") from objection
            overridden.append(objection.reason)
    return tuple(overridden)
