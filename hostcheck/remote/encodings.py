"""Unpack the program's output, which may arrive in gzip, base64, UTF-16 or quoted-printable.

The encoding is recognized by the program's first line in it, so that no other text is changed.
"""

import base64
import quopri
import re
import zlib

from hostcheck.remote.answers import BEGINS

MOST_AHEAD = 1 << 16
"""Maximum number of bytes before the program's first line, which a console or a mail put there."""

FIRST = re.compile(rb"(?m)^(?:\xef\xbb\xbf|[^\n]*\r)?" + re.escape(BEGINS) + rb"(\r*)$")
"""A pattern for the program's first line, after a byte order mark or text that a terminal drew. The group has the
carriage returns at the line's end."""

LAST = re.compile(rb"(?m)^end 1\r*$")
"""The program's last line."""

_GZIP = b"\x1f\x8b"
_WIDE = ("utf-16-le", "utf-16-be")
_BASE64 = re.compile(rb"(?m)^(?:H4sI|aG9zdGNoZWNrLmhvc3QvMSBiZWdpbn)")
"""The beginning, in base64, of a gzip file (RFC 1952, 2.3.1) or of the program's first line."""

_LETTERS = re.compile(rb"[A-Za-z0-9+/\s]*")
_NOT_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n)")
"""An equals sign that shows that a text is not quoted-printable (RFC 2045, 6.7)."""
_CUT = re.compile(rb"=[0-9A-Fa-f\r]?\Z")
"""An incomplete escape at the end of a text that is cut off."""


def decoded(data: bytes, most: int) -> bytes:
    """Return the program's output as it was printed, except for its line ends; return other data unchanged.

    If the packed text is cut off, the result ends there.

    Args:
        data: the content of a file.
        most: the maximum number of bytes to decompress.
    """
    data = _without_gzip(data, most)
    if BEGINS not in data[:MOST_AHEAD]:
        data = _without_utf16(_without_gzip(_without_base64(data), most))
    return _without_quotes(data)


def _without_gzip(data: bytes, most: int) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        return zlib.decompressobj(wbits=31).decompress(data, most)
    except zlib.error:
        return data


def _without_base64(data: bytes) -> bytes:
    begin = _BASE64.search(data, 0, MOST_AHEAD)
    if begin is None:
        return data
    found = _LETTERS.match(data, begin.start())
    letters = b"".join(found[0].split()) if found else b""
    # If the text is cut off, a single last letter is less than a byte.
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(letters + b"==="[: -len(letters) % 4])


def _without_utf16(data: bytes) -> bytes:
    for codec in _WIDE:
        # In text of one byte order, the pattern of the other is found too, but at an odd place.
        if data.find(BEGINS.decode().encode(codec), 0, MOST_AHEAD) % 2 == 0:
            return data.decode(codec, "replace").encode()
    return data


def _without_quotes(data: bytes) -> bytes:
    """Decode quoted-printable: in it, lines of content begin with "=3D" in place of "="."""
    first = FIRST.search(data, 0, MOST_AHEAD)
    if first is None:
        return data
    last = LAST.search(data, first.end())
    text = data[first.start() : last.end()] if last else _CUT.sub(b"", data[first.start() :])
    return quopri.decodestring(text) if b"\n=3D" in text and not _NOT_QUOTED.search(text) else data
