"""The command that installs something on this distribution, where a remedy names it: "For iptables, {iptables}."."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import tomli

from hostcheck.run.model import Fact

_COMMANDS = Path(__file__).parent / "packages" / "packages.toml"
_NAME = re.compile(r"\{([a-z0-9-]+)\}")
_MAJOR = re.compile(r"\d+")
ANY = "any"
"""The words where the distribution is unknown, or not listed."""
CONTAINER = "container"
"""The words inside a container, where only its host can do it."""
_OWN_MODULES = frozenset({"", "none", "wsl2"})
"""Values of virt.container with a kernel that this host, and no other, gives its modules to; empty where unknown."""


def remedy(fix: str, facts: Mapping[str, Fact] | None = None) -> str:
    """Return a remedy with each name in braces replaced by the command of the host's distribution and release.

    Args:
        fix: of a check. Braces around anything else stay.
        facts: of the host, os.family and os.release among them; without, the words for any distribution are used.
    """
    if "{" not in fix:
        return fix
    family, release = (_text(facts or {}, fact_id) for fact_id in ("os.family", "os.release"))
    major = _MAJOR.match(release)
    inside = _text(facts or {}, "virt.container") not in _OWN_MODULES
    keys = (*((CONTAINER,) if inside else ()), f"{family}{major[0]}" if major else family, family, ANY)

    def command(found: re.Match[str]) -> str:
        row = commands().get(found[1])
        return found[0] if row is None else next(row[key] for key in keys if key in row)

    return _NAME.sub(command, fix)


@lru_cache
def commands() -> Mapping[str, Mapping[str, str]]:
    """Return the command by name and distribution: "rhel", or "rhel8" for one release, and "any"."""
    rows: Mapping[str, Mapping[str, str]] = tomli.loads(_COMMANDS.read_text(encoding="utf-8"))
    return rows


def _text(facts: Mapping[str, Fact], fact_id: str) -> str:
    fact = facts.get(fact_id)
    return str(fact.value) if fact is not None and fact.known else ""
