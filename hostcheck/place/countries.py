"""Countries by their codes of ISO 3166-1, what they are called, and which of them are the EU."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from hostcheck.errors import UnfitError
from hostcheck.place.gazetteer import further_names
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
    """Return the codes of the EU, without territories that have a code of their own (the file has the date)."""
    return frozenset(_document()["eu"])


def eu_since() -> str:
    """Return the day since which the EU has had these members, as YYYY-MM-DD."""
    return str(_document()["eu_since"].isoformat())


def is_code(text: str) -> bool:
    """Whether a text is the code of a country, or EU; in capitals."""
    return text == EU or text in names()


def codes_of(asked: Iterable[str]) -> frozenset[str]:
    """Return the countries of codes; EU stands for its members."""
    return frozenset(code for each in asked for code in (members() if each == EU else (each,)))


def code_of(name: str) -> str | None:
    """Return the code of a country by its English name or its code, however it is capitalised; None for none.

    "UK" and "USA", and what else means one country alone, are names of it.
    """
    if name.upper() in names():
        return name.upper()
    if len(codes := further_names().get(name.lower(), frozenset())) == 1:
        return min(codes)
    return next((code for code, called in names().items() if called.lower() == name.lower()), None)


def parse_code(text: str) -> str:
    """Return the code of a country, or EU.

    Raises:
        UnfitError: when it is none.
    """
    if is_code(text):
        return text
    meant = "EU" if text.lower() in {"eu", "european union"} else code_of(text)
    near = meant or closest(text.upper(), [EU, *names()])
    raise UnfitError(
        f"{text!r} is no code of ISO 3166-1", f"write {near}" if near else "write two capitals such as NO, or EU"
    )


def in_words(code: str) -> str:
    """Return a country by name: "Norway"; of the EU also its date."""
    return f"the EU (members since {eu_since()})" if code == EU else names().get(code, code)
