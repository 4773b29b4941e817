"""Every check of every profile at once: profiles share two thirds of theirs, and each is judged once."""

from collections.abc import Mapping

from hostcheck.profiles.loader import load, names
from hostcheck.profiles.model import Check, Profile
from hostcheck.run.model import Fact, Verdict
from hostcheck.verdicts import applicable, judge

PROFILES = {name: load(name) for name in names()}
_KEYS = {name: [repr(check) for check in profile.checks] for name, profile in PROFILES.items()}
_ONCE: dict[str, Check] = {
    key: check for name, profile in PROFILES.items() for key, check in zip(_KEYS[name], profile.checks, strict=True)
}
_EVERY = Profile(
    "every",
    "",
    "",
    tuple(_ONCE.values()),
    tuple(dict.fromkeys(role for profile in PROFILES.values() for role in profile.roles)),
)


def judged(facts: Mapping[str, Fact]) -> dict[str, tuple[Verdict, ...]]:
    """Return the verdicts of each profile, for a host that is to have all its roles; in the name of "every".

    Args:
        facts: by id, without any of a proof.
    """
    asked = {id(check) for check in applicable(_EVERY, facts)}
    keys = [key for key, check in _ONCE.items() if id(check) in asked]
    verdicts = dict(zip(keys, judge(_EVERY, facts, _EVERY.roles), strict=True))
    return {name: tuple(verdicts[key] for key in _KEYS[name] if key in verdicts) for name in PROFILES}
