"""Look up the addresses of this host in database files of the user: geography or networks (MaxMind DB).

Such a database contains guesses, so its records are claims. The addresses are those from which this host contacted the
landmarks; no other machine is contacted. Format: https://maxmind.github.io/MaxMind-DB/ (2.0).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostcheck.errors import UsageError
from hostcheck.place.claims import Claim
from hostcheck.place.countries import names
from hostcheck.place.landmarks import Address, literal
from hostcheck.place.measured import Measured
from hostcheck.place.places import SPOT_KM, Place, of_codes
from hostcheck.place.sphere import disc
from hostcheck.userfile import is_file

if TYPE_CHECKING:
    from maxminddb.reader import Metadata

_OF_DAMAGE = (OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError)
"""Errors that the pure-Python reader raises for a damaged file, besides its own error (observed)."""
_LONGEST = 100
"""Maximum number of characters of a database's text that are shown."""


def of_databases(paths: Sequence[Path], measured: Sequence[Measured]) -> tuple[Claim, ...]:
    """Return the claims of each database about each address of this host.

    Args:
        paths: the database files.
        measured: the measured landmarks; each has the address from which this host contacted it.

    Raises:
        UsageError: if a file is not such a database, or the extra "geo" is not installed.
    """
    found = dict.fromkeys(each.source for each in measured if each.source)
    addresses = [address for text in found if (address := literal(text)) is not None]
    return tuple(claim for path in paths for claim in _of_database(path, addresses))


def _of_database(path: Path, addresses: Sequence[Address]) -> Iterator[Claim]:
    about, records = _read(path, addresses)
    by = f"{path.name} ({_built(about.build_epoch)})"
    for address, record in zip(addresses, records, strict=True):
        if not address.is_global:
            # A private address is translated on the path, and the public address is unknown here.
            yield Claim(by, f"nothing of {address}, which is private", None)
        elif _is_unknown_to(address, about):
            yield Claim(by, f"nothing of {address}, as it has no addresses of IPv6", None)
        else:
            yield _claim(by, str(address), record)


def _read(path: Path, addresses: Sequence[Address]) -> "tuple[Metadata, list[object]]":
    """Return a database's metadata, and its record for each address; None as the record of an address that it lacks.

    Raises:
        UsageError: if the extra "geo" is not installed, or the file cannot be read.
    """
    try:
        import maxminddb  # noqa: PLC0415  an extra
    except ImportError as error:
        from hostcheck.installed import lacking  # noqa: PLC0415  only where something is missing

        raise lacking(UsageError, "reading a database", "maxminddb", "geo") from error
    reading, remedy = f"reading the database {path}", "name a file in the format MaxMind DB (.mmdb)"
    if not is_file(path):
        raise UsageError(f"{reading}: there is no such file", remedy=remedy)
    try:
        with maxminddb.open_database(path) as database:
            about = database.metadata()
            return about, [None if _is_unknown_to(each, about) else database.get(each) for each in addresses]
    except PermissionError as error:
        raise UsageError(
            f"{reading}: {error.strerror}", remedy="run the command as a user who may read the file"
        ) from error
    except (maxminddb.InvalidDatabaseError, *_OF_DAMAGE) as error:
        raise UsageError(f"{reading}: it is not a MaxMind database (.mmdb), or it is damaged", remedy=remedy) from error


def _is_unknown_to(address: Address, about: "Metadata") -> bool:
    return address.version == 6 and about.ip_version == 4


def _built(epoch: object) -> str:
    try:
        return f"of {datetime.fromtimestamp(float(str(epoch)), timezone.utc):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return "of an unknown day"


def _claim(by: str, address: str, record: object) -> Claim:
    """Return the claim of a record, which may be about geography, a network, or both."""
    if not isinstance(record, Mapping):
        return Claim(by, f"nothing of {address}", None)
    country = _code(record)
    city = _text(_in(record, "city", "names", "en") or record.get("city"))
    number = _in(record, "autonomous_system_number") or record.get("asn")
    network = _text(number if isinstance(number, str) else f"AS{number}" if isinstance(number, int) else "")
    owner = _text(record.get("autonomous_system_organization") or record.get("as_name"))
    words = [*filter(None, (city, names().get(country), " ".join(filter(None, (network, owner)))))]
    if not words:
        return Claim(by, f"nothing of {address}", None)
    return Claim(by, f"{', '.join(words)} of {address}", _place(record, city, country))


def _place(record: Mapping[str, Any], city: str, country: str) -> Place | None:
    """Return the disc of a record's coordinates and accuracy radius.

    Without a radius, return the country; None if that is unknown too.
    """
    lat, lon, km = (_number(_in(record, "location", key)) for key in ("latitude", "longitude", "accuracy_radius"))
    if lat is not None and lon is not None and km is not None and abs(lat) <= 90 and abs(lon) <= 180 and 0 < km < 20000:
        said = f"{km:g} km of {city or f'{lat:g},{lon:g}'}"
        return Place(said, discs=(disc(lat, lon, max(km, SPOT_KM)),))
    return of_codes((country,)) if country else None


def _code(record: Mapping[str, Any]) -> str:
    for found in (_in(record, "country", "iso_code"), record.get("country_code"), record.get("country")):
        if isinstance(found, str) and found.upper() in names():
            return found.upper()
    return ""


def _in(record: object, *keys: str) -> object:
    for key in keys:
        record = record.get(key) if isinstance(record, Mapping) else None
    return record


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
