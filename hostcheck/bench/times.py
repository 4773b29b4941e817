"""Read the times and amounts of options that say how long a measurement goes on, and how much it may write."""

from hostcheck.errors import UsageError
from hostcheck.units import QuantityError, parse_quantity


def parse_time_and_limit(option: str, text: str, example: str) -> tuple[float, int | None]:
    """Parse a time, and maybe an amount of data after a comma: "30min,200GB".

    Args:
        option: its name.
        text: its value.
        example: a right one, for the remedy.

    Returns:
        Seconds, and bytes or None.

    Raises:
        UsageError: if the text is none of these.
    """
    time, comma, limit = text.partition(",")
    # What systemd and sleep(1) call m is a minute here too: nothing else would be meant.
    written = time.strip()
    written = f"{written}in" if written.endswith("m") else written
    try:
        seconds = float(parse_quantity(written, "s"))
        most = round(parse_quantity(limit.strip(), "bytes")) if comma else None
    except QuantityError as error:
        raise UsageError(f"{option} {text}: {error.problem}", remedy=f"give a time, such as {example}") from error
    if seconds < 0 or (most or 0) < 0:
        raise UsageError(f"{option} {text}: it is below zero", remedy=f"give a time, such as {example}")
    return seconds, most
