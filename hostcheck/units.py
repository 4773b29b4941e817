"""Parse quantities that people write: "400 GB", "2 GiB", "10k IOPS", "5 ms", "120 MB/s", "50 %".

kB, MB and GB are powers of 1,000 (SI), KiB, MiB and GiB of 1,024 (IEC 80000-13). Case matters, because "Mb" can mean
megabits, and "m" minutes or thousandths.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_TEXT = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)\s*(?P<unit>[^\s\d].*)?")
_THOUSANDS = {"k": 1_000, "M": 1_000_000}
_SI = {letter: 1_000**power for power, letter in enumerate(("", "k", "M", "G", "T", "P"))}
_IEC = {f"{letter}i": 1_024**power for power, letter in enumerate(("", "K", "M", "G", "T", "P")) if letter}


class _Unit(NamedTuple):
    """The dimension of a unit, and its size in the base unit of the dimension."""

    measures: str
    size: Decimal


class _Target(NamedTuple):
    """A unit of facts or metrics, with an example and a hint for messages."""

    measures: str
    size: Decimal
    example: str
    allowed: str


def _sizes() -> Iterator[tuple[str, _Unit]]:
    for prefix, factor in (_SI | _IEC).items():
        yield f"{prefix}B", _Unit("an amount of data", Decimal(factor))
        yield f"{prefix}B/s", _Unit("a rate of data", Decimal(factor))


_UNITS: dict[str, _Unit] = {
    **dict(_sizes()),
    "bytes": _Unit("an amount of data", Decimal(1)),
    "ns": _Unit("a time", Decimal("1e-9")),
    "µs": _Unit("a time", Decimal("1e-6")),
    "us": _Unit("a time", Decimal("1e-6")),
    "ms": _Unit("a time", Decimal("1e-3")),
    "s": _Unit("a time", Decimal(1)),
    "min": _Unit("a time", Decimal(60)),
    "h": _Unit("a time", Decimal(3600)),
    "d": _Unit("a time", Decimal(86_400)),
    "IOPS": _Unit("a rate of I/Os", Decimal(1)),
    "events/s": _Unit("a rate of events", Decimal(1)),
    "containers": _Unit("a number of containers", Decimal(1)),
    "CPUs": _Unit("a number of CPUs", Decimal(1)),
    "×": _Unit("a ratio", Decimal(1)),
    "%": _Unit("a share", Decimal(1)),
}
_DATA = "kB, MB, GB and TB are powers of 1,000, KiB, MiB, GiB and TiB of 1,024"
_TIMES = "the units of time are ns, µs, ms, s, min, h and d"
_TARGETS = {
    "bytes": _Target("an amount of data", Decimal(1), "400 GB", _DATA),
    "MB/s": _Target("a rate of data", Decimal(10**6), "120 MB/s", f"{_DATA}, each with /s"),
    "s": _Target("a time", Decimal(1), "5 ms", _TIMES),
    "ms": _Target("a time", Decimal("1e-3"), "5 ms", _TIMES),
    "IOPS": _Target("a rate of I/Os", Decimal(1), "10k IOPS", "k is 1,000 and M 1,000,000"),
    "events/s": _Target("a rate of events", Decimal(1), "1500 events/s", "k is 1,000 and M 1,000,000"),
    "containers": _Target("a number of containers", Decimal(1), "200 containers", "k is 1,000 and M 1,000,000"),
    "CPUs": _Target("a number of CPUs", Decimal(1), "3.8 CPUs", "CPU time of one CPU is 1"),
    "×": _Target("a ratio", Decimal(1), "3 ×", "a ratio is written with ×"),
    "MB": _Target("an amount of data", Decimal(10**6), "30 MB", _DATA),
    "%": _Target("a share", Decimal(1), "50 %", "a share is written with %"),
    "": _Target("a count", Decimal(1), "10k", "k is 1,000 and M 1,000,000"),
}
_COUNTED = ("IOPS", "events/s", "containers")
"""Units of counts. k and M may precede them."""
_COMMON_SLIPS = {
    "K": "write kB (1,000 bytes) or KiB (1,024)",
    "KB": "write kB (1,000 bytes) or KiB (1,024)",
    **dict.fromkeys(("kb", "Kb"), "write kB (1,000 bytes) or KiB (1,024); kb can mean bits"),
    **dict.fromkeys(("Mb", "Gb", "Tb"), "write MB, GB or TB, or MiB, GiB or TiB; Mb and Gb can mean bits"),
    "m": "write ms or min",
    "sec": "write s",
    "seconds": "write s",
    "percent": "write %",
}


class QuantityError(ValueError):
    """An error: a text is not a quantity of the required dimension.

    Attributes:
        problem: the mistake, in words.
        remedy: a valid value, in words.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        """Take the problem and the remedy, each as a clause without a full stop."""
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy = problem, remedy


