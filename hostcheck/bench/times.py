"""Read the options whose values are times and amounts of data."""

from hostcheck.errors import UsageError
from hostcheck.units import QuantityError, parse_quantity


def parse_time_and_limit(option: str, text: str, example: str) -> tuple[float, int | None]:
    """Parse a time such as "30min", or a time and an amount of data such as "30min,200GB".

    Args:
        option: name of the option, for error messages.
        text: value of the option.
        example: a valid value, for the remedy.

    Returns:
        (seconds, bytes). The bytes are None if the text has no amount.

    Raises:
        UsageError: if the text is neither, or a value is below zero.
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


def parse_bytes(option: str, text: str) -> int:
    """Parse an amount of data such as "16GiB", and return it in bytes.

    Raises:
        UsageError: if the text is not an amount.
    """
    try:
        return round(parse_quantity(text, "bytes"))
    except QuantityError as error:
        raise UsageError(f"{option} {text}: {error.problem}", remedy=error.remedy) from error
