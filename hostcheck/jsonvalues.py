"""Read JSON values of the expected type from engines and untrusted sources. Any other value reads as missing."""

from collections.abc import Mapping, Sequence
from typing import Any


def items(value: Any) -> Sequence[Any]:
    """Return the items of a list; empty if the value is not a list."""
    return value if isinstance(value, list) else ()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; empty if the value is not an object."""
    return value if isinstance(value, Mapping) else {}


def number(value: Any) -> float | None:
    """Return a number from 0 to 1e300; None for any other value, such as true."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1e300:
        return None
    return float(value)


def text(value: Any, most: int) -> str:
    """Return at most ``most`` characters of a text; "" if the value is not a text."""
    return value[:most] if isinstance(value, str) else ""
