"""Look up names of places: cities, airports, regions of clouds."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import tomli

from hostcheck.resources import read_shipped

_FILE = Path(__file__).parent / "data" / "sites.toml"
RADIUS_KM = 150.0
"""How far a site may be from the city after which it or its region is named, in km: data centres lie around cities."""
_LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ð": "d"})
"""Letters that Unicode takes for letters of their own, not for one with an accent."""


class City(NamedTuple):
    """A city in which hosts are rented.

    Attributes:
        name: in English.
        latitude, longitude: in degrees.
        country: the code of ISO 3166-1.
        provinces: the postal codes of the states or provinces around it; empty where they are not known.
        state_km: how far from the city its name may mean, in km: more where the state around it has that name too.
    """

    name: str
    latitude: float
    longitude: float
    country: str
    provinces: tuple[str, ...] = ()
    state_km: float = RADIUS_KM


class Province(NamedTuple):
    """A state or a province of a country.

    Attributes:
        country: its code of ISO 3166-1.
        post: its postal code.
    """

    country: str
    post: str


@lru_cache
def _document() -> Mapping[str, Any]:
    return tomli.loads(read_shipped(_FILE))


def words(text: str) -> str:
    """Return the words of a text as names are compared: in lower case, without accents and punctuation.

    So a name may be written with composed or with combining characters (Unicode, NFC or NFD), and "St." is "Saint".
    """
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    without = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join("saint" if word == "st" else word for word in _LETTERS.findall(without))


@lru_cache
def _cities() -> Mapping[str, City]:
    """Return the cities that the file has a row of, by name."""
    return {name: _city(name, row) for name, row in _document()["cities"].items()}


def _city(name: str, row: Mapping[str, Any]) -> City:
    latitude, longitude = row["at"]
    state_km = float(row.get("state_km", RADIUS_KM))
    return City(name, latitude, longitude, row["country"], tuple(row.get("provinces", ())), state_km)


@lru_cache
def cities() -> Mapping[str, tuple[City, ...]]:
    """Return the cities that a name may mean, the best known first, by the words of the name."""
    found: dict[str, tuple[City, ...]] = {
        words(name): (_cities()[city],)
        for city, row in _document()["cities"].items()
        for name in (city, *row.get("also", ()))
    }
    for name, rows in _document()["namesakes"].items():
        found[words(name)] += tuple(_city(row["name"], row) for row in rows)
    return found


@lru_cache
def airports() -> Mapping[str, City]:
    """Return the cities by the code of their airport (IATA), in lower case."""
    rows = _document()["cities"].items()
    return {row["airport"].lower(): _cities()[name] for name, row in rows if "airport" in row}


@lru_cache
def provinces() -> Mapping[str, Province]:
    """Return the states and provinces, each by the words of its name and by its postal code in capitals."""
    return {
        word: Province(country, post)
        for country, parts in _document()["provinces"].items()
        for name, post in parts.items()
        for word in (words(name), post)
    }


@lru_cache
def further_names() -> Mapping[str, frozenset[str]]:
    """Return the countries that other names in claims may mean, by the words of the name."""
    return {words(name): frozenset(codes) for name, codes in _document()["meant"].items()}


@lru_cache
def state_names() -> Mapping[str, str]:
    """Return the codes of states by the words of other names; each name means the state's territories too."""
    return {words(name): code for name, code in _document()["states"].items()}


@lru_cache
def territories() -> Mapping[str, frozenset[str]]:
    """Return the codes of each state's territories that have their own country code, by the code of the state."""
    return {code: frozenset(codes) for code, codes in _document()["territories"].items()}


@lru_cache
def regions() -> Mapping[str, Mapping[str, City]]:
    """Return the regions of each provider: the nearest city, by the region's name in lower case."""
    return {
        provider: {region.lower(): _cities()[city] for region, city in rows.items()}
        for provider, rows in _document()["regions"].items()
    }


def region(name: str, provider: str = "") -> City | None:
    """Return the city nearest to a region; None if it is unknown or ambiguous.

    Without a provider, "eu-west" may be one provider's region of this name, or another's eu-west-1 or eu-west-2.

    Args:
        name: the region's name.
        provider: the provider's name; empty for any.
    """
    asked = name.lower()
    if provider:
        return regions().get(provider, {}).get(asked)
    if all(asked not in table for table in regions().values()):
        return None
    numbered = re.compile(rf"{re.escape(asked)}(?:-?\d+)?")
    found = {city for table in regions().values() for each, city in table.items() if numbered.fullmatch(each)}
    return found.pop() if len(found) == 1 else None