def example_in(unit: str) -> str:
    """Return an example of a quantity in this unit, as people write it."""
    return _TARGETS[unit].example


def parse_quantity(text: str, unit: str, *, bare: bool = False) -> float:
    """Parse a number with a unit into a number in another unit of the same dimension.

    Args:
        text: the text, such as "400 GB".
        unit: the required unit: "bytes", "MB/s", "s", "ms", "IOPS", "events/s", "%", or "" for a count.
        bare: whether a number without a unit is permitted. Such a number is in the required unit.

    Returns:
        The number; an int if it is whole.

    Raises:
        QuantityError: if the text is not a number with a unit, or the unit is unknown or has another dimension.
    """
    target = _TARGETS[unit]
    found = _TEXT.fullmatch(text.strip())
    if found is None or "," in text:
        remedy = "write the number without commas" if "," in text else f"write it like {target.example}"
        raise QuantityError(f"{text!r} is not a quantity", remedy)
    value = Decimal(found["number"]) * _size(text, found["unit"] or "", unit, bare=bare) / target.size
    return int(value) if value == value.to_integral_value() else float(value)


def unit_in(text: str) -> str:
    """Return the unit of the metrics for which a quantity can be a limit: "s" for "5 ms"; "" for a bare number.

    Raises:
        QuantityError: if no metric has that dimension.
    """
    found = _TEXT.fullmatch(text.strip())
    written = (found["unit"] or "") if found else ""
    if not written:
        return ""
    for unit in _COUNTED:
        if written.endswith(unit) and written.removesuffix(unit).rstrip() in {"", *_THOUSANDS}:
            return unit
    if written in _THOUSANDS:
        return "IOPS"
    measures = _UNITS[written].measures if written in _UNITS else ""
    for unit in ("MB/s", "s"):
        if measures == _TARGETS[unit].measures:
            return unit
    raise QuantityError(
        f"{written!r} in {text!r} is not a unit of a metric", "metrics are in IOPS, events/s, containers, MB/s or s"
    )


def _size(text: str, written: str, unit: str, *, bare: bool) -> Decimal:
    """Return the size of the written unit, in the base unit of its dimension."""
    target = _TARGETS[unit]
    if unit in {"", *_COUNTED} and (thousands := _thousands(written, unit)):
        return Decimal(thousands)
    if not written:
        if bare or unit == "":
            return target.size
        raise QuantityError(f"{text!r} has no unit", f"write it like {target.example}; {target.allowed}")
    known = _UNITS.get(written.replace("μ", "µ"))
    if known is None:
        raise QuantityError(f"{written!r} in {text!r} is not a unit", _remedy(written, target))
    if known.measures != target.measures:
        wanted = f"{target.measures} in {unit}" if unit else "a count without a unit"
        raise QuantityError(f"{text!r} is {known.measures}, not {wanted}", f"write it like {target.example}")
    return known.size


def _thousands(written: str, unit: str) -> int | None:
    """Return the factor of k or M, before a unit or alone; None for any other text."""
    rest = written.removesuffix(unit).rstrip() if unit else written
    return _THOUSANDS.get(rest) if written else None


def _remedy(written: str, target: _Target) -> str:
    if slip := _COMMON_SLIPS.get(written):
        return slip
    same = [name for name in _UNITS if name.casefold() == written.casefold()]
    meant = f"did you mean {same[0]}? " if same else ""
    return f"{meant}write it like {target.example}; {target.allowed}"
