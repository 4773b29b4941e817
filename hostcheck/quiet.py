"""Hide warnings and log messages of libraries, which do not help a user."""

import sys


def ignore_warnings() -> None:
    """Hide all warnings of Python and of libraries, even if PYTHONWARNINGS is set. With --debug, change nothing."""
    if "--debug" not in sys.argv[1:]:
        import warnings  # noqa: PLC0415  nearly always loaded already

        warnings.simplefilter("ignore")


def discard_log(*names: str) -> None:
    """Discard the log messages of libraries, which Python would write to standard error.

    A program that uses hostcheck as a library and has set up logging still gets them (logging.lastResort in Python's
    documentation).

    Args:
        names: names of the loggers, which are the names of the packages.
    """
    import logging  # noqa: PLC0415  an audit has no use for it

    for name in names:
        logging.getLogger(name).addHandler(logging.NullHandler())
