"""Parse the option ``--size``: how large the disk's test file is."""

from hostcheck.bench.disk.sampling import LEAST_FILE_BYTES
from hostcheck.bench.times import parse_bytes
from hostcheck.errors import UsageError


def parse_size(text: str) -> int:
    """Return a size such as "16GiB" in bytes.

    Raises:
        UsageError: if the text is not a size, or the size is less than LEAST_FILE_BYTES.
    """
    size = parse_bytes("--size", text)
    if size < LEAST_FILE_BYTES:
        raise UsageError(
            f"--size {text}: a test file has at least {LEAST_FILE_BYTES >> 20} MiB",
            remedy="give a larger size, such as 16GiB",
        )
    return size
