"""Parse the option ``--storm``: how many containers a launch storm starts at once."""

from hostcheck.errors import UsageError

USUAL = 20
MOST = 500
"""Largest number of containers: a larger launch storm would test limits, not speed."""


def parse_counts(text: str) -> tuple[int, ...]:
    """Parse ``--storm``: numbers separated by commas, such as "5,10,20,40".

    Returns:
        First the number for the headline metrics: 20 if the list has it, otherwise the largest. Then the other numbers
        in rising order, for the curve, without 1: a single container is always measured (storm.single.seconds).

    Raises:
        UsageError: if the text is not such a list.
    """
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST for word in words):
        raise UsageError(
            f"--storm {text}: expected numbers from 1 to {MOST}",
            remedy="separate numbers by commas, such as 5,10,20,40",
        )
    counts = {int(word) for word in words}
    headline = USUAL if USUAL in counts else max(counts)
    if headline == 1:
        raise UsageError(
            f"--storm {text}: a launch storm needs at least 2 containers",
            remedy="give larger numbers, such as 5,10,20,40",
        )
    return (headline, *sorted(counts - {headline, 1}))
