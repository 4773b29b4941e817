"""Claims about where a host is: by its files, its name, its seller, its provider, or a database file of the user.

A claim is no evidence. Round trips can contradict a claim, but never prove it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hostcheck.host.base import Host
from hostcheck.place.countries import code_of, names
from hostcheck.place.gazetteer import region
from hostcheck.place.places import Place, around_city, of_codes, understood, understood_host

_SELLER = "the seller"
_LOCALES = ("/etc/locale.conf", "/etc/default/locale")
_APT = "/etc/apt"
_ZONES = ("/usr/share/zoneinfo/zone1970.tab", "/usr/share/zoneinfo/zone.tab")
_DMI = "/sys/class/dmi/id"
_DMI_FIELDS = ("sys_vendor", "product_name", "product_version", "chassis_asset_tag")
_MOST_FILES = 100
_LANG = re.compile(r"^(?:export )?(?:LANG|LC_ALL)=[\"']?[a-z]{2,3}_([A-Z]{2})\b", re.MULTILINE)
_URL_HOST = re.compile(r"\bhttps?://([A-Za-z0-9.-]{1,253})")
_COUNTRY_MIRROR = re.compile(
    r"(?:(?P<ubuntu>[a-z]{2})\.archive\.ubuntu\.com|ftp\d?\.(?P<debian>[a-z]{2})\.debian\.org)"
)
_CLOUD_MIRROR = re.compile(r"(?P<zone>[a-z0-9-]+)\.(?:ec2|gce|clouds)\.(?:archive|ports)\.ubuntu\.com")
_UK = {"uk": "GB", "el": "GR"}
"""Country labels in host names that differ from the ISO 3166-1 code."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about where the host is.

    Attributes:
        by: the source of the claim.
        said: the text of the claim, unchanged.
        place: the place that the text means; None if unknown.
    """

    by: str
    said: str
    place: Place | None


def of_seller(text: str) -> Claim:
    """Return the seller's claim, as given by the user."""
    return Claim(_SELLER, text, understood(text))


def of_host(host: Host) -> tuple[Claim, ...]:
    """Return the claims in files of the host. A file that names no place is left out."""
    return (*_dmi(host), *_hostname(host), *_time_zone(host), *_locale(host), *_mirrors(host))


def _dmi(host: Host) -> Iterator[Claim]:
    """Yield the claims in texts of the firmware that name a place."""
    for name in _DMI_FIELDS:
        text = (host.read(f"{_DMI}/{name}").text or "").strip()
        place = understood(text) if text else None
        if place is not None:
            yield Claim(f"DMI {name}", text, place)


def _hostname(host: Host) -> Iterator[Claim]:
    name = (host.read("/proc/sys/kernel/hostname").text or host.read("/etc/hostname").text or "").strip()
    if place := understood_host(name):
        yield Claim("the host's name", name, place)


def _time_zone(host: Host) -> Iterator[Claim]:
    target = host.readlink("/etc/localtime").text or ""
    _, found, zone = target.strip("\0\n").partition("/zoneinfo/")
    if found and "/" in zone and not zone.startswith("Etc/"):
        codes = countries_of_zone(zone, ((host.read(path).text or "") for path in _ZONES))
        yield Claim("the time zone", zone, of_codes(codes) if codes else None)


def countries_of_zone(zone: str, tables: Iterable[str]) -> tuple[str, ...]:
    """Return the countries that use a time zone, by the tables of the host (zone1970.tab, zone.tab of tzdb)."""
    for table in tables:
        for line in table.splitlines():
            fields = line.split("\t")
            if len(fields) > 2 and fields[2] == zone and not line.startswith("#"):
                return tuple(code for code in fields[0].split(",") if code in names())
    return ()


def _locale(host: Host) -> Iterator[Claim]:
    for path in _LOCALES:
        found = _LANG.search(host.read(path).text or "")
        if found and found[1] in names() and found[1] != "US":
            yield Claim("the locale", found[0].strip(), of_codes((found[1],)))
            return


def _mirrors(host: Host) -> Iterator[Claim]:
    """Yield the claims of apt's mirrors whose name contains a country or a region."""
    seen = set()
    for path in _sources(host):
        text = "\n".join(
            line for line in (host.read(path).text or "").splitlines() if not line.lstrip().startswith("#")
        )
        for mirror in map(str.lower, _URL_HOST.findall(text)):
            if mirror not in seen and (place := place_of_mirror(mirror)):
                yield Claim("a mirror of apt", mirror, place)
            seen.add(mirror)


def _sources(host: Host) -> Iterator[str]:
    yield f"{_APT}/sources.list"
    for name in (host.listdir(f"{_APT}/sources.list.d") or ())[:_MOST_FILES]:
        if name.endswith((".list", ".sources")):
            yield f"{_APT}/sources.list.d/{name}"


def place_of_mirror(name: str) -> Place | None:
    """Return the place in a mirror's name: the country in ftp.no.debian.org, or the region of a cloud's mirror."""
    if found := _COUNTRY_MIRROR.fullmatch(name):
        code = found["ubuntu"] or found["debian"]
        known = _UK.get(code) or code_of(code)
        return of_codes((known,)) if known else None
    if found := _CLOUD_MIRROR.fullmatch(name):
        zone = found["zone"]
        city = region(zone) or region(re.sub(r"(?:-?[a-z])$", "", zone))
        return around_city(city) if city else None
    return None


def of_metadata(answers: Mapping[str, str]) -> tuple[Claim, ...]:
    """Return the claims of providers' metadata services.

    Args:
        answers: the answer of each service, by the key of its provider.
    """
    from hostcheck.place.metadata import PROVIDERS  # noqa: PLC0415  few ask for it

    return tuple(
        Claim(f"{PROVIDERS[provider].name}'s metadata", said, place_of_region(said, provider))
        for provider, said in answers.items()
    )


def place_of_region(said: str, provider: str) -> Place | None:
    """Return the place that a provider's region means; None if unknown.

    Known names of regions and zones are tried first, then the words in the name.
    """
    last = said.rpartition("/")[2].strip()
    for name in (last, re.sub(r"-?[a-z]$", "", last), re.sub(r"-(?:dc)?\d{1,2}$", "", last)):
        if city := region(name, provider):
            return around_city(city)
    return understood(last)
