"""Checks before a measurement. If a check raises an objection, the user can allow the measurement."""

from collections.abc import Callable

from hostcheck.bench.base import Allowance, CannotRun, Context

Check = tuple[Allowance, Callable[[], None]]
"""The option that allows the measurement anyway, and a function that raises CannotRun if the check fails."""


def preflight(context: Context, *checks: Check) -> tuple[str, ...]:
    """Run each check, and return the objections that the user overrode.

    Args:
        context: the context of the workload.
        checks: the checks, in order.

    Raises:
        CannotRun: at the first objection that the user did not override.
    """
    overridden = []
    for allowance, check in checks:
        try:
            check()
        except CannotRun as objection:
            if allowance not in context.allowed:
                raise CannotRun(objection.reason, with_option(objection.remedy, allowance)) from objection
            overridden.append(objection.reason)
    return tuple(overridden)


def with_option(remedy: str, allowance: Allowance) -> str:
    """Return a remedy, with the option that overrides the objection."""
    return f"{remedy}, or measure anyway with --allow-{allowance}"
