"""A build context in parts, as the body of a request: it is never copied into one piece."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive.

    Attributes:
        parts: its bytes, in order.
    """

    parts: Sequence[bytes]

    def __iter__(self) -> Iterator[bytes]:
        """Yield the parts, which the HTTP client sends one after the other."""
        return iter(self.parts)

    def __len__(self) -> int:
        """Return the number of bytes, which becomes the request's Content-Length."""
        return sum(map(len, self.parts))
