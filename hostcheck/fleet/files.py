"""The run files of a fleet's hosts, gzipped: the latest of each host, the previous one, and the latest with figures.

hosts/HOST.json.gz      the latest run
before/HOST.json.gz     the previous run, to find what changed
measured/HOST.json.gz   the latest run with figures: a later audit does not replace it
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
"""Maximum number of characters of ``file_name``: with an extension, a name must be shorter than 255 bytes on Linux."""


def file_name(host: str) -> str:
    """Return the name of a host's files without the extension. The name differs for each host, and has no slash."""
    name = quote(host, safe="", errors="surrogatepass")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 17]}-{sha256(name.encode()).hexdigest()[:16]}"


def keep_run(folder: Path, host: str, run: Run) -> str:
    """Write the run of a host, and return the name of its file. The host's latest run becomes the previous one.

    Raises:
        OSError: if the file cannot be written.
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
    """Return the text of a run file: JSON in UTF-8.

    Raises:
        OSError, EOFError, zlib.error: if it cannot be read.
    """
    if path.exists() and not path.is_file():
        # Opening a named pipe would wait for a writer.
        raise OSError("it is not a regular file")
    with gzip.open(path) as file:
        return file.read(LARGEST_BYTES + 1)
