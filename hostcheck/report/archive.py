"""Put the run files into a page as one archive. Together, they take half as much room as separate files."""

import base64
import gzip
import io
import itertools
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.comparison.model import Comparison
from hostcheck.run.files import dumps

_LONGEST = 200
"""Maximum length of a file's name without its suffix. File systems permit 255 bytes."""

_SLOWLY_BYTES = 4 << 20
"""Maximum size in bytes of run files that are compressed as much as xz can. That takes a second of CPU for each MB. The
fastest compression takes a tenth of it, and its archive is a quarter larger."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A tar archive, compressed by xz, or by gzip if this Python has no xz.

    Attributes:
        name: the name of the archive's file.
        members: the names of the run files in it.
        href: the archive as a data link, which needs no network request.
    """

    name: str
    members: tuple[str, ...]
    href: str


def archive(comparison: Comparison) -> Archive:
    """Return the run files that a comparison is made of. Equal comparisons give equal bytes."""
    files = dict(_files(comparison))
    tar = _tar(files)
    try:
        import lzma  # noqa: PLC0415  some Pythons are built without it
    except ImportError:
        name, kind, data = "runs.tar.gz", "gzip", gzip.compress(tar, 9, mtime=0)
    else:
        preset = 9 | lzma.PRESET_EXTREME if len(tar) <= _SLOWLY_BYTES else 1
        # In text, bytes depend on the one before, and not on their place in a word of four bytes.
        text = [{"id": lzma.FILTER_LZMA2, "preset": preset, "lc": 4, "lp": 0, "pb": 0}]
        name, kind, data = "runs.tar.xz", "x-xz", lzma.compress(tar, filters=text)
    return Archive(name, tuple(files), f"data:application/{kind};base64,{base64.b64encode(data).decode()}")


def _files(comparison: Comparison) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for host, made_of in zip(comparison.names, comparison.sources, strict=True):
        for run in made_of:
            stem = re.sub(r"[^A-Za-z0-9._]+", "-", f"{host}-{run.started}").strip("-.")[:_LONGEST]
            endings = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
            name = next(name for ending in endings if (name := f"{stem}{ending}.json") not in seen)
            seen.add(name)
            yield name, dumps(run).encode()


def _tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
