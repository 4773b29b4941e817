"""Remove the builder's texts from a kernel's configuration: names, command lines, paths of keys."""

import gzip
import re
import zlib

from hostcheck.capture.renaming import Renamer

_LIMIT = 1 << 23
_CHOICE = re.compile(rb"(?m)^(CONFIG_\w+=(?:[ymn]|-?\d+|0x[0-9A-Fa-f]+)|# CONFIG_\w+ is not set)$")
_TEXT = re.compile(
    rb'(?m)^(CONFIG_(?!(?:CC_VERSION_TEXT|LOCALVERSION|LSM|DEFAULT_SECURITY|DEFAULT_TCP_CONG)=)\w+=)"[^\n]+"$'
)
_MAGIC = b"\x1f\x8b"


def kernel_config(data: bytes, names: Renamer) -> bytes | None:
    """Replace the text values of options, except a few that the probes need; other options are kept.

    Returns:
        The configuration, compressed if it was compressed. None if it is damaged, or too large when decompressed.
    """
    if not data.startswith(_MAGIC):
        return _without_texts(data, names)
    gzip_stream = zlib.decompressobj(wbits=31)
    try:
        unpacked = gzip_stream.decompress(data, _LIMIT)
    except zlib.error:
        return None
    if not gzip_stream.eof:
        return None
    return gzip.compress(_without_texts(unpacked, names), mtime=0)


def _without_texts(text: bytes, names: Renamer) -> bytes:
    # With one group in the pattern, every second part is an option without text, which is not private.
    parts = _CHOICE.split(text)
    return b"".join(part if i % 2 else names.data(_TEXT.sub(rb'\1"scrubbed"', part)) for i, part in enumerate(parts))
