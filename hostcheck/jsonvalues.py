"""Values of JSON that another program wrote, an engine or a stranger: of the type that they should have, or of none."""

from collections.abc import Sequence
from typing import Any


def items(value: Any) -> Sequence[Any]:
    """Return the items of a list; none of what is no list, as null."""
    return value if isinstance(value, list) else ()
