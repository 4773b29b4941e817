"""Places that people ask about: countries, the EU, and the area within a distance of a point."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hostcheck.errors import UnfitError
from hostcheck.place.countries import code_of, codes_of, in_words, is_code, names
from hostcheck.place.gazetteer import (
    RADIUS_KM,
    City,
    Province,
    airports,
    cities,
    further_names,
    provinces,
    region,
    state_names,
    territories,
    words,
)
from hostcheck.place.landmarks import Landmark
from hostcheck.place.sphere import Disc, disc
from hostcheck.spelling import closest

_AROUND = re.compile(r"(?P<km>\d{1,5}(?:\.\d{1,3})?)\s?km of (?P<where>.+)")
_COORDINATES = re.compile(r"(?P<lat>[+-]?\d{1,2}(?:\.\d{1,8})?)\s?,\s?(?P<lon>[+-]?\d{1,3}(?:\.\d{1,8})?)")
_POSTAL = re.compile(r", ?([A-Z]{2})\b|(?:^|[ (/])(?!DC\b)([A-Z]{2})(?=\)? ?(?:[,/]|$|\d{5}\b|(?:or|and) ))")
"""Codes that distinguish places of one name: "Paris, TX", "Paris TX". In "Oslo DC" the code means a data centre."""
_DENIAL = re.compile(r"\b(?:not|non|never|no longer|but|except|excluding|outside|without|other than)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"(?<=[^\W\d_])\s(?=(?:da|das|de|del|di|do|dos|du|op|upon)\s[^\W\d_])")
"""Where a name continues after a particle: "Bergen op Zoom" is not Bergen."""
_NEW = ("new", "nova", "nueva", "nuevo")
"""Words before a name that make it the name of another place: "New Boston" is not Boston."""
_PARTS = re.compile(r",| and (?:the )?|[()]")
_NO_NAMES = ("", "islands", "french part")
"""Parts of countries' names that are not names by themselves: "islands" does not mean one country."""
SPOT_KM = 25.0
"""How far a place may be from the coordinates that a claim gives, in km."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the Earth.

    Attributes:
        said: the name of the place, for messages.
        codes: the codes of the countries that it contains whole.
        discs: the discs that it contains besides.
    """

    said: str
    codes: frozenset[str] = frozenset()
    discs: tuple[Disc, ...] = ()

    def __or__(self, other: "Place") -> "Place":
        """Return the union of both places."""
        return Place(f"{self.said} or {other.said}", self.codes | other.codes, (*self.discs, *other.discs))


def together(places: Sequence[Place]) -> Place:
    """Return the union of one or more places."""
    first, *others = places
    for other in others:
        first |= other
    return first


def of_codes(codes: Iterable[str]) -> Place:
    """Return countries as one place. "EU" is accepted as a code."""
    listed = tuple(dict.fromkeys(codes))
    return Place(" or ".join(listed), codes_of(listed))


def parse_place(text: str, landmarks: Sequence[Landmark] = ()) -> Place:
    """Parse a place that a user asks about: "NO", "EU", "500 km of Ashburn", "300 km of 59.91,10.75".

    Args:
        text: the text.
        landmarks: the landmarks whose names may stand after "km of".

    Raises:
        UnfitError: if the place is unknown, or the distance is not valid.
    """
    asked = text.strip()
    if is_code(asked):
        return Place(asked, codes_of((asked,)))
    if around := _AROUND.fullmatch(asked):
        return _around(float(around["km"]), around["where"], landmarks)
    meant = "EU" if asked.lower() in {"eu", "european union"} else code_of(asked)
    distance = f"{RADIUS_KM:g} km of {asked}" if words(asked) in cities() else "500 km of 59.91,10.75"
    remedy = f"write {meant}" if meant else f"write a code such as NO, EU, or {distance}"
    raise UnfitError(f"{text!r} is not a place that is known", remedy)


