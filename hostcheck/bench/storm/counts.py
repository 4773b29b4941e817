"""How many containers a storm launches at once: the option --storm."""

from hostcheck.errors import UsageError

USUAL = 20
MOST = 500
"""More would test limits, not speed."""


def parse_counts(text: str) -> tuple[int, ...]:
    """Parse ``--storm``: numbers separated by commas, such as "5,10,20,40".

    Returns:
        The headline's number first: 20 where it is among them, otherwise the greatest. Then the curve's other numbers
        in rising order, without 1: every storm measures it (storm.single.seconds).

    Raises:
        UsageError: when it is not such a list.
    """
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST for word in words):
        raise UsageError(f"--storm {text}: not numbers from 1 to {MOST}", remedy="write them such as 5,10,20,40")
    counts = {int(word) for word in words}
    headline = USUAL if USUAL in counts else max(counts)
    if headline == 1:
        raise UsageError(f"--storm {text}: one container is no storm", remedy="write more, such as 5,10,20,40")
    return (headline, *sorted(counts - {headline, 1}))
