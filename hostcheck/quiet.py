"""Warnings of libraries, which are of no use to a user: kept from the terminal."""

import sys


def ignore_warnings() -> None:
    """Report no warning of Python or a library, whatever PYTHONWARNINGS says; with --debug, all stays as it is."""
    if "--debug" not in sys.argv[1:]:
        import warnings  # noqa: PLC0415  nearly always loaded already

        warnings.simplefilter("ignore")


def discard_log(*names: str) -> None:
    """Keep the log of libraries from standard error, where it goes unless a user asks for it.

    A program that uses hostcheck as a library and has set up logging still gets it (logging.lastResort in Python's
    documentation).

    Args:
        names: of the loggers, which are those of the packages.
    """
    import logging  # noqa: PLC0415  an audit has no use for it

    for name in names:
        logging.getLogger(name).addHandler(logging.NullHandler())
