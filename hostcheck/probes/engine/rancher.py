"""Read a setting of k3s or RKE2: from the command line of its unit, else from the last of its files that sets it.

Sources: https://docs.k3s.io/installation/configuration (config.yaml, config.yaml.d, --config; the command line
outranks files); k3s pkg/configfilearg/parser.go; RKE2's units, which its packages put below /usr/lib and its archive
below /usr/local/lib.
"""

import itertools
import re
from collections.abc import Sequence

from hostcheck.host.base import Host, Reading
from hostcheck.probes.engine.unitfiles import command_of, read_unit

SERVICES = {"k3s": ("k3s", "k3s-agent"), "rke2": ("rke2-server", "rke2-agent")}
_PARTS = (".yaml", ".yml")


def rancher_setting(host: Host, engine: str, *flags: str) -> tuple[tuple[str, Reading] | None, tuple[Reading, ...]]:
    """Return the value of a setting with the reading that sets it, None if nothing does; and all that was read.

    Args:
        host: the host.
        engine: "k3s" or "rke2".
        flags: the flag's names with their dashes, the long one first, which files use too.
    """
    units = [read_unit(host, f"{name}.service") for name in SERVICES[engine]]
    main = f"/etc/rancher/{engine}/config.yaml"
    for unit in filter(None, units):
        words = command_of(host, [reading.text for reading in unit if reading.text])
        if value := _flag(words, flags):
            return (value, unit[0]), tuple(unit)
        main = _flag(words, ("--config", "-c")) or main
    parts = sorted(name for name in host.listdir(f"{main}.d") or () if name.lower().endswith(_PARTS))
    files = [host.read(path) for path in (main, *(f"{main}.d/{name}" for name in parts))]
    row = re.compile(rf"""^["']?{flags[0].lstrip("-")}["']?[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)
    found = [(match[1], reading) for reading in files if (match := row.search(reading.text or ""))]
    return (found[-1] if found else None), tuple(reading for group in (*units, files) for reading in group)


def _flag(words: Sequence[str], names: Sequence[str]) -> str:
    """Return the last value of a flag on a command line; empty without one."""
    value = ""
    for word, after in itertools.pairwise((*words, "")):
        name, equals, given = word.partition("=")
        if name in names:
            value = given if equals else after
    return value
