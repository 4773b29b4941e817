"""The errors a user can meet, and the exit code of each.

HostcheckError
├── UsageError         2    the words of the command, or a file it names, are wrong
├── InconclusiveError  3    a needed fact is unknown, or the figures are too noisy to tell
└── CannotMeasureError 4    no fio, no engine, no room, no permission

Each is caught once, in ``hostcheck.cli.main``, and printed as one line: what was being done, what happened, and
what to do about it.
"""


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


class UsageError(HostcheckError):
    """The command line, or a file it names, is wrong."""

    exit_code = 2


class InconclusiveError(HostcheckError):
    """What was asked cannot be told from what is known."""

    exit_code = 3


class CannotMeasureError(HostcheckError):
    """A measurement could not be taken on this host."""

    exit_code = 4
