"""The error when an engine does not answer a request, and the causes that lead to it."""

import requests


class Unreachable(requests.ConnectionError):
    """The engine did not answer a request. The message is the first cause of the engine's failure.

    Attributes:
        remedy: what the user can do.
    """

    def __init__(self, cause: str, remedy: str) -> None:
        """Create the exception. ``cause`` and ``remedy`` are clauses without a full stop."""
        super().__init__(cause)
        self.remedy = remedy


def first_cause(what: str, error: BaseException) -> str:
    """Return the cause of a failed request in words; ``what`` is its method and path."""
    for cause in causes_of(error):
        if isinstance(cause, (ConnectionRefusedError, FileNotFoundError)):
            return f"the engine has stopped ({what}: {cause.strerror})"
    return f"the engine ended its connection during {what}"


def causes_of(error: BaseException) -> list[BaseException]:
    """Return an error and all its causes. requests and urllib3 keep these in ``args`` or in the chain of exceptions."""
    causes = [error]
    for cause in causes:
        inner = (*cause.args, cause.__cause__, cause.__context__)
        causes += [one for one in inner if isinstance(one, BaseException) and one not in causes]
    return causes
