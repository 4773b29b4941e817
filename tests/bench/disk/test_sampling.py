"""How often the counters of the measured device are read."""

import pytest

from hostcheck.bench.disk.sampling import STILL_SECONDS, wait_seconds
from hostcheck.fio.runner import POLL_SECONDS


@pytest.mark.parametrize(
    ("used", "still", "seconds"),
    [
        (0.00005, True, STILL_SECONDS),
        (0.0002, True, 0.01),
        (0.003, True, POLL_SECONDS),
        (0.00005, False, POLL_SECONDS),
        (0.003, False, POLL_SECONDS),
    ],
)
def test_counters_are_read_often_where_nothing_moves_and_reading_costs_little(used, still, seconds):
    assert wait_seconds(used, still=still) == pytest.approx(seconds)
