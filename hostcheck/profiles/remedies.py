"""Put the command of the host's distribution in place of a name in a remedy: "For iptables, {iptables}."."""

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
"""A name in braces, and optionally the object of the command: "{boot psi=1}"."""
_OF_THE_KERNEL = r"\b(modprobe|sysctl|mount|swapoff)\b"
_BOOT = r"\b[Bb]oot with "
_PARAMETERS = rf"{_BOOT}[\w.]+=\w+(?: [\w.]+=\w+)*"
BY_HAND = "no command: no file of a boot loader, as /etc/default/grub, is here; set it where this machine is started"
_BY_ITS_HOST = "In a container only its host decides this: use a virtual machine with a kernel of its own"
_AS_ROOT = r"\brun as root\b(, outside of any container)?|audit the host itself, as root\b"
_MAJOR = re.compile(r"\d+")
OF_THE_HOST = ("os.family", "os.release", "os.boot", "virt.container", "virt.kernel_flavour", "priv.root")
"""Facts that decide which remedy fits the host. They are needed even if no profile asks about them."""
ANY = "any"
"""The key of the words for a distribution that is unknown or not listed."""
CONTAINER = "container"
"""The key of the words for a host that is a container: only the container's host can make the change."""
KERNEL = "kernel-"
"""Prefix of the key of a kernel's vendor: the vendor may have the name of a distribution."""
BOOT = "boot-"
"""Prefix of the key of a boot loader. GRUB has none: its words have the keys of the distributions."""
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
"""Commands for packages, and their replacements on a host whose /usr they cannot write (image or snapshot), by key.

Sources: rpm-ostree(1); transactional-update(8), whose changes take effect after a reboot.
"""
_AT_BOOT = frozenset({"boot", "memory-controller", "upgrade-kernel"})
"""Names of the commands whose changes take effect when the host starts again, as those of _LAYERED do."""
_REBOOT = " && echo 'now reboot'"
_OWN_MODULES = frozenset({"", "none", "wsl2"})
"""Values of virt.container for a system that provides the modules of its kernel itself; empty: the value is unknown."""


def remedy(fix: str, facts: Mapping[str, Fact] | None = None) -> str:
    """Return a remedy with each name in braces replaced by the command of the host's distribution and release.

    Args:
        fix: the fix of a check. Braces around anything but a known name stay.
        facts: facts of the host by id, including OF_THE_HOST; None for words that fit every distribution.
    """
    boots = "oot with " in fix and re.search(_BOOT, fix) is not None
    if not boots and "{" not in fix:
        return fix
    keys = _keys(facts or {})
    if boots and f"{BOOT}other" in keys and CONTAINER not in keys:
        fix = re.sub(_PARAMETERS, rf"\g<0> ({BY_HAND})", fix)
    if boots and CONTAINER in keys:
        fix = ". ".join(map(_in_a_container, fix.split(". ")))

    def words(found: re.Match[str]) -> str:
        row = commands().get(found[1])
        if row is None:
            return found[0]
        return _layered(next(row[key] for key in keys if key in row), keys).replace("$1", found[2] or "")

    return _NAME.sub(words, fix)


def _in_a_container(sentence: str) -> str:
    """Replace advice on boot parameters in a sentence, up to the next ";", by the words that its host decides this."""
    found = re.search(_BOOT, sentence)
    if found is None:
        return sentence
    ends = sentence.find(";", found.end())
    return _BY_ITS_HOST + ("." * sentence.endswith(".") if ends < 0 else sentence[ends:])


def command(check: Check, fact: Fact | None, facts: Mapping[str, Fact]) -> str:
    """Return the command of a check for this host; empty if the check has none, or none is known for this host.

    Args:
        check: the check. In its command, ``{bound}`` stands for the argument of its question, and ``{found}`` for those
            items of the argument that the fact has.
        fact: the fact that the check asks about; None if there is none.
        facts: facts of the host, by id.
    """
    if not check.command:
        return ""
    keys = _keys(facts)
    if CONTAINER in keys and re.search(_OF_THE_KERNEL, check.command):
        # The kernel is the outer host's.
        return ""
    known, at_boot = True, False

    def filled(found: re.Match[str]) -> str:
        nonlocal known, at_boot
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
        # Words that are equal to those for any distribution are not a command for this boot loader.
        known = known and key not in {ANY, CONTAINER} and row[key] != row[ANY]
        words = _layered(row[key], keys)
        at_boot = at_boot or name in _AT_BOOT or words != row[key]
        return words.replace("$1", of)

    text = _NAME.sub(filled, check.command)
    return (text + at_boot * _REBOOT) if known else ""


def _layered(words: str, keys: tuple[str, ...]) -> str:
    """Return the words with the commands for packages replaced by those that work on a host with these keys."""
    for usual, layered in (pair for key in keys for pair in _LAYERED.get(key, ())):
        words = words.replace(usual, layered)
    return words


def reachable(reason: str, facts: Mapping[str, Fact]) -> str:
    """Return the reason for an unknown fact; inside a container, root is advised to audit the host, not to be root."""
    root = facts.get("priv.root")
    container = _text(facts, "virt.container")
    if root is None or root.value is not True or container in _OWN_MODULES:
        return reason
    return re.sub(_AS_ROOT, "audit the host itself", reason)


def _keys(facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """Return the keys that fit this host, best first: the first of them that a row has is used."""
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
    """Return the rows of packages.toml: for each name the words by key.

    A key is a distribution ("rhel"), one release of it ("rhel8"), ANY, CONTAINER, or begins with KERNEL or BOOT.
    """
    rows: Mapping[str, Mapping[str, str]] = tomli.loads(read_shipped(_COMMANDS))
    return rows


def _text(facts: Mapping[str, Fact], fact_id: str) -> str:
    fact = facts.get(fact_id)
    return str(fact.value) if fact is not None and fact.known else ""
