"""The run files of a fleet's hosts, gzipped: the latest of each, the one before, and the latest with figures.

hosts/HOST.json.gz      the latest
before/HOST.json.gz     the one before that, for what changed
measured/HOST.json.gz   the latest that has figures: an audit later does not replace them
"""

import gzip
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from hostcheck.jsontext import dumps
from hostcheck.outfile import write_bytes
from hostcheck.run.codec import to_json
from hostcheck.run.files import LARGEST_BYTES
from hostcheck.run.model import Run

LATEST, BEFORE, MEASURED = FOLDERS = ("hosts", "before", "measured")

_LONGEST_NAME = 200
"""Characters of a file's name, below the 255 bytes of Linux's file systems with what follows it."""


def file_name(host: str) -> str:
    """Return the name of a host's files, without what follows the dot: it is of one host only, and of no folder."""
    name = quote(host, safe="", errors="surrogatepass")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 17]}-{sha256(name.encode()).hexdigest()[:16]}"


def keep_run(folder: Path, host: str, run: Run) -> str:
    """Write the run of a host, and return the name of its file; the one that it had becomes the one before.

    Raises:
        OSError: when it cannot be written.
    """
    file = f"{file_name(host)}.json.gz"
    path = folder / LATEST / file
    data = gzip.compress(dumps(to_json(run), compact=True).encode(), 6, mtime=0)
    if run.metrics:
        write_bytes(folder / MEASURED / file, data, mode=0o600)
    if path.exists():
        path.replace(folder / BEFORE / file)
    write_bytes(path, data, mode=0o600)
    return file


def read_document(path: Path) -> bytes:
    """Return the text of a run file.

    Raises:
        OSError, EOFError, zlib.error: when it cannot be read.
    """
    if path.exists() and not path.is_file():
        # To open a pipe would wait for its writer.
        raise OSError("it is not a regular file")
    with gzip.open(path) as file:
        return file.read(LARGEST_BYTES + 1)
