"""Countries: ISO 3166-1 codes, English names, and the members of the EU."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from hostcheck.errors import UnfitError
from hostcheck.place.gazetteer import further_names, state_names, words
from hostcheck.resources import read_shipped
from hostcheck.spelling import closest

EU = "EU"
_FILE = Path(__file__).parent / "data" / "countries.toml"


@lru_cache
def _document() -> Mapping[str, Any]:
    return tomli.loads(read_shipped(_FILE))


@lru_cache
def names() -> Mapping[str, str]:
    """Return the English name of each country and territory, by code."""
    return {code: row["name"] for code, row in _document()["countries"].items()}


@lru_cache
def members() -> frozenset[str]:
    """Return the codes of the EU's members (the file has the date). Territories with their own code are left out."""
    return frozenset(_document()["eu"])


@lru_cache
def never_alone() -> frozenset[str]:
    """Return the codes of countries that round trips never single out (the file says why)."""
    return frozenset(_document()["never_alone"])


def eu_since() -> str:
    """Return the date of the EU's last change of members, as YYYY-MM-DD."""
    return str(_document()["eu_since"].isoformat())


def is_code(text: str) -> bool:
    """Return whether a text is a country code or "EU", in capitals."""
    return text == EU or text in names()


def codes_of(asked: Iterable[str]) -> frozenset[str]:
    """Return country codes, with "EU" replaced by the codes of its members."""
    return frozenset(code for each in asked for code in (members() if each == EU else (each,)))


def code_of(name: str) -> str | None:
    """Return the code of a country from its English name or its code, in any case; None if there is no such country.

    Unambiguous short names such as "UK" and "USA" are accepted.
    """
    if name.upper() in names():
        return name.upper()
    asked = words(name)
    if asked in state_names():
        return state_names()[asked]
    if len(codes := further_names().get(asked, frozenset())) == 1:
        return min(codes)
    return next((code for code, called in names().items() if words(called) == asked), None)


def parse_code(text: str) -> str:
    """Return a text that is the code of a country or "EU".

    Raises:
        UnfitError: if the text is neither.
    """
    if is_code(text):
        return text
    meant = "EU" if text.lower() in {"eu", "european union"} else code_of(text)
    near = meant or closest(text.upper(), [EU, *names()])
    raise UnfitError(
        f"{text!r} is not a code of ISO 3166-1", f"write {near}" if near else "write two capitals such as NO, or EU"
    )


def in_words(code: str) -> str:
    """Return the English name of a country: "Norway". The EU's has the date of its last change of members."""
    return f"the EU (members since {eu_since()})" if code == EU else names().get(code, code)
