"""Recognise names of runs that are not files, but refer to the history."""

HISTORY_PREFIX = "history:"
LAST = "last"
USUAL = "usual"


def is_relative(name: str) -> bool:
    """Return whether a name refers to earlier runs of a host: "last", "usual" or "usual:10"."""
    return name == LAST or name.partition(":")[0] == USUAL
