"""A format of a run: a line of an Ansible inventory."""

from hostcheck.formats.terminal import Style
from hostcheck.run.model import Run


def render(run: Run, _style: Style) -> str:
    """Return the host's name and its kernel."""
    return f"{run.host.name} kernel={run.host.kernel}\n"
