"""The size of the test file, as a user writes it."""

import pytest

from hostcheck.bench.base import Options
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.size import parse_size
from hostcheck.bench.request import BenchRequest, as_if
from hostcheck.errors import UsageError
from hostcheck.run.calibration import Tier


@pytest.mark.parametrize(("text", "size"), [("16GiB", 16 << 30), ("4 GB", 4_000_000_000), ("64MiB", 64 << 20)])
def test_a_size_has_the_units_of_every_quantity(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "why"),
    [("16", "has no unit"), ("16g", "is not a unit"), ("1MiB", "at least 64 MiB"), ("-4GB", "at least")],
)
def test_what_is_no_size_of_a_test_file_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_size(text)


def test_an_emulated_disk_has_no_room_for_the_size_that_was_asked_of_the_hosts_own() -> None:
    disk = DiskOptions(("seqread",), 56, 1, 0.2, 1 << 30, asked_bytes=1 << 34)
    emulated = as_if(BenchRequest(options=Options(given=(disk,))), Tier("sata", 350, 120_000_000, "a disk"))
    assert emulated.options.of(DiskOptions).asked_bytes is None
