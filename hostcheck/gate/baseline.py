"""The baseline that a policy names."""

from hostcheck.errors import UsageError
from hostcheck.gate.policy import Policy
from hostcheck.run.model import Run
from hostcheck.store.named import read_named


def read_baseline(asked: Policy) -> Run | None:
    """Read the baseline of a policy: a run file, a reference run or one of the history; None where it names none.

    Raises:
        UsageError: when it cannot be read.
    """
    try:
        return None if asked.baseline is None else read_named(asked.baseline)
    except UsageError as error:
        remedy = error.remedy or "make it again with hostcheck bench -o json:FILE"
        raise UsageError(f"the baseline cannot be used: {error.args[0]}", remedy=remedy) from error
