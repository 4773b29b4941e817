"""A shell behind a command: lines are sent to its input, and its output is read up to an end line.

If a host stops answering, the exchange ends at its deadline with the output that has arrived.
"""

import re
import time
from collections.abc import Iterator, Sequence

from hostcheck.errors import CannotMeasureError
from hostcheck.remote import piped
from hostcheck.remote.answers import BEGINS, ENDS, GAP, MOST_LINES, is_line

MOST_BYTES = 1 << 26
"""Maximum number of bytes of output; a capture's file has the same limit. An audit needs less than one MiB."""

_REMEDY = "run the output of hostcheck capture --script on the host by other means"

_PLAIN = "leave out what colours or draws its output; or run the output of hostcheck capture --script on the host by "
"other means"

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Connection(piped.Piped):
    """A running command with a shell at its end.

    Attributes:
        exchanges: the number of exchanges so far.
    """

    def __init__(self, argv: Sequence[str], where: str) -> None:
        """Take the command, and the host's name for messages."""
        super().__init__(argv, where, MOST_BYTES)
        self.exchanges = 0

    def exchange(self, text: str) -> Iterator[bytes]:
        """Send lines to the shell, and yield the lines of its output up to the end line, without line breaks.

        Raises:
            CannotMeasureError: if the output is not the program's, or something on the way adds to it.
        """
        self.exchanges += 1
        end = f"end {self.exchanges}".encode()
        # A shell that reads its program from a pipe runs a line once the whole line has arrived.
        self.send(text.encode("utf-8", "surrogateescape") + b"\necho '" + end + b"'\n")
        if self.exchanges == 1:
            self.begin(BEGINS, _REMEDY)
        self.deadline = time.monotonic() + piped.EXCHANGE_SECONDS
        structure, before = 0, b""
        while (line := self.line()) is not None:
            if _CONTROL.match(line) and not is_line(line):
                raise CannotMeasureError(
                    f"{self._where} sent control characters, which the program does not write", remedy=_PLAIN
                )
            structure += not line.startswith(b"=")
            if structure > MOST_LINES:
                self.too_much()
                return
            yield line
            if line == end:
                if not before.startswith(ENDS):
                    self.problem = GAP
                return
            before = line
