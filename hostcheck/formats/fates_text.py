"""Whether the disks or CPUs of hosts depend on each other, as text: for each pair the answer and its reasons."""

from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.population.fates import SHARE, WORDS, Effect, Fates
from hostcheck.quantities import duration

_SAID = {
    "depends": "The {2} of {0} and {1} depend on each other",
    "independent": "The {2} of {0} and {1} do not depend on each other",
    "unknown": "Whether the {2} of {0} and {1} depend on each other: cannot tell",
}

_MANY = {"disk": "disks", "cpu": "CPUs"}


def render(fates: Fates, style: Style) -> str:
    """Return the text."""
    lines = [
        style.wrap(_SAID[state].format(plain(one), plain(other), _MANY[fates.what]) + ".", 0)
        for one, other, state in fates.pairs()
    ]
    if fates.effects:
        watched = (
            "a short computation takes" if fates.folder is None else f"a small write takes in {plain(fates.folder)}"
        )
        lines += ["", style.paint(f"What {watched}:", "bold")]
        lines += [style.wrap(_effect(effect, WORDS[fates.what]), 2) for effect in fates.effects]
    if fates.missing:
        lines += ["", style.paint("Without a result:", "bold")]
        lines += [style.wrap(f"{plain(name)}: {plain(why)}", 2) for name, why in fates.missing.items()]
    return "\n".join(lines) + "\n"


def _effect(effect: Effect, word: str) -> str:
    source, target = plain(effect.source), plain(effect.target)
    parts = []
    if effect.idle is not None and effect.loaded is not None and effect.own_idle is not None:
        parts.append(f"{duration(effect.loaded)} instead of {duration(effect.idle)}")
        parts.append(f"{source} itself {duration(effect.own_loaded or 0.0)} instead of {duration(effect.own_idle)}")
    if effect.low is not None and effect.high is not None:
        parts.append(
            f"{effect.low:.1%} to {effect.high:.1%} of the slowdown of {source} itself; the limit is {SHARE:.0%}"
        )
    if effect.reason:
        parts.append(f"unknown, {plain(effect.reason)}")
    return f"{target}, while {source} loads its {word}: " + "; ".join(parts)
