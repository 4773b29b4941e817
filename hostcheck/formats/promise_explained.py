"""The requirement of each line of a promise, with the ids and quantities of profiles and policies."""

from collections.abc import Sequence

from hostcheck.formats.terminal import Style
from hostcheck.promise.model import Line


def render(lines: Sequence[Line], style: Style) -> str:
    """Return the text."""
    shown = []
    for line in lines:
        shown.append(style.wrap(f"{line.key} = {line.claim}: {line.asks.expected}", 0))
        shown += [style.wrap(test, 4) for test in line.asks.translation]
    return "\n".join(shown)
