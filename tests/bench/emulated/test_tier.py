"""Which speeds a disk can be made to have."""

import pytest

from hostcheck.bench.emulated.tier import TIERS, parse_tier
from hostcheck.errors import UsageError
from hostcheck.run.calibration import Tier


def test_the_sata_tier_is_the_articles():
    assert (parse_tier("sata").iops, parse_tier("sata").bytes_per_second) == (350, 120_000_000)


@pytest.mark.parametrize("text", ["700,200", "700, 200 MB/s"])
def test_a_tier_can_be_given_in_figures(text):
    assert parse_tier(text) == Tier(text, 700, 200_000_000, "700 IOPS and 200 MB/s")


def test_a_given_tier_is_read_alike_by_the_process_that_makes_it():
    tier = parse_tier("700, 200 MB/s")
    assert parse_tier(tier.name) == tier


@pytest.mark.parametrize("text", ["", "ssd", "0,120", "350,0", "350", "-1,5", "1e9,5", "350,120,1"])
def test_anything_else_is_refused_with_what_there_is(text):
    with pytest.raises(UsageError, match=" or ".join(TIERS)):
        parse_tier(text)
