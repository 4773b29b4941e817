"""Which programs AppArmor allows to create user namespaces if it forbids that to other programs of ordinary users.

With kernel.apparmor_restrict_unprivileged_userns=1 a program needs a profile with the rule ``userns``; Ubuntu 24.04
ships such profiles for podman, rootlesskit and others. Sources: apparmor.d(5);
https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hostcheck.host.base import Host
from hostcheck.probes.kernel.apparmor_patterns import matches
from hostcheck.probes.paths import resolve
from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

FOLDER = "/etc/apparmor.d"
_LOADED = "/sys/kernel/security/apparmor/profiles"
_DISABLED = f"{FOLDER}/disable"
_COMPLAIN = f"{FOLDER}/force-complain"
_MOST_FILES = 400
_MOST_TEXT = 1 << 21
"""Maximum number of characters in all files together; Ubuntu 24.04 has a tenth of it."""
_MOST_EXPANSIONS = 1000
_LONGEST_PATTERN = 4096
_NOT_PROFILES = ("~", ".dpkg-new", ".dpkg-old", ".dpkg-dist", ".dpkg-bak", ".rpmnew", ".rpmsave", ".orig", ".rej")
"""Endings of files that AppArmor's parser ignores (apparmor_parser, libapparmor's is_blacklisted)."""

_COMMENT = re.compile(r"#(?!include\b).*")
_INCLUDE = re.compile(r'#?include\s+(?:if\s+exists\s+)?(?:<([^>\s]*)>|"[^"\n]*")')
_VARIABLE = re.compile(r"^[ \t]*@\{(\w+)\}[ \t]*\+?=(.*)$", re.MULTILINE)
_FLAGS = re.compile(r"(?:flags=)?\(([\w,=/.]*)\)")
_IN_PARENTHESES = re.compile(r"\([^(){}]*\)")
_WORD = re.compile(r'"[^"\n]*"|[^\s"]+')
_NAMED = re.compile(r"@\{(\w+)\}")
_GRANT = re.compile(r"(?:priority=\S+ )?(?:audit )?(?:(?P<verb>allow|deny) )?(?:all|userns(?: create| \(create\))?)")
_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "bin": ("/{,usr/}{,s}bin",),
    "sbin": ("/{,usr/}{,s}bin",),
    "HOME": ("/home/*", "/root"),
}
"""AppArmor's variables (tunables) that name folders of programs, with their usual values."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile of a file.

    Attributes:
        name: its name.
        attachment: AppArmor's pattern for the paths of the programs to which the profile applies; empty if it has none.
        flags: its flags, such as "unconfined" and "complain".
        grants: whether a rule allows user namespaces and no rule denies them.
    """

    name: str
    attachment: str
    flags: frozenset[str]
    grants: bool

    def is_for(self, path: str, variables: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the profile is attached to a program.

        Args:
            path: the path of the program, without links.
            variables: the values of AppArmor's variables, by name.
        """
        return any(matches(each, path) for each in _expanded(self.attachment, variables))


def grant(host: Host, program: str) -> Witness:
    """Judge whether a profile allows a program to create user namespaces.

    Args:
        host: the host.
        program: the absolute path of the program.
    """
    path = resolve(host, program)
    listed = host.listdir(FOLDER)
    if listed is None and not (host.proves_absence and host.exists(FOLDER) is False):
        return Witness(
            None, Evidence(FOLDER, None, "silent"), f"{FOLDER} could not be read: audit the host itself, as root"
        )
    for file, text in _files(host, listed or (), path.rsplit("/", 1)[-1]):
        variables = {**_VARIABLES, **{name: tuple(words.split()) for name, words in _VARIABLE.findall(text)}}
        for profile in parse_profiles(text):
            if profile.is_for(path, variables):
                return _judge(host, file, profile, path)
    return Witness(answer=False, evidence=Evidence(FOLDER, None, f"against: no profile is for {path}"))


