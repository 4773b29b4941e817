"""The errors that a user can see, and the exit code of each.

HostcheckError
├── UsageError         2    the command line, or a file that it names, is wrong
├── InconclusiveError  3    a required fact is unknown, or the figures are too noisy to decide
└── CannotMeasureError 4    no fio, no engine, no free space, no permission
    └── UnwrittenError 4    a document could not be written
        └── NoReaderError 141   whoever read standard output has ended

Each is caught once, in ``hostcheck.cli.main``, and printed as one line: what was being done, what happened, and what
to do about it.
"""

from collections.abc import Sequence

from hostcheck.counts import number_of


class HostcheckError(Exception):
    """A failure that is reported in one line.

    Attributes:
        exit_code: the exit code of the process.
        remedy: what the user can do about it; may be empty.
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
        """The lines to print: one, or one for each mistake in a file."""
        return (str(self),)


class UsageError(HostcheckError):
    """The command line, or a file it names, is wrong."""

    exit_code = 2


class MistakesError(UsageError):
    """Several mistakes in a file.

    Attributes:
        mistakes: all of them, in the order of the file.
    """

    shown = 20

    def __init__(self, mistakes: Sequence[UsageError]) -> None:
        """Take at least two mistakes."""
        super().__init__(f"{mistakes[0]} (and {number_of(len(mistakes) - 1, 'more mistake')})")
        self.mistakes = tuple(mistakes)

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each mistake, at most ``shown``, and a line that counts the rest."""
        left = len(self.mistakes) - self.shown
        more = (f"and {number_of(left, 'more mistake')}",) if left > 0 else ()
        return (*map(str, self.mistakes[: self.shown]), *more)


def refuse(mistakes: Sequence[UsageError]) -> None:
    """Raise an error for mistakes, if there are any.

    Raises:
        UsageError: the mistake, or a MistakesError with all of several.
    """
    if len(mistakes) > 1:
        raise MistakesError(mistakes)
    if mistakes:
        raise mistakes[0]


class InconclusiveError(HostcheckError):
    """The question cannot be answered: a fact is unknown, or the measurements are too noisy."""

    exit_code = 3


class CannotMeasureError(HostcheckError):
    """A measurement could not be taken on this host."""

    exit_code = 4


class UnwrittenError(CannotMeasureError):
    """A document could not be written to where it goes: a file, or standard output."""


class NoReaderError(UnwrittenError):
    """The reader of standard output has ended, as ``head`` does: it has what it wanted, so nothing is reported.

    The exit code is a shell's for a program that SIGPIPE ended (signal(7)): 128 + 13.
    """

    exit_code = 141

    def of_document(self) -> UnwrittenError:
        """Return the error for a document that ``-o`` asked for: it is not complete."""
        return UnwrittenError(str(self.args[0]), remedy=self.remedy)


class UnfitError(ValueError):
    """A question does not fit its fact or metric. The code that reads the file adds the line and raises a UsageError.

    Attributes:
        problem: what is wrong.
        remedy: what would be right.
        of_subject: whether the fact or metric itself is wrong, not the predicate or its argument.
    """

    def __init__(self, problem: str, remedy: str, *, of_subject: bool = False) -> None:
        """Take the attributes; both texts are clauses without a full stop."""
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.of_subject = problem, remedy, of_subject
