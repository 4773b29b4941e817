"""Check the configuration of docker's client, which the SDK reads too, so that errors name a malformed file."""

import json
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from docker.errors import InvalidConfigFile
from docker.utils.config import find_config_file

from hostcheck.bench.base import CannotRun
from hostcheck.errors import UsageError
from hostcheck.userfile import read_text

LIMIT_BYTES = 1 << 20
"""Maximum size of the configuration in bytes. A configuration with a hundred registries has some tens of KiB."""

_MALFORMED = (AttributeError, KeyError, TypeError, ValueError, RecursionError, InvalidConfigFile)
"""Exceptions of the SDK's constructor if a value in the configuration has an unexpected type."""

_REMEDY = "correct or remove it, or name another folder with DOCKER_CONFIG"


@contextmanager
def checked_config() -> Iterator[None]:
    """Convert errors of the SDK, which reads the configuration in this context, into errors that name the file.

    Raises:
        CannotRun: if the configuration is malformed, is larger than ``LIMIT_BYTES``, or is a pipe or device, which the
            SDK would read endlessly.
    """
    found_at = find_config_file()
    if found_at is None:
        yield
        return
    file = Path(str(found_at))
    found = file.stat()
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise CannotRun(f"the configuration of docker's client, {file}, is not a file", _REMEDY)
    if found.st_size > LIMIT_BYTES:
        raise CannotRun(f"the configuration of docker's client, {file}, is larger than 1 MiB", _REMEDY)
    try:
        yield
    except _MALFORMED as error:
        said = f" ({error})" if isinstance(error, InvalidConfigFile) else ""
        raise CannotRun(f"the configuration of docker's client, {file}, is malformed{said}", _REMEDY) from error


def read_object(path: Path) -> Mapping[str, object]:
    """Return the object in a JSON file of docker's client; empty if it cannot be read, or is not a JSON object."""
    try:
        document = json.loads(read_text("docker configuration", path, LIMIT_BYTES))
    except (UsageError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, Mapping) else {}
