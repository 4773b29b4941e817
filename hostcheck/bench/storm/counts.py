"""How many containers a storm launches at once, as the user says it."""

from hostcheck.errors import UsageError

USUAL = 20
MOST = 500
"""More would be a test of limits, and not of speed."""


def parse_counts(text: str) -> tuple[int, ...]:
    """Read ``--storm``: numbers with commas between, such as "5,10,20,40".

    Returns:
        First the headline's number: 20 where it is among them, the greatest otherwise; then the curve's others,
        rising. One alone is left out of the curve, since every storm measures it (storm.single.seconds).

    Raises:
        UsageError: when it is something else.
    """
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST for word in words):
        raise UsageError(f"--storm {text}: not numbers from 1 to {MOST}", remedy="write them such as 5,10,20,40")
    counts = {int(word) for word in words}
    headline = USUAL if USUAL in counts else max(counts)
    if headline == 1:
        raise UsageError(f"--storm {text}: one container is no storm", remedy="write more, such as 5,10,20,40")
    return (headline, *sorted(counts - {headline, 1}))
