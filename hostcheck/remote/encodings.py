"""Undo what a text of the program is packed in when it arrives: gzip, base64, UTF-16, quoted-printable.

What is decoded here is decided by the program's first line, so that no other text is changed.
"""

import base64
import quopri
import re
import zlib

from hostcheck.remote.answers import BEGINS

MOST_AHEAD = 1 << 16
"""Bytes before the program's first line: what a console or a mail put there."""

FIRST = re.compile(rb"(?m)^(?:\xef\xbb\xbf|[^\n]*\r)?" + re.escape(BEGINS) + rb"(\r*)$")
"""The program's first line, behind a byte order mark, or what a terminal drew before it; and its line end."""

LAST = re.compile(rb"(?m)^end 1\r*$")
"""The program's last line."""

_GZIP = b"\x1f\x8b"
_WIDE = ("utf-16-le", "utf-16-be")
_BASE64 = re.compile(rb"(?m)^(?:H4sI|aG9zdGNoZWNrLmhvc3QvMSBiZWdpbn)")
"""How gzip's first bytes (RFC 1952, 2.3.1) and the program's first line begin in base64."""

_LETTERS = re.compile(rb"[A-Za-z0-9+/\s]*")
_NOT_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n)")
"""An equals sign that quoted-printable does not write (RFC 2045, 6.7)."""
_CUT = re.compile(rb"=[0-9A-Fa-f\r]?\Z")
"""What is left of an escape in a text that is cut there."""


def decoded(data: bytes, most: int) -> bytes:
    """Return the text of the program as it printed it, but for its line ends; any other data as they are.

    A text that is cut in its packing is cut there.

    Args:
        data: of a file.
        most: the limit of decompressed bytes.
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
    # Of a text that is cut, one letter is no byte yet.
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(letters + b"==="[: -len(letters) % 4])


def _without_utf16(data: bytes) -> bytes:
    for codec in _WIDE:
        # Within the letters of one, those of the other are one byte later.
        if data.find(BEGINS.decode().encode(codec), 0, MOST_AHEAD) % 2 == 0:
            return data.decode(codec, "replace").encode()
    return data


def _without_quotes(data: bytes) -> bytes:
    """Decode quoted-printable, in which each content's first letter is "=3D"."""
    first = FIRST.search(data, 0, MOST_AHEAD)
    if first is None:
        return data
    last = LAST.search(data, first.end())
    text = data[first.start() : last.end()] if last else _CUT.sub(b"", data[first.start() :])
    return quopri.decodestring(text) if b"\n=3D" in text and not _NOT_QUOTED.search(text) else data
