"""Read the baseline run that a policy names."""

from hostcheck.errors import UsageError
from hostcheck.gate.policy import Policy
from hostcheck.run.model import Run
from hostcheck.store.named import read_named


def read_baseline(asked: Policy) -> Run | None:
    """Read the baseline of a policy: a run file, a reference run, or a run of the history; None if it names none.

    Raises:
        UsageError: if the baseline cannot be read.
    """
    try:
        return None if asked.baseline is None else read_named(asked.baseline)
    except UsageError as error:
        remedy = error.remedy or "make a new baseline with hostcheck bench -o json:FILE"
        raise UsageError(f"the baseline cannot be used: {error.args[0]}", remedy=remedy) from error