def _around(km: float, where: str, landmarks: Sequence[Landmark]) -> Place:
    said = f"{km:,.8g} km of {where}"
    if not 0 < km <= 20000:
        raise UnfitError(f"{km:g} km is not a distance on the Earth", "write one from 1 to 20000")
    if spot := _spot(where):
        return Place(said, discs=(disc(*spot, km),))
    landmark = next((each for each in landmarks if each.name.lower() == where.lower()), None)
    if landmark is not None:
        return Place(said, discs=(disc(landmark.latitude, landmark.longitude, km),))
    city = _city(where)
    return Place(said, discs=(disc(city.latitude, city.longitude, km),))


def _city(name: str) -> City:
    """Return the city that a name means.

    Raises:
        UnfitError: if no city of this name is known, or more than one.
    """
    meant = cities().get(words(name), ())
    same = [city for city in meant if words(city.name) == words(name)]
    if len(found := same if len(same) == 1 else meant) == 1:
        return found[0]
    if found:
        said = ", ".join(f"{city.latitude:.2f},{city.longitude:.2f} ({names()[city.country]})" for city in found)
        raise UnfitError(f"there is more than one {name}", f"write its latitude,longitude: {said}")
    near = closest(words(name), list(cities()))
    remedy = f"did you mean {cities()[near][0].name}?" if near else "write latitude,longitude such as 59.91,10.75"
    raise UnfitError(f"it is not known where {name!r} is", remedy)


def _spot(text: str) -> tuple[float, float] | None:
    found = _COORDINATES.fullmatch(text.strip())
    if found is None or abs(float(found["lat"])) > 90 or abs(float(found["lon"])) > 180:
        return None
    return float(found["lat"]), float(found["lon"])


def around_city(city: City, km: float = RADIUS_KM) -> Place:
    """Return the area in which a site named after a city may be."""
    said = f"{city.name}, {names()[city.country]}"
    return Place(said, discs=(disc(city.latitude, city.longitude, km),))


def _around_name(city: City, posts: Iterable[str]) -> Place:
    """Return the area in which a site may be if a claim has the city's name.

    "Buffalo, New York" may be anywhere in that state. With the state's postal code, as in "New York, NY", the name
    means the city.

    Args:
        city: the city.
        posts: the postal codes in the claim.
    """
    return around_city(city, RADIUS_KM if set(city.provinces) & set(posts) else city.state_km)


