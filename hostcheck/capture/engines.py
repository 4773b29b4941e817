"""Scrub configurations of engines that hold a cluster's token or its datastore's password; keep the data folder."""

import re

from hostcheck.capture.renaming import Renamer

_DATA_DIR = re.compile(rb"^data-dir:.*$", re.MULTILINE)
_OPTION = re.compile(rb"--data-dir[= \t]+[^\s]+")


def rancher(data: bytes, names: Renamer) -> bytes:
    """Keep only the lines with data-dir in a configuration of k3s or RKE2."""
    return names.data(b"".join(line + b"\n" for line in _DATA_DIR.findall(data)))


def k0s_unit(data: bytes, names: Renamer) -> bytes:
    """Keep only the option --data-dir of a systemd unit of k0s."""
    return names.data(b"".join(b"ExecStart=k0s " + option + b"\n" for option in _OPTION.findall(data)))
