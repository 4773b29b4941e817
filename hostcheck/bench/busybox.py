"""The program that the containers of a workload run: this host's busybox, so that no image is pulled."""

from collections.abc import Iterable
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.busybox import PLACES, Busybox, look_for_busybox


def find_busybox(places: Iterable[Path] = PLACES) -> Busybox:
    """Find a static busybox on this host.

    Raises:
        CannotRun: if there is none.
    """
    found = look_for_busybox(places)
    if found is None:
        raise CannotRun("this host has no static busybox to make an image from", "install busybox-static")
    return found
