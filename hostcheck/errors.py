"""The errors a user can meet, and the exit code of each.

HostcheckError
├── UsageError         2    the words of the command, or a file it names, are wrong
├── InconclusiveError  3    a needed fact is unknown, or the figures are too noisy to tell
└── CannotMeasureError 4    no fio, no engine, no room, no permission

Each is caught once, in ``hostcheck.cli.main``, and printed as one line: what was being done, what happened, and
what to do about it.
"""

from collections.abc import Sequence


class HostcheckError(Exception):
    """A failure to be told in one line.

    Attributes:
        exit_code: what the process ends with.
        remedy: what the user can do about it, or an empty string.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        """Take the message (what was being done and what happened) and the remedy."""
        super().__init__(message)
        self.remedy = remedy

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}; {self.remedy}" if self.remedy else message

    @property
    def lines(self) -> tuple[str, ...]:
        """What to print: one line, or one for each mistake of a file."""
        return (str(self),)


class UsageError(HostcheckError):
    """The command line, or a file it names, is wrong."""

    exit_code = 2


class MistakesError(UsageError):
    """Several mistakes of a file.

    Attributes:
        mistakes: all of them, in the order of the file.
    """

    shown = 20

    def __init__(self, mistakes: Sequence[UsageError]) -> None:
        """Take the mistakes: two at least."""
        super().__init__(f"{mistakes[0]} (and {_mistakes(len(mistakes) - 1)})")
        self.mistakes = tuple(mistakes)

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each mistake; of many the first ones."""
        left = len(self.mistakes) - self.shown
        more = (f"and {_mistakes(left)}",) if left > 0 else ()
        return (*map(str, self.mistakes[: self.shown]), *more)


def _mistakes(number: int) -> str:
    return f"{number} more mistake{'' if number == 1 else 's'}"


def refuse(mistakes: Sequence[UsageError]) -> None:
    """Refuse what has mistakes.

    Raises:
        UsageError: with all of them, where there is one.
    """
    if len(mistakes) > 1:
        raise MistakesError(mistakes)
    if mistakes:
        raise mistakes[0]


class InconclusiveError(HostcheckError):
    """What was asked cannot be told from what is known."""

    exit_code = 3


class CannotMeasureError(HostcheckError):
    """A measurement could not be taken on this host."""

    exit_code = 4


class UnfitError(ValueError):
    """A question that its fact or metric cannot answer. Who reads the file adds the line, and raises a UsageError.

    Attributes:
        problem: what is wrong.
        remedy: what would be right.
        of_subject: whether the fact or metric is wrong, and not what is asked of it.
    """

    def __init__(self, problem: str, remedy: str, *, of_subject: bool = False) -> None:
        """Take all three; the texts are clauses without a full stop."""
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.of_subject = problem, remedy, of_subject
