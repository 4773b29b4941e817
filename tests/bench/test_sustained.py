"""How long a sustained load goes on, and how much it may write, are read with their units."""

import pytest

from hostcheck.bench.sustained import Sustained, parse_sustained
from hostcheck.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10min", Sustained(600.0)),
        ("30m,200GB", Sustained(1800.0, 200 * 10**9)),
        ("2h, 1 TiB", Sustained(7200.0, 1 << 40)),
        ("45 s", Sustained(45.0)),
    ],
)
def test_a_time_and_a_limit_are_read(text, expected):
    assert parse_sustained(text) == expected


@pytest.mark.parametrize(
    "text", ["", "10", "10min,", "10min,5", "5s", "25h", "10 GB", "10min,1GB,2", "10min,9GB", "-1h"]
)
def test_what_is_neither_is_refused(text):
    with pytest.raises(UsageError, match="--sustained .*give (a time|one|a limit)"):
        parse_sustained(text)
