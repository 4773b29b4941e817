"""Tiers: the speeds that an emulated disk can have."""

import re

from hostcheck.errors import UsageError
from hostcheck.run.calibration import Tier

_GIVEN = re.compile(r"(\d{1,7}),(\d{1,5})")


TIERS = {
    tier.name: tier
    for tier in (
        Tier("sata", 350, 120_000_000, "the SATA VPS of 2014"),
        # Only a fifth: a limited disk in memory costs CPU time, and a small host cannot reach the full speed.
        Tier("nvme", 5_000, 240_000_000, "a fifth of the NVMe VPS of 2014"),
    )
}
"""The named tiers, by the article's hosts: 120 MB/s and 350 IOPS, and a fifth of 1,200 MB/s and 25,000 IOPS."""


def parse_tier(text: str) -> Tier:
    """Parse a tier: a name, or "IOPS,MB/s" such as "700,200".

    Raises:
        UsageError: if the text is neither a name nor such a pair.
    """
    if text in TIERS:
        return TIERS[text]
    match = _GIVEN.fullmatch(text.replace(" ", "").removesuffix("MB/s"))
    if match is None or not int(match[1]) or not int(match[2]):
        raise UsageError(
            f"there is no tier {text!r}", remedy=f"give {' or '.join(TIERS)}, or IOPS,MB/s such as 700,200"
        )
    return Tier(text, int(match[1]), int(match[2]) * 1_000_000, f"{int(match[1]):,} IOPS and {int(match[2]):,} MB/s")
