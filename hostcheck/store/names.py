"""Names of runs that the history knows, which are no files."""

HISTORY_PREFIX = "history:"
LAST = "last"
USUAL = "usual"


def is_relative(name: str) -> bool:
    """Return whether a name stands for earlier runs of a host: "last", "usual" or "usual:10"."""
    return name == LAST or name.partition(":")[0] == USUAL
