"""The errors that a user can see, and the exit code of each.

HostcheckError
├── UsageError         2    the command line, or a file that it names, is wrong
├── InconclusiveError  3    a required fact is unknown, or the figures are too noisy to decide
└── CannotMeasureError 4    no fio, no engine, no free space, no permission
    └── UnwrittenError 4 a document could not be written └── NoReaderError 141 the reader of standard output has ended

Each is caught once, in ``hostcheck.cli.main``, and printed as one line: what hostcheck was doing, what happened, and
the remedy.
"""

from collections.abc import Sequence

from hostcheck.counts import number_of


class HostcheckError(Exception):
    """A failure that is reported in one line.

    Attributes:
        exit_code: the exit code of the process.
        remedy: what the user can do; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        """Take the message (what hostcheck was doing, and what happened) and the remedy."""
        super().__init__(message)
        self.remedy = remedy

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}; {self.remedy}" if self.remedy else message

    @property
    def lines(self) -> tuple[str, ...]:
        """The parts of the line to print: one, or one for each mistake in a file."""
        return (str(self),)

    @property
    def line(self) -> str:
        """The one line to print."""
        return " | ".join(self.lines)


class UsageError(HostcheckError):
    """An error in the command line, or in a file that it names."""

    exit_code = 2


class MistakesError(UsageError):
    """Several mistakes in a file.

    Attributes:
        mistakes: all mistakes, in the order of the file.
    """

    shown = 20

    def __init__(self, mistakes: Sequence[UsageError]) -> None:
        """Take at least two mistakes."""
        super().__init__(f"{mistakes[0]} (and {number_of(len(mistakes) - 1, 'more mistake')})")
        self.mistakes = tuple(mistakes)

    @property
    def lines(self) -> tuple[str, ...]:
        """A text for each mistake, at most ``shown``, and a text with the number of the others."""
        left = len(self.mistakes) - self.shown
        more = (f"and {number_of(left, 'more mistake')}",) if left > 0 else ()
        return (*map(str, self.mistakes[: self.shown]), *more)


def refuse(mistakes: Sequence[UsageError]) -> None:
    """Raise an error for mistakes, if there are any.

    Raises:
        UsageError: the only mistake, or a MistakesError with several.
    """
    if len(mistakes) > 1:
        raise MistakesError(mistakes)
    if mistakes:
        raise mistakes[0]


class InconclusiveError(HostcheckError):
    """An error: the question cannot be answered, because a fact is unknown, or the measurements are too noisy."""

    exit_code = 3


class CannotMeasureError(HostcheckError):
    """An error: a measurement could not be taken on this host."""

    exit_code = 4


class UnwrittenError(CannotMeasureError):
    """An error: a document could not be written to its file or to standard output."""


class NoReaderError(UnwrittenError):
    """An error: the reader of standard output has ended, as ``head`` does. Nothing is reported, because it has enough.

    The exit code is the one that a shell gives to a program that SIGPIPE ended (signal(7)): 128 + 13.
    """

    exit_code = 141

    def of_document(self) -> UnwrittenError:
        """Return the error for an incomplete document that ``-o`` requested."""
        return UnwrittenError(str(self.args[0]), remedy=self.remedy)


class UnfitError(ValueError):
    """An error: a question does not fit its fact or metric. The reader of the file raises a UsageError with the line.

    Attributes:
        problem: the mistake, in words.
        remedy: a valid value, in words.
        of_subject: whether the fact or metric itself is wrong, not the predicate or its argument.
    """

    def __init__(self, problem: str, remedy: str, *, of_subject: bool = False) -> None:
        """Take the attributes. Both texts are clauses without a full stop."""
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.of_subject = problem, remedy, of_subject
