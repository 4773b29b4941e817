"""Quantities as sellers write them: "25K IOPS", "1 Gbit/s", "8G".

Each is converted to a text that ``hostcheck.units`` parses.
An ambiguous unit is read as the smaller one, in favour of the seller (GB is 10^9 bytes). The text is refused if no
reading is usual (mb/s).
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Literal, NamedTuple

from hostcheck.errors import UnfitError
from hostcheck.promise.latin import in_latin
from hostcheck.promise.words import without_nouns
from hostcheck.units import QuantityError, example_in, parse_quantity

Operator = Literal[">=", ">", "<=", "<"]

_OPERATORS: dict[str, Operator] = {">=": ">=", "≥": ">=", "<=": "<=", "≤": "<=", ">": ">", "<": "<"}
_LIMITED = re.compile(r"\s*(?P<operator>>=|<=|≥|≤|>|<)?\s*(?P<rest>.*)", re.DOTALL)
_NUMBER = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[^\s\d,.].*)?")
_SPACED = re.compile(r"(?<!\d)(\d{1,3})((?:[ '\u2019]\d{3})+)(?!\d)")
"""Digits in groups of three, separated by spaces (ISO 80000-1) or apostrophes. Neither can be a decimal sign."""
_THOUSANDS = re.compile(r"(?P<number>[1-9]\d{0,2}\.\d{3})(?P<unit>(?!\d)(?!\s*[tT]).*)", re.DOTALL)
"""A number whose point may separate thousands: "25.000". Terabytes are excepted: disks of 1.920 TB are sold."""
_SEVERAL = re.compile(r"(?:(?P<count>\d{1,2})\s*[x×*]|\((?P<listed>\d{1,2})\))\s*(?P<rest>\S.*)", re.IGNORECASE)
_SEVERAL_AFTER = re.compile(r"(?P<rest>.*[^\W\d])\s*[x×*]\s*(?P<count>\d{1,2})(?P<listed>)", re.IGNORECASE)
"""Several disks: "2 x 512 GB", "512 GB x 2", and "(2) 512 GB"."""
_TIMES_MORE = re.compile(r"[x×*]\s*\d", re.IGNORECASE)
_NO_LEAST = re.compile(
    r"\s*(?:(?:up\s?-?\s?to|bis(?:\s?zu)?|jusqu['\u2019]à|hasta|fino\s?a|до|max(?:\.|imum|imal)?|circa|ca\.?"
    r"|approx(?:\.|imately)?|about)(?!\w)|[~≈])",
    re.IGNORECASE,
)
"""Words before a quantity that take back its minimum."""
_PER_SECOND = re.compile(
    r"(?:\s{0,9}/\s{0,9}|\s{1,9}(?:per|pro|par)\s{1,9})(?:s|sec|sek|seconds?|sekunde|seconde)\b\.?(?![-\w])",
    re.IGNORECASE,
)
"""How a rate ends, in English, German and French: "MB/sek", "MB per second"."""
_VOLUME = re.compile(r"[\d.]+\s*[MGTP]i?B\b(?!/s)[^@]*")
"""An amount of data, which plans call bandwidth: "2TB Bandwidth". ``_with_more`` reads "1TB @ 1Gbps"."""

_BESIDE = re.compile(r"[()\[\]|;]|,(?!\d)|(?<=[a-z])-|(?<=[A-Za-z])(?=[^\x00-\x7f])")
"""What may be between a quantity and other words: "1 GBit/s-Port", "(1 Gbps)", or nothing before another script."""
_AT = re.compile(r"(?<!\s)\s+at\s+", re.IGNORECASE)

_PREFIX = {"k": "k", "K": "k", "m": "M", "M": "M", "g": "G", "G": "G", "t": "T", "T": "T"}
_SIZE = re.compile(r"(?P<prefix>[kKmMgGtT])(?P<binary>i)?(?:[bBo]|bytes?|octets?)?")
"""A "Go" is a gigaoctet, as French sellers write."""
_BITS = re.compile(
    r"(?P<prefix>[kKMGTgt])?b(?:/s|/sec|ps)|(?P<alone>[MGT])b"
    r"|(?P<word>(?i:kilo|mega|giga|tera|[kmgt])?)(?i:bits?(?:/s|/sec|ps)?)",
    re.ASCII,
)
_BYTES = re.compile(r"(?P<prefix>[kKMGT])(?P<binary>i)?(?:[Bo]|[Bb]ytes?|octets?)(?:/s|/sec|ps)")
_IOPS = re.compile(r"(?P<prefix>[kKM])?\s*(?:iops|io/s|ios)?", re.IGNORECASE)
_TIMES = {
    "msec": "ms",
    "msecs": "ms",
    "usec": "µs",
    "usecs": "µs",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    **dict.fromkeys(("millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("microsecond", "microseconds"), "µs"),
}
_NOUNS: Mapping[str, frozenset[str]] = {
    "bytes": frozenset(
        {"ram", "memory", "disk", "storage", "space", "system", "of"}
        | {"arbeitsspeicher", "de", "memoria", "pamięci", "озу", "оперативной", "памяти", "内存"}
    ),
    "MB/s": frozenset({"port", "uplink", "link", "network", "connection", "speed", "bandwidth", "anbindung", "порт"}),
}
"""Words after a quantity that only name the sold thing, by unit: "8 GB RAM", "8 GB de RAM", "1 Gbps port"."""
_PROMISED = frozenset({"guaranteed"})
_DIRECTION = re.compile(
    r"\b(?:(?P<down>down(?:load|stream|link)?|in(?:bound|gress)?|receive)|up(?:load|stream)?|out(?:bound)?|egress|send)\b",
    re.IGNORECASE,
)
_LINES = {
    "nvme": 'disk = "nvme"',
    "ssd": 'disk = "ssd"',
    "dedicated": "dedicated_cpu = true",
    "kvm": 'virtualization = "kvm"',
}
"""For a word that promises something besides the quantity: the line of the file that promises it."""
_RATES = "write Mbit/s, Gbit/s, MB/s or GB/s"
_POWERS = {"": 0, "k": 1, "M": 2, "G": 3, "T": 4}


class Quantity(NamedTuple):
    """A quantity of a promise.

    Attributes:
        value: the value in the requested unit.
        canonical: the quantity as profiles and policies write it.
        operator: the operator in the text; empty if the text has none.
        in_bits: whether the unit in the text was bits.
        times: the count in "2 x 512 GB"; otherwise 1.
    """

    value: float
    canonical: str
    operator: Operator | Literal[""] = ""
    in_bits: bool = False
    times: int = 1


def parse_amount(text: str, unit: str) -> Quantity:
    """Parse a quantity.

    Args:
        text: the seller's text: "≥ 25K IOPS".
        unit: the unit of the returned value: "bytes", "MB/s", "s" or "IOPS". A text may omit only "IOPS".

    Raises:
        UnfitError: if the text is not a quantity above 0, is ambiguous, or promises no minimum.
    """
    if unit != "s":
        require_least(text)
    limited = _LIMITED.fullmatch(text)
    assert limited is not None
    rest = _SPACED.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), limited["rest"].strip())
    rest = without_nouns(in_latin(rest), _NOUNS.get(unit, frozenset()) | _PROMISED)
    count = 1
    several = _SEVERAL.fullmatch(rest) or _SEVERAL_AFTER.fullmatch(rest)
    if several and unit == "MB/s" and _is_quantity(several["rest"], unit):
        raise UnfitError(f"{text!r} is several lines", "write what they carry together at least, as one rate")
    if several and unit == "bytes":
        count, rest = int(several["count"] or several["listed"]), several["rest"]
    if found := _THOUSANDS.fullmatch(rest):
        whole, less = found["number"].replace(".", ""), found["number"].rstrip("0").rstrip(".")
        raise UnfitError(f"{text!r} can mean {whole} or {less}", f"write {whole}{found['unit']}, or {less}")
    if unit == "MB/s":
        rest = _AT.sub(" @ ", _PER_SECOND.sub("/s", rest))
    if unit == "MB/s" and _VOLUME.fullmatch(rest):
        raise _with_more(rest, unit, count, text) or UnfitError(f"{text!r} is an amount of data, not a rate", _RATES)
    canonical, in_bits = _canonical(rest, unit)
    try:
        value = parse_quantity(canonical, unit, bare=unit == "IOPS")
    except QuantityError as error:
        remedy = _RATES if unit == "MB/s" and "," not in rest else error.remedy
        raise _with_more(rest, unit, count, text) or UnfitError(error.problem, remedy) from error
    if not 0 < value < 1 << 62 or count == 0:
        raise UnfitError(f"{text!r} is not a possible promise", f"write a quantity above 0, such as {example_in(unit)}")
    return Quantity(value, canonical, _OPERATORS.get(limited["operator"] or "", ""), in_bits, count)


def require_least(text: str) -> None:
    """Require that a text does not begin with words that take back a minimum, such as "up to".

    Raises:
        UnfitError: if the text begins with such words.
    """
    if _NO_LEAST.match(text):
        raise _without_least(text)


def _without_least(written: str) -> UnfitError:
    return UnfitError(f"{written!r} does not promise a minimum", "leave the line out, or write the promised minimum")


def line_named(text: str) -> str:
    """Return the line of a file that promises what these words name: 'disk = "nvme"'. Empty if there is none."""
    words = re.findall(r"\w+", text.lower())
    return next((line for word, line in _LINES.items() if word in words), "")


def _with_more(text: str, unit: str, count: int, written: str) -> UnfitError | None:
    """Return the error for a quantity with other words beside it; None if the text is not of that kind.

    The words may restrict the promise. ``written`` is the seller's whole text, for the message.
    """
    if unit == "MB/s" and (lines := _by_direction(text)):
        return UnfitError(f"{written!r} names directions", f"write {' and '.join(lines)}")
    before, _, after = map(str.strip, text.rpartition("@"))
    # "1TB @ 1Gbps": a volume and a rate.
    if unit == "MB/s" and before and _is_quantity(after, unit):
        return _more(written, before, after, "")
    words = text.split()
    # "8GB DDR4" and "8 GB DDR4".
    for length in range(1, min(3, len(words))):
        first, more = " ".join(words[:length]).rstrip(",;"), " ".join(words[length:])
        if _TIMES_MORE.match(more):
            return None
        if _is_quantity(first, unit):
            if more.startswith("+"):
                return UnfitError(
                    f"{written!r} is several quantities", "write only the promised minimum, as one quantity"
                )
            return _more(written, more, f"{count} x {first}" if count > 1 else first, line_named(more))
    return _within(text, unit, count, written)


def _within(text: str, unit: str, count: int, written: str) -> UnfitError | None:
    """Return the error for a quantity among other words, "Unlimited 1 Gbit"; None if there is not exactly one."""
    words = _BESIDE.sub(" ", text).split()
    spans = [words[place:end] for place in range(len(words)) for end in (place + 1, place + 2) if end <= len(words)]
    found = [" ".join(span) for span in spans if _is_quantity(" ".join(span), unit)]
    if len(found) != 1:
        return None
    before, _, after = text.partition(found[0])
    if any(_NO_LEAST.match(before[word.start() :]) for word in re.finditer(r"\S+", before)):
        return _without_least(written)
    more = f"{before.strip()} {after.strip()}".strip()
    return _more(written, more, f"{count} x {found[0]}" if count > 1 else found[0], line_named(more))


def _by_direction(text: str) -> list[str]:
    """Return the lines for "100 Mbps down / 50 Mbps up"; none if the text does not give a direction to each rate."""
    lines = []
    for part in re.split(r"\s{0,9}[/,;+&]\s{1,9}|\s{1,9}and\s{1,9}", text):
        word = _DIRECTION.search(part)
        rate = _DIRECTION.sub("", part).strip(" :")
        if word is None or not _is_quantity(rate, "MB/s"):
            return []
        lines.append(f'{"network_receive" if word["down"] else "network_send"} = "{rate}"')
    return lines


def _more(text: str, more: str, alone: str, line: str) -> UnfitError:
    return UnfitError(f"{text!r} has more than a quantity: {more!r} cannot be judged", write_alone(alone, line))


def write_alone(alone: str, line: str) -> str:
    """Return the remedy for a quantity with other words beside it.

    Args:
        alone: the quantity without the words.
        line: the line of the file that makes the promise of these words; may be empty.
    """
    return f"write only {alone!r}, if that is the promised minimum" + (f"; and {line}" if line else "")


def _is_quantity(text: str, unit: str) -> bool:
    with suppress(QuantityError, UnfitError):
        parse_quantity(_canonical(text, unit)[0], unit, bare=False)
        return True
    return False


def _canonical(text: str, unit: str) -> tuple[str, bool]:
    """Return the quantity with a unit of ``hostcheck.units``, and whether it was in bits.

    A text that is not a number with a known unit is returned as it is.

    Raises:
        UnfitError: if a bandwidth's unit may mean bits or bytes.
    """
    found = _NUMBER.fullmatch(text)
    written = (found["unit"] or "").strip() if found else ""
    if found is None or not written:
        return text, False
    number = found["number"]
    if unit == "bytes" and (size := _SIZE.fullmatch(written)):
        prefix = _PREFIX[size["prefix"]]
        return f"{number} {prefix.upper() if size['binary'] else prefix}{size['binary'] or ''}B", False
    if unit == "IOPS" and (rate := _IOPS.fullmatch(written)):
        return f"{number}{_PREFIX.get(rate['prefix'] or '', '')} IOPS", False
    if unit == "MB/s":
        return _bandwidth(number, written, text)
    return f"{number} {_TIMES.get(written, written)}", False


def _bandwidth(number: str, written: str, text: str) -> tuple[str, bool]:
    if found := _BYTES.fullmatch(written):
        prefix = _PREFIX[found["prefix"]]
        return f"{number} {prefix.upper() if found['binary'] else prefix}{found['binary'] or ''}B/s", False
    if written in {"mb/s", "mbps/s", "mb", "gb"} or written.endswith("б/с"):  # noqa: RUF001 - Cyrillic
        raise UnfitError(f"{written!r} in {text!r} may mean bits or bytes, or is not a rate", _RATES)
    # "mbps" is bits to every seller; "mb/s" is not.
    if found := _BITS.fullmatch("Mbps" if written == "mbps" else written):
        prefix = _PREFIX.get(found["prefix"] or found["alone"] or (found["word"] or "")[:1], "")
        rate = Decimal(number) * 1000 ** _POWERS[prefix] / 8 / 10**6
        return f"{rate.normalize():f} MB/s", True
    return f"{number} {written}", False
