"""All hosts that people reported elsewhere, whichever file they are in."""

from tests.profiles import (
    reported,
    reported_again,
    reported_disks,
    reported_errors,
    reported_further,
    reported_later,
    reported_machines,
    reported_newer,
    reported_rare,
    reported_running,
)

_FILES = (
    *(reported, reported_disks, reported_later, reported_machines, reported_rare, reported_again, reported_errors),
    *(reported_further, reported_running, reported_newer),
)
EVERY = tuple(each for file in _FILES for each in file.HOSTS)
