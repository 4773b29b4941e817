"""Values of JSON that another program wrote, an engine or a stranger: of the type that they should have, or of none."""

from collections.abc import Sequence
from typing import Any


def items(value: Any) -> Sequence[Any]:
    """Return the items of a list; none of what is no list, as null."""
    return value if isinstance(value, list) else ()


def number(value: Any) -> float | None:
    """Return a number from 0 to 1e300; None of anything else, as of true."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1e300:
        return None
    return float(value)


def text(value: Any, most: int) -> str:
    """Return a text of so many characters at the most; an empty one of what is none."""
    return value[:most] if isinstance(value, str) else ""
