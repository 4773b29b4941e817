"""A shell at the other end of a command: lines go to its input, and what it writes is read until a line that ends it.

A host that stops answering is left at its deadline with what arrived until then.
"""

import time
from collections.abc import Iterator, Sequence

from hostcheck.remote import piped
from hostcheck.remote.answers import BEGINS

MOST_BYTES = 1 << 26
"""As of a capture; an audit gets less than one MiB."""

_REMEDY = "run there by other means what hostcheck capture --script prints"


class Connection(piped.Piped):
    """A running command with a shell at its end.

    Attributes:
        exchanges: how many there were.
    """

    def __init__(self, argv: Sequence[str], where: str) -> None:
        """Take the command, and what to call the host in messages."""
        super().__init__(argv, where, MOST_BYTES)
        self.exchanges = 0

    def exchange(self, text: str) -> Iterator[bytes]:
        """Send lines to the shell, and give those that it writes, without their line breaks; the last one ends them.

        Raises:
            CannotMeasureError: in the first exchange, when something else than the program writes.
        """
        self.exchanges += 1
        end = f"end {self.exchanges}".encode()
        # A shell that reads its program from a pipe runs a line once it has it to its end.
        self.send(text.encode("utf-8", "surrogateescape") + b"\necho '" + end + b"'\n")
        if self.exchanges == 1:
            self.begin(BEGINS, _REMEDY)
        self.deadline = time.monotonic() + piped.EXCHANGE_SECONDS
        while (line := self.line()) is not None:
            yield line
            if line == end:
                return
