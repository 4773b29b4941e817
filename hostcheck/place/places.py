"""Places that people ask about: countries, the EU, what lies within so many km of somewhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hostcheck.errors import UnfitError
from hostcheck.place.countries import code_of, codes_of, in_words, is_code, names
from hostcheck.place.gazetteer import RADIUS_KM, City, airports, cities, further_names, provinces, region, territories
from hostcheck.place.landmarks import Landmark
from hostcheck.place.sphere import Disc, disc
from hostcheck.spelling import closest

_AROUND = re.compile(r"(?P<km>\d{1,5}(?:\.\d{1,3})?)\s?km of (?P<where>.+)")
_COORDINATES = re.compile(r"(?P<lat>[+-]?\d{1,2}(?:\.\d{1,8})?)\s?,\s?(?P<lon>[+-]?\d{1,3}(?:\.\d{1,8})?)")
_LETTERS = re.compile(r"[^\W\d_]+")
_POSTAL = re.compile(r", ?([A-Z]{2})\b|[ (](?!DC\b)([A-Z]{2})(?=\)? ?(?:,|$|\d{5}\b))")
"""Codes that say which one of a name, as in "Paris, TX", "Paris TX"; "Oslo DC" is a data centre there."""
_DENIAL = re.compile(r"\b(?:not|non|never|no longer|but|except|excluding|outside|without|other than)\b", re.IGNORECASE)
_STATES = ("uk", "usa", "great britain")
"""Further names of a whole state, which mean its territories too."""
_PARTS = re.compile(r",| and (?:the )?|[()]")
SPOT_KM = 25.0
"""How far a place may be from the coordinates that are given for it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Some part of the Earth.

    Attributes:
        said: what it is called.
        codes: countries that are all of it, by code.
        discs: further parts.
    """

    said: str
    codes: frozenset[str] = frozenset()
    discs: tuple[Disc, ...] = ()

    def __or__(self, other: "Place") -> "Place":
        """Return both places as one."""
        return Place(f"{self.said} or {other.said}", self.codes | other.codes, (*self.discs, *other.discs))


def together(places: Sequence[Place]) -> Place:
    """Return several places as one; at least one is given."""
    first, *others = places
    for other in others:
        first |= other
    return first


def of_codes(codes: Iterable[str]) -> Place:
    """Return countries, or EU, as a place."""
    listed = tuple(dict.fromkeys(codes))
    return Place(" or ".join(listed), codes_of(listed))


def parse_place(text: str, landmarks: Sequence[Landmark] = ()) -> Place:
    """Parse what is asked: "NO", "EU", "500 km of Ashburn", "300 km of 59.91,10.75".

    Args:
        text: what is asked.
        landmarks: whose names are places too.

    Raises:
        UnfitError: when it is no place that is known.
    """
    asked = text.strip()
    if is_code(asked):
        return Place(asked, codes_of((asked,)))
    if around := _AROUND.fullmatch(asked):
        return _around(float(around["km"]), around["where"], landmarks)
    meant = "EU" if asked.lower() in {"eu", "european union"} else code_of(asked)
    remedy = f"write {meant}" if meant else "write a code such as NO, EU, or 500 km of 59.91,10.75"
    raise UnfitError(f"{text!r} is no place that is known", remedy)


def _around(km: float, where: str, landmarks: Sequence[Landmark]) -> Place:
    said = f"{km:,.8g} km of {where}"
    if not 0 < km <= 20000:
        raise UnfitError(f"{km:g} km is no distance on the Earth", "write one from 1 to 20000")
    if spot := _spot(where):
        return Place(said, discs=(disc(*spot, km),))
    landmark = next((each for each in landmarks if each.name.lower() == where.lower()), None)
    if landmark is not None:
        return Place(said, discs=(disc(landmark.latitude, landmark.longitude, km),))
    if city := cities().get(where.lower()):
        return Place(said, discs=(disc(city.latitude, city.longitude, km),))
    near = closest(where.lower(), list(cities()))
    remedy = f"did you mean {cities()[near].name}?" if near else "write latitude,longitude such as 59.91,10.75"
    raise UnfitError(f"it is not known where {where!r} is", remedy)


def _spot(text: str) -> tuple[float, float] | None:
    found = _COORDINATES.fullmatch(text.strip())
    if found is None or abs(float(found["lat"])) > 90 or abs(float(found["lon"])) > 180:
        return None
    return float(found["lat"]), float(found["lon"])


def around_city(city: City) -> Place:
    """Return where a site may be that is named after a city."""
    said = f"{city.name}, {names()[city.country]}"
    return Place(said, discs=(disc(city.latitude, city.longitude, RADIUS_KM),))


def understood(text: str) -> Place | None:
    """Return what the words of a claim mean: coordinates, a region of a cloud, a city, a country; None for none.

    Of "Data centre 2, Oslo, Norway" the city counts: it says more than the country does. Of "Paris, Texas" it may be
    another city of that name, so all of the United States counts too. The name of a state means its territories too
    ("San Juan, United States"); its code alone does not. What a claim denies ("not in Russia") is not what it means,
    and what it means is not known then.
    """
    asked = text.strip()
    if _DENIAL.search(asked):
        return None
    if spot := _spot(asked):
        return Place(asked, discs=(disc(*spot, SPOT_KM),))
    if is_code(asked):
        return Place(in_words(asked), codes_of((asked,)))
    if city := region(asked):
        return around_city(city)
    named, rest = _named_cities(f" {_words(asked)} ")
    of_cities = {city.country for city in named}
    others = [each for each in _named_countries(asked, rest, named) if not each & of_cities]
    found = [*map(around_city, named), *_countries(frozenset().union(*others))]
    return together(found) if found else None


def _countries(codes: frozenset[str]) -> Iterable[Place]:
    """Yield countries; a state and all of its territories as one place."""
    states = [code for code in sorted(codes) if code in territories() and territories()[code] <= codes]
    for code in states:
        yield Place(f"{names()[code]} with its territories", territories()[code] | {code})
    for code in sorted(codes.difference(states, *(territories()[state] for state in states))):
        yield Place(names()[code], frozenset((code,)))


def _named_cities(words: str) -> tuple[list[City], str]:
    """Return the cities in words in lower case, and the words without them; "New York" is not York."""
    found = []
    for name in sorted(cities(), key=len, reverse=True):
        if f" {name} " in words:
            found.append(cities()[name])
            words = words.replace(f" {name} ", " . ")
    return found, words


def _named_countries(text: str, words: str, named: Sequence[City]) -> Iterable[frozenset[str]]:
    """Yield for each name of a country, a state or a province in words in lower case the countries it may mean.

    Args:
        text: as it was written; codes in capitals count beside the name of a city or a country.
        words: of it, in lower case.
        named: the cities in it.
    """
    known, written, found = _meanings(), f" {_words(text)} ", False
    for name in sorted(known, key=len, reverse=True):
        if f" {name} " in words:
            words = words.replace(f" {name} ", " . ")
            found = True
            yield known[name]
    for short in (one or other for one, other in _POSTAL.findall(text) if named or found):
        codes = {short} & names().keys() | ({provinces()[short]} if short in provinces() else set())
        spelt_out = short in names() and f" {_words(names()[short])} " in written
        if codes and not spelt_out:
            yield frozenset(codes)


@lru_cache
def _meanings() -> Mapping[str, frozenset[str]]:
    """Return the countries that a name may mean, by its words in lower case.

    Each part of "Svalbard and Jan Mayen" is a name too.
    """
    found: dict[str, frozenset[str]] = {}
    for code, name in names().items():
        for part in {name, *_PARTS.split(name)}:
            words = _words(part)
            found[words] = found.get(words, frozenset()) | {code} | territories().get(code, frozenset())
    for name, code in provinces().items():
        if len(name) > 2:
            found[name] = found.get(name, frozenset()) | {code}
    found |= further_names()
    for name in _STATES:
        found[name] |= frozenset().union(*(territories()[code] for code in found[name]))
    found.pop("", None)
    return found


def _words(text: str) -> str:
    return " ".join(_LETTERS.findall(text.lower()))


def understood_host(name: str) -> Place | None:
    """Return what the name of a host claims: a region of a cloud in it, or an airport with a number, as in osl1.

    The country of its last label is where the name was registered, and says nothing of the host.
    """
    for label in name.lower().split("."):
        if city := region(label):
            return around_city(city)
        for part in re.split(r"[-_]", label):
            numbered = re.fullmatch(r"([a-z]{3,4})(\d{1,2})", part)
            if numbered and (city := region(part) or airports().get(numbered[1])):
                return around_city(city)
    found = re.search(r"(?<![a-z0-9])([a-z]{2,12}-[a-z]{3,12}-?\d)(?![0-9])", name.lower())
    city = region(found[1]) if found else None
    return around_city(city) if city else None
