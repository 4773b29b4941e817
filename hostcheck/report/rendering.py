"""Render documents as pages or pictures, independent of the current folder.

By default, matplotlib reads a matplotlibrc from the current folder first, and runs fc-list from PATH. Neither is
needed: matplotlib has its own fonts, and finds others in /usr/share/fonts.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from hostcheck.comparison.model import Comparison
from hostcheck.formats.terminal import Style
from hostcheck.place.locating import Located
from hostcheck.population.columns import Population

_NO_PROGRAMS = "/dev/null"


def page(comparison: Comparison, style: Style | None = None) -> str:
    """Return the HTML page."""
    with _in_root_folder():
        from hostcheck.report.page import render  # noqa: PLC0415  matplotlib reads its settings when it is imported

        return render(comparison, style)


def fleet_page(population: Population, style: Style | None = None) -> str:
    """Return the HTML page of many hosts."""
    with _in_root_folder():
        from hostcheck.report.page import render_fleet  # noqa: PLC0415  the same

        return render_fleet(population, style)


def picture(comparison: Comparison, style: Style | None = None) -> bytes:
    """Return the headline picture as PNG data."""
    with _in_root_folder():
        from hostcheck.report.headline import render  # noqa: PLC0415  the same

        return render(comparison, style)


def brief(comparison: Comparison, style: Style | None = None) -> bytes:
    """Return the answer on one page of A4 as PDF data."""
    with _in_root_folder():
        from hostcheck.report.brief import render  # noqa: PLC0415  the same

        return render(comparison, style)


def place(located: Located, style: Style | None = None) -> str:
    """Return the HTML page on where a host can be."""
    with _in_root_folder():
        from hostcheck.report.place_page import render  # noqa: PLC0415  the same

        return render(located, style)


@contextmanager
def _in_root_folder() -> Iterator[None]:
    path = os.environ.get("PATH")
    # Kept as a descriptor: the folder may be removed or renamed during the rendering.
    current = os.open(".", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.chdir("/")
        os.environ["PATH"] = _NO_PROGRAMS
        yield
    finally:
        os.fchdir(current)
        os.close(current)
        if path is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = path