def understood(text: str) -> Place | None:
    """Return the place that a claim means: coordinates, a region of a cloud, a city or a country; None if unknown.

    In "Data centre 2, Oslo, Norway" the city is used, as it is more precise than the country. "Paris, Texas" may be
    another city of that name, so the whole of the United States is included. "Columbus, GA" is not Columbus in Ohio.
    The name of a state includes its territories ("San Juan, United States"); its code does not. If a claim denies
    something ("not in Russia"), its meaning is unknown.
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
    named, rest = _named_cities(asked)
    countries = [*_named_countries(asked, rest, named)]
    said = frozenset[str]().union(*countries)
    beside = _named_provinces(asked, rest)
    # With several names, it is unknown to which one a country belongs: "Seattle, US or Vancouver".
    cities_said = dict.fromkeys(
        city for each in named for city in (_of_countries(each, said) if len(named) == 1 else each)
    )
    meant = [city for city in cities_said if not _is_another(city, beside)]
    of_cities, posts = {city.country for city in meant}, list(_posts(asked))
    others = [each for each in countries if not each & of_cities]
    found = [*(_around_name(city, posts) for city in meant), *_countries(frozenset().union(*others))]
    return together(found) if found else None


def _of_countries(meant: Sequence[City], countries: frozenset[str]) -> Sequence[City]:
    """Return those cities of one name that are in the countries; all of them if none is."""
    return [city for city in meant if city.country in countries] or meant


def _is_another(city: City, beside: frozenset[Province]) -> bool:
    """Return whether the provinces in a claim show that it means another city of this name in the same country."""
    posts = {province.post for province in beside if province.country == city.country}
    return bool(city.provinces and posts) and posts.isdisjoint(city.provinces)


def _named_provinces(text: str, rest: str) -> frozenset[Province]:
    """Return the states and provinces that a text names.

    Args:
        text: the text, for postal codes.
        rest: its words without the names of cities, for names.
    """
    found = {provinces()[post] for post in _posts(text) if post in provinces()}
    for name in sorted(provinces(), key=len, reverse=True):
        if f" {name} " in rest:
            rest = rest.replace(f" {name} ", " . ")
            found.add(provinces()[name])
    return frozenset(found)


def _posts(text: str) -> Iterable[str]:
    """Return the words of a text that may be postal codes or country codes."""
    return [one or other for one, other in _POSTAL.findall(text)]


def _countries(codes: frozenset[str]) -> Iterable[Place]:
    """Yield each country as a place. A state is one place with its territories, if the codes have all of them."""
    states = [code for code in sorted(codes) if code in territories() and territories()[code] <= codes]
    for code in states:
        yield Place(f"{names()[code]} with its territories", territories()[code] | {code})
    for code in sorted(codes.difference(states, *(territories()[state] for state in states))):
        yield Place(names()[code], frozenset((code,)))


def _named_cities(asked: str) -> tuple[list[tuple[City, ...]], str]:
    """Return the cities that each name in a text may mean, and the words of the text without these names.

    The longest names are found first: "New York" is not York.
    """
    found, text = [], f" {words(asked)} "
    longer = [f" {words(asked[: each.start()])}" for each in _GOES_ON.finditer(asked)]
    for name in sorted(cities(), key=len, reverse=True):
        if f" {name} " in text:
            if not any(f" {new} {name} " in text for new in _NEW) and not any(
                each.endswith(f" {name}") for each in longer
            ):
                found.append(cities()[name])
            text = text.replace(f" {name} ", " . ")
    return found, text


def _named_countries(text: str, rest: str, named: Sequence[object]) -> Iterable[frozenset[str]]:
    """Yield the countries that each name of a country, a state or a province may mean.

    Args:
        text: the text as it was written. Codes in capitals are used if it also names a city or a country.
        rest: its words without the names of cities.
        named: the cities that it names.
    """
    known, written, found = _meanings(), f" {words(text)} ", False
    for name in sorted(known, key=len, reverse=True):
        if f" {name} " in rest:
            rest = rest.replace(f" {name} ", " . ")
            found = True
            yield known[name]
    for short in _posts(text) if named or found else ():
        codes = {short} & names().keys() | ({provinces()[short].country} if short in provinces() else set())
        spelt_out = short in names() and f" {words(names()[short])} " in written
        if codes and not spelt_out:
            yield frozenset(codes)


@lru_cache
def _meanings() -> Mapping[str, frozenset[str]]:
    """Return the countries that a name may mean. The keys are the words of the names.

    Each part of "Svalbard and Jan Mayen" is a name too.
    """
    found: dict[str, frozenset[str]] = {}
    for code, name in names().items():
        for part in {name, *_PARTS.split(name)}:
            name_of = words(part)
            found[name_of] = found.get(name_of, frozenset()) | _with_territories(code)
    for name, province in provinces().items():
        if name != province.post:
            found[name] = found.get(name, frozenset()) | {province.country}
    found |= further_names()
    found |= {name: _with_territories(code) for name, code in state_names().items()}
    return {name: codes for name, codes in found.items() if name not in _NO_NAMES}


def _with_territories(code: str) -> frozenset[str]:
    return territories().get(code, frozenset()) | {code}


def understood_host(name: str) -> Place | None:
    """Return the place that a host's name claims: a region of a cloud, or an airport with a number, as in osl1.

    It is None if the name has neither. A country code at its end is not used: the name was only registered there.
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