def parse_profiles(text: str) -> Iterator[Profile]:
    """Yield the profiles in the text of a file; profiles inside another profile are left out."""
    plain = _VARIABLE.sub("", _INCLUDE.sub("", _COMMENT.sub("", text)))
    plain = _IN_PARENTHESES.sub(lambda found: "".join(found[0].split()), plain)
    depth, words, rules, header = 0, [], [], []  # type: int, list[str], list[str], list[str]
    for word in _WORD.findall(plain):
        if word == "{":
            depth += 1
            if depth == 1:
                header, rules = words, []
            words = []
        elif word == "}":
            depth -= 1
            if depth == 0 and (profile := _profile(header, rules)) is not None:
                yield profile
            words = []
        elif word.endswith(","):
            if depth == 1:
                rules.append(" ".join((*words, word[:-1])))
            words = []
        else:
            words.append(word)


def _files(host: Host, listed: tuple[str, ...], program: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file that may have profiles; files that are named after the program come first.

    The text includes the administrator's additions in local/.
    """
    disabled = host.listdir(_DISABLED) or ()
    names = [name for name in listed if not name.startswith(".") and not name.endswith(_NOT_PROFILES)]
    left = _MOST_TEXT
    for name in sorted(names, key=lambda name: program not in name)[:_MOST_FILES]:
        text = None if name in disabled else host.read(f"{FOLDER}/{name}").text
        if text is not None and (left := left - len(text)) >= 0:
            yield f"{FOLDER}/{name}", _INCLUDE.sub(lambda found: _local(host, found[1]), text)


def _local(host: Host, name: str | None) -> str:
    """Return the text of an included file in local/, which has the administrator's rules; empty for other includes."""
    return host.read(f"{FOLDER}/{name}").text or "" if name and name.startswith("local/") and ".." not in name else ""


def _profile(header: list[str], rules: list[str]) -> Profile | None:
    text = " ".join(header)
    found = _FLAGS.search(text)
    flags = frozenset(found[1].split(",")) if found else frozenset()
    words = [word.strip('"') for word in _WORD.findall(_FLAGS.sub("", text)) if not word.startswith("xattrs=")]
    if "profile" in words:
        words = words[words.index("profile") + 1 :]
    if not words:
        return None
    verbs = [match["verb"] or "allow" for rule in rules if (match := _GRANT.fullmatch(rule))]
    attachment = next((word for word in words if word.startswith(("/", "@", "{"))), "")
    return Profile(words[0], attachment, flags, "allow" in verbs and "deny" not in verbs)


def _judge(host: Host, file: str, profile: Profile, path: str) -> Witness:
    loaded = host.read(_LOADED)
    modes = dict(line.rstrip(")").rpartition(" (")[::2] for line in (loaded.text or "").splitlines())
    if loaded.text is not None and profile.name not in modes:
        says = f"against: {file} is not loaded (apparmor_parser -r {file})"
        return Witness(answer=False, evidence=loaded.evidence(says, "not listed: " + profile.name))
    complains = "complain" in profile.flags or modes.get(profile.name) == "complain"
    complains = complains or file.rsplit("/", 1)[-1] in (host.listdir(_COMPLAIN) or ())
    shown = f"profile {profile.name} {profile.attachment}"
    if profile.grants or complains or "default_allow" in profile.flags:
        return Witness(answer=True, evidence=Evidence(file, shown, f"for: it lets {path} make user namespaces"))
    return Witness(answer=False, evidence=Evidence(file, shown, "against: without a rule userns"))


def _expanded(pattern: str, variables: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield a pattern with each combination of values of its variables; nothing if a variable is not known."""
    waiting = [pattern]
    for _ in range(_MOST_EXPANSIONS):
        if not waiting:
            return
        pattern = waiting.pop()
        found = _NAMED.search(pattern)
        if found is None:
            yield pattern
        elif len(pattern) <= _LONGEST_PATTERN:
            before, after = pattern[: found.start()], pattern[found.end() :]
            waiting += [f"{before}{value}{after}" for value in reversed(variables.get(found[1], ())[:_MOST_EXPANSIONS])]
