"""What this distribution's command is, where a remedy or a check's command names it: "For iptables, {iptables}."."""

import re
import shlex
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import tomli

from hostcheck.profiles.model import Check
from hostcheck.resources import read_shipped
from hostcheck.run.model import Fact

_COMMANDS = Path(__file__).parent / "packages" / "packages.toml"
_NAME = re.compile(r"\{([a-z0-9-]+)(?: ([^{}]+))?\}")
"""A name, with what the command is of where it takes something: "{boot psi=1}"."""
_OF_THE_KERNEL = r"\b(modprobe|sysctl|mount|swapoff)\b"
_BOOT = r"\b[Bb]oot with "
_PARAMETERS = rf"{_BOOT}[\w.]+=\w+(?: [\w.]+=\w+)*"
_BY_ITS_HOST = "In a container only its host decides this: use a virtual machine with a kernel of its own"
_AS_ROOT = r"\brun as root\b(, outside of any container)?|audit the host itself, as root\b"
_MAJOR = re.compile(r"\d+")
OF_THE_HOST = ("os.family", "os.release", "os.boot", "virt.container", "virt.kernel_flavour", "priv.root")
"""Facts that say which remedy is for this host, whether a profile asks about them or not."""
ANY = "any"
"""The words where the distribution is unknown, or not listed."""
CONTAINER = "container"
"""The words inside a container, where only its host can do it."""
KERNEL = "kernel-"
"""Begins the key of a kernel's vendor, which may have the name of a distribution."""
BOOT = "boot-"
"""Begins the key of a boot loader; GRUB's words are those of each distribution."""
_LAYERED = {
    f"{BOOT}ostree": (
        ("dnf install", "rpm-ostree install"),
        ("yum install", "rpm-ostree install"),
        ("dnf upgrade kernel", "rpm-ostree upgrade"),
    ),
    f"{BOOT}transactional-update": (
        ("zypper install", "transactional-update pkg install"),
        ("zypper update", "transactional-update pkg update"),
    ),
}
"""Commands of packages, and what does it where /usr is an image or a snapshot that they cannot write.

Sources: rpm-ostree(1); transactional-update(8), whose changes are there after a reboot.
"""
_OWN_MODULES = frozenset({"", "none", "wsl2"})
"""Values of virt.container with a kernel that this host, and no other, gives its modules to; empty where unknown."""


def remedy(fix: str, facts: Mapping[str, Fact] | None = None) -> str:
    """Return a remedy with each name in braces replaced by the command of the host's distribution and release.

    Args:
        fix: of a check. Braces around anything else stay.
        facts: of the host, os.family and os.release among them; without, the words for any distribution are used.
    """
    boots = "oot with " in fix and re.search(_BOOT, fix) is not None
    if not boots and "{" not in fix:
        return fix
    keys = _keys(facts or {})
    if boots and f"{BOOT}other" in keys and CONTAINER not in keys:
        fix = re.sub(_PARAMETERS, r"\g<0> (no known boot loader is here)", fix)
    if boots and CONTAINER in keys:
        fix = ". ".join(map(_in_a_container, fix.split(". ")))

    def words(found: re.Match[str]) -> str:
        row = commands().get(found[1])
        if row is None:
            return found[0]
        return _layered(next(row[key] for key in keys if key in row), keys).replace("$1", found[2] or "")

    return _NAME.sub(words, fix)


def _in_a_container(sentence: str) -> str:
    """Return a sentence that says how to boot without that: up to its next clause, it says who can do it instead."""
    found = re.search(_BOOT, sentence)
    if found is None:
        return sentence
    ends = sentence.find(";", found.end())
    return _BY_ITS_HOST + ("." * sentence.endswith(".") if ends < 0 else sentence[ends:])


def command(check: Check, fact: Fact | None, facts: Mapping[str, Fact]) -> str:
    """Return the command of a check for this host; empty where it has none, or where none is known for this host.

    Args:
        check: the check. ``{bound}`` in its command is what it asks for, ``{found}`` what was found of it.
        fact: that it asks about.
        facts: of the host.
    """
    if not check.command:
        return ""
    keys = _keys(facts)
    if CONTAINER in keys and re.search(_OF_THE_KERNEL, check.command):
        # The kernel is the outer host's.
        return ""
    known = True

    def filled(found: re.Match[str]) -> str:
        nonlocal known
        name, of = found[1], found[2] or ""
        if name == "bound":
            return str(check.test.argument)
        if name == "found":
            present = [
                item for item in check.test.argument if fact and isinstance(fact.value, tuple) and item in fact.value
            ]
            return shlex.join(map(str, present))
        row = commands().get(name)
        if row is None:
            return found[0]
        key = next(key for key in keys if key in row)
        # What is said of this boot loader in the words of any is no command.
        known = known and key not in {ANY, CONTAINER} and row[key] != row[ANY]
        return _layered(row[key], keys).replace("$1", of)

    text = _NAME.sub(filled, check.command)
    return text if known else ""


def _layered(words: str, keys: tuple[str, ...]) -> str:
    """Return words whose commands of packages are those of this host."""
    for usual, layered in (pair for key in keys for pair in _LAYERED.get(key, ())):
        words = words.replace(usual, layered)
    return words


def reachable(reason: str, facts: Mapping[str, Fact]) -> str:
    """Return a reason for an unknown without the advice to be root, where the process is root of a container."""
    root = facts.get("priv.root")
    container = _text(facts, "virt.container")
    if root is None or root.value is not True or container in _OWN_MODULES:
        return reason
    return re.sub(_AS_ROOT, "audit the host itself", reason)


def _keys(facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """Return the keys of a row that are for this host, the first that is there being the best."""
    family, release = (_text(facts, fact_id) for fact_id in ("os.family", "os.release"))
    major = _MAJOR.match(release)
    inside = _text(facts, "virt.container") not in _OWN_MODULES
    # A kernel that is not the distribution's own has separate packages.
    kernel = f"{KERNEL}{_text(facts, 'virt.kernel_flavour')}"
    loader = f"{BOOT}{_text(facts, 'os.boot')}"
    own = f"{family}{major[0]}" if major else family
    return (*((CONTAINER,) if inside else ()), kernel, loader, own, family, ANY)


@lru_cache
def commands() -> Mapping[str, Mapping[str, str]]:
    """Return the command by name and distribution: "rhel", or "rhel8" for one release, and "any"."""
    rows: Mapping[str, Mapping[str, str]] = tomli.loads(read_shipped(_COMMANDS))
    return rows


def _text(facts: Mapping[str, Fact], fact_id: str) -> str:
    fact = facts.get(fact_id)
    return str(fact.value) if fact is not None and fact.known else ""
