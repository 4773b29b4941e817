"""Scrub configurations of engines that hold a token or a password of a cluster; keep what the probes need."""

import re
import shlex
from itertools import pairwise

from hostcheck.capture.renaming import Renamer
from hostcheck.probes.engine.unitfiles import parse_exec_start, settings_of

_ROW = re.compile(rb"^(?:data-dir|snapshotter):.*$", re.MULTILINE)
_OPTIONS = frozenset({"--data-dir", "-d", "--snapshotter", "--config", "-c"})
_BLANK = re.compile(r"\s")
_GATE = re.compile(r"KubeletInUserNamespace=true\b")


def rancher(data: bytes, names: Renamer) -> bytes:
    """Keep only the folder and the snapshotter in a configuration of k3s or RKE2."""
    return names.data(b"".join(line + b"\n" for line in _ROW.findall(data)))


def cluster_unit(data: bytes, names: Renamer) -> bytes:
    """Keep only the commands in a unit of k0s, k3s or RKE2 or in its drop-ins, and of their options those of _OPTIONS.

    An empty file stays empty, and others do not become empty: an empty unit is masked.
    """
    text = data.decode("utf-8", errors="replace")
    commands = [value for key, value in settings_of([text]) if key == "ExecStart"]
    lines = [f"ExecStart={_kept(parse_exec_start([f'ExecStart={command}']))}\n" for command in commands]
    return names.data("".join(["[Service]\n", *lines]).encode()) if data else data


def _kept(words: tuple[str, ...]) -> str:
    kept = [word.rpartition("/")[2] for word in words[:1]]
    for word, after in pairwise((*words[1:], "")):
        name, equals, _ = word.partition("=")
        # In an argument with blanks a whole command may stand, as in one for a shell.
        if name in _OPTIONS and not _BLANK.search(word if equals else after):
            kept += [word] if equals else [word, after]
        elif _GATE.search(word):
            kept.append("--kubelet-arg=feature-gates=KubeletInUserNamespace=true")
    return shlex.join(kept)
