"""Decode the parts of BuildKit's progress messages (StatusResponse) that contain the times of a build's steps."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_VERTEXES, _LOGS = 1, 3
_DIGEST, _NAME, _STARTED, _COMPLETED, _ERROR = 1, 3, 5, 6, 7
_OF_VERTEX, _MESSAGE = 1, 4
"""Field numbers of the protobuf messages. Source: moby/buildkit, api/services/control/control.proto."""

_LOG_CHARACTERS = 4096

_STAGE = re.compile(r"^\[[^\]]* \d+/\d+\] ")
"""The prefix of BuildKit's "[dependencies 3/7] RUN …". It is removed, so that a step has the same name on all hosts."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Wire types. Source: https://protobuf.dev/programming-guides/encoding/."""


@dataclass(slots=True)
class Trace:
    """The vertices of a build: its steps, and BuildKit's internal work.

    Attributes:
        names: the name of each vertex, by digest.
        spans: start and end of each vertex in seconds since the epoch, by digest. For a vertex that ran twice: the
            longer run.
        logs: the end of each vertex's output, by digest.
    """

    names: dict[str, str] = field(default_factory=dict)
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    _failed: str = ""

    @property
    def failed(self) -> tuple[str, str] | None:
        """The name of the vertex that failed, and the end of its output; None if none failed."""
        if not self._failed:
            return None
        return _STAGE.sub("", self.names[self._failed]), self.logs.get(self._failed, "")

    def add(self, text: str) -> None:
        """Add one message, encoded in base64 as the engine sends it.

        Raises:
            ValueError: if the message cannot be decoded.
        """
        for number, value in _fields(base64.b64decode(text, validate=True)):
            if number == _VERTEXES and isinstance(value, bytes):
                self._vertex(dict(_fields(value)))
            elif number == _LOGS and isinstance(value, bytes):
                log = dict(_fields(value))
                digest = _text(log.get(_OF_VERTEX))
                self.logs[digest] = (self.logs.get(digest, "") + _text(log.get(_MESSAGE)))[-_LOG_CHARACTERS:]

    def steps(self, nonce: str) -> list[tuple[str, float]]:
        """Return (step, seconds) of each step that ended, in the order in which they ended.

        BuildKit runs steps in parallel. Overlapping time is counted only for the step that ended first, so that the sum
        of the seconds is never more than the time of the build.

        Args:
            nonce: the value of the build argument NONCE. BuildKit puts this value into the names of the steps. Here,
                "$NONCE" replaces it.
        """
        steps: list[tuple[str, float]] = []
        clock = 0.0
        for digest in sorted(self.spans, key=lambda digest: self.spans[digest][::-1]):
            began, ended = self.spans[digest]
            name = _STAGE.sub("", self.names[digest]).replace(nonce, "$NONCE")
            steps.append((name, max(0.0, ended - max(began, clock))))
            clock = max(clock, ended)
        return steps

    def _vertex(self, fields: dict[int, int | bytes]) -> None:
        digest = _text(fields.get(_DIGEST))
        if fields.get(_ERROR):
            self._failed = digest
        self.names[digest] = _text(fields.get(_NAME))
        began, ended = fields.get(_STARTED), fields.get(_COMPLETED)
        if isinstance(began, bytes) and isinstance(ended, bytes):
            span = (_moment(began), _moment(ended))
            before = self.spans.get(digest, (0.0, 0.0))
            if span[1] - span[0] >= before[1] - before[0]:
                self.spans[digest] = span


def _moment(message: bytes) -> float:
    """Decode a google.protobuf.Timestamp, and return it in seconds since the epoch."""
    fields = dict(_fields(message))
    return float(fields.get(1, 0)) + float(fields.get(2, 0)) / 1e9


def _text(value: int | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of each field of a message, in the message's order."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        value: int | bytes
        if kind == _VARINT:
            value, place = _varint(message, place)
        elif kind in {_BYTES, _FIXED32, _FIXED64}:
            size = {_FIXED32: 4, _FIXED64: 8}.get(kind)
            if size is None:
                size, place = _varint(message, place)
            value = message[place : place + size]
            if len(value) < size:
                raise ValueError("a message of BuildKit's ends too early")
            place += size
        else:
            raise ValueError(f"a message from BuildKit has a field of the unknown type {kind}")
        yield key >> 3, value


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(message) and shift < 64:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise ValueError("a message of BuildKit's ends too early")
