"""Rewrite the units of other scripts, and characters of another width, as Latin letters: "МБ/с" is "MB/s"."""

import re
import unicodedata
from collections.abc import Mapping

# ruff: noqa: RUF001, RUF002 - Cyrillic letters
_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
"""Spaces of another width, or that do not break: sellers' pages have them between a number and its unit."""
_WIDE = range(0xFF01, 0xFF5F)
"""Full-width forms of the characters from "!" to "~" (Unicode, Halfwidth and Fullwidth Forms)."""
_OFFSET = 0xFF01 - ord("!")
_SIZE = re.compile(
    r"(?<![^\W\d])(?P<prefix>кило|мега|гига|тера|[кмгт](?=и?[бБ])|[КМГТ](?=и?[бБ]))?(?P<binary>и(?=[бБ]))?"
    r"(?P<unit>[Бб]айт(?:а|ов)?|[Бб][иі]т(?:а)?|[Бб])(?P<second>/с(?:ек)?\.?| в секунду)?(?!\w)",
)
_PREFIX = {"к": "k", "м": "M", "г": "G", "т": "T"}
_TIME = re.compile(
    r"(?P<number>\d\s*)(?:(?P<milli>мс|миллисекунд[аы]?)|(?P<micro>мкс|микросекунд[аы]?)|(?P<nano>нс)"
    r"|(?P<whole>с(?!\s+\w)|сек|секунд[аы]?)|(?P<minute>мин))(?!\w)\.?"
)
"""A unit of time behind a number. Before another word, "с" is a preposition: "4 ГБ с ECC" is 4 GB with ECC."""
_FREQUENCY = re.compile(r"(?<![^\W\d])(?P<prefix>[кмгКМГ])?Гц(?!\w)")
_LATIN_TIMES: Mapping[str, str] = {"milli": "ms", "micro": "us", "nano": "ns", "whole": "s", "minute": "min"}


def in_usual_width(text: str) -> str:
    """Return a text with full-width characters, digits of other scripts and unusual spaces as those of ASCII."""
    return "".join(map(_narrow, _SPACE.sub(" ", text)))


def _narrow(character: str) -> str:
    if ord(character) in _WIDE:
        return chr(ord(character) - _OFFSET)
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def in_latin(text: str) -> str:
    """Return a text with its Cyrillic units in Latin letters; "Мб/с" stays, since it has two meanings."""
    text = _FREQUENCY.sub(lambda found: f"{_PREFIX.get((found['prefix'] or '').lower(), '')}Hz", text)
    return _TIME.sub(lambda found: found["number"] + _LATIN_TIMES[found.lastgroup or ""], _SIZE.sub(_size, text))


def _size(found: re.Match[str]) -> str:
    unit = found["unit"].lower()
    letter = _PREFIX.get((found["prefix"] or "")[:1].lower(), "")
    if found["binary"]:
        letter = f"{letter.upper()}i"
    if unit == "б" and found["unit"] == "б" and found["second"]:
        # Bits to some sellers, bytes to others.
        return found[0]
    if unit == "б":
        return letter + ("B" if found["unit"] == "Б" else "b") + ("/s" if found["second"] else "")
    return letter + ("bit" if unit.startswith(("бит", "біт")) else "B") + ("/s" if found["second"] else "")
