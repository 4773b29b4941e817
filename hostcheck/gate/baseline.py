"""Read the baseline run that a policy names."""

from hostcheck.errors import UsageError
from hostcheck.gate.policy import Policy
from hostcheck.run.model import Run
from hostcheck.store.named import read_named
from hostcheck.store.names import is_relative


def read_baseline(asked: Policy, run: Run) -> Run | None:
    """Read the baseline of a policy: a run file, a reference run, a run of the history, or the usual values of a host.

    Args:
        asked: the policy.
        run: the run to judge. "last" and "usual" refer to earlier runs of the same host.

    Returns:
        The baseline; None if the policy names none.

    Raises:
        UsageError: if the baseline cannot be read.
    """
    if asked.baseline is None:
        return None
    try:
        if is_relative(asked.baseline):
            from hostcheck.store.usual import read_relative  # noqa: PLC0415  only the history needs SQLite

            return read_relative(asked.baseline, run.host, before=run)
        return read_named(asked.baseline)
    except UsageError as error:
        remedy = error.remedy or "make a new baseline with hostcheck bench -o json:FILE"
        raise UsageError(f"the baseline cannot be used: {error.args[0]}", remedy=remedy) from error
