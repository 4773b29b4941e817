"""Times that run files and engines write."""

from datetime import datetime, timedelta, timezone

import pytest

from hostcheck.run.times import parse_time, utc


@pytest.mark.parametrize(
    ("text", "microsecond", "hours"),
    [
        ("2026-11-23T11:00:00Z", 0, 0),
        ("2026-11-23T11:00:00.25Z", 250_000, 0),
        ("2026-11-23T11:00:00.123456789+02:00", 123_456, 2),
        ("2026-11-23T11:00:00-05:00", 0, -5),
    ],
)
def test_a_time_is_read_under_every_python(text, microsecond, hours):
    zone = timezone(timedelta(hours=hours))
    assert parse_time(text) == datetime(2026, 11, 23, 11, 0, 0, microsecond, zone)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-23", "2026-11-23T11:00:00", "2026-13-23T11:00:00Z", "2026-11-23T11:00:00Z\n"],
)
def test_what_is_no_time_with_a_zone_is_refused(text):
    with pytest.raises(ValueError):
        parse_time(text)


def test_what_is_written_is_read():
    assert parse_time(utc(86400)).timestamp() == 86400
