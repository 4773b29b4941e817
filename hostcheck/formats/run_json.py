"""A run as the text of its run file."""

from hostcheck.formats.terminal import Style
from hostcheck.run.files import dumps
from hostcheck.run.model import Run


def render(run: Run, _style: Style) -> str:
    """Return the text of the run file. The style is ignored."""
    return dumps(run)
