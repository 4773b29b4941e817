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
"""How far a data centre may be from the city after which it or its region is named, in km."""
_LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ð": "d"})
"""Letters that Unicode does not decompose into a plain letter and an accent."""


class City(NamedTuple):
    """A city in which hosts are rented.

    Attributes:
        name: the English name.
        latitude, longitude: the coordinates in degrees.
        country: the ISO 3166-1 code of the country.
        provinces: the postal codes of the states or provinces around the city; empty if unknown.
        state_km: radius in km of the area that the name may mean: larger if the state around the city has the same
            name.
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
        country: the ISO 3166-1 code of the country.
        post: the postal code of the state or province.
    """

    country: str
    post: str


@lru_cache
def _document() -> Mapping[str, Any]:
    return tomli.loads(read_shipped(_FILE))


def words(text: str) -> str:
    """Return the words of a text as they are compared with names: in lower case, without accents and punctuation.

    Composed and combining characters (Unicode NFC and NFD) give the same words, and "St." is "saint".
    """
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    without = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join("saint" if word == "st" else word for word in _LETTERS.findall(without))


@lru_cache
def _cities() -> Mapping[str, City]:
    """Return the cities that have a row in the file, by name."""
    return {name: _city(name, row) for name, row in _document()["cities"].items()}


def _city(name: str, row: Mapping[str, Any]) -> City:
    latitude, longitude = row["at"]
    state_km = float(row.get("state_km", RADIUS_KM))
    return City(name, latitude, longitude, row["country"], tuple(row.get("provinces", ())), state_km)


@lru_cache
def cities() -> Mapping[str, tuple[City, ...]]:
    """Return the cities that a name may mean, the best known first. The keys are the words of the names."""
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
    """Return the city of each airport. The keys are IATA codes in lower case."""
    rows = _document()["cities"].items()
    return {row["airport"].lower(): _cities()[name] for name, row in rows if "airport" in row}


@lru_cache
def provinces() -> Mapping[str, Province]:
    """Return the states and provinces. The keys are the words of their names, and their postal codes in capitals."""
    return {
        word: Province(country, post)
        for country, parts in _document()["provinces"].items()
        for name, post in parts.items()
        for word in (words(name), post)
    }


@lru_cache
def further_names() -> Mapping[str, frozenset[str]]:
    """Return the countries that a further name in a claim may mean. The keys are the words of the names."""
    return {words(name): frozenset(codes) for name, codes in _document()["meant"].items()}


@lru_cache
def state_names() -> Mapping[str, str]:
    """Return the codes of states by further names. Such a name includes the state's territories.

    The keys are the words of the names.
    """
    return {words(name): code for name, code in _document()["states"].items()}


@lru_cache
def territories() -> Mapping[str, frozenset[str]]:
    """Return the codes of each state's territories that have a country code. The keys are the codes of the states."""
    return {code: frozenset(codes) for code, codes in _document()["territories"].items()}


@lru_cache
def regions() -> Mapping[str, Mapping[str, City]]:
    """Return the nearest city of each region, by the provider and the region's name in lower case."""
    return {
        provider: {region.lower(): _cities()[city] for region, city in rows.items()}
        for provider, rows in _document()["regions"].items()
    }


def region(name: str, provider: str = "") -> City | None:
    """Return the city nearest to a region; None if unknown or ambiguous.

    Without a provider, "eu-west" may be the region of that name, or eu-west-1 or eu-west-2 of another provider.

    Args:
        name: the region's name.
        provider: the key of the provider; empty for any provider.
    """
    asked = name.lower()
    if provider:
        return regions().get(provider, {}).get(asked)
    if all(asked not in table for table in regions().values()):
        return None
    numbered = re.compile(rf"{re.escape(asked)}(?:-?\d+)?")
    found = {city for table in regions().values() for each, city in table.items() if numbered.fullmatch(each)}
    return found.pop() if len(found) == 1 else None
