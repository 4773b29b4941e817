"""Read values of fio's options: sizes, numbers and times, as fio reads them (str_to_decimal in its parse.c)."""

import re
from collections.abc import Callable, Mapping

from hostcheck.run.fio_options import OPTIONS, SAME, Reading

_SIZE = re.compile(r"(0x[0-9a-f]{1,15}|[0-9]{1,12})(?:([kmgtp])(ib|i|b)?|b)?", re.IGNORECASE)
_PREFIXES = "kmgtp"
_OFF = {"0", "0s", "none"}
_TIME = re.compile(r"(\d{1,12})(d|day|h|hr|m|min|s|sec|ms|msec|us|usec)?", re.IGNORECASE)
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6}
_SECONDS |= {"day": 86400, "hr": 3600, "min": 60, "sec": 1, "msec": 1e-3, "usec": 1e-6}
_NOTHING = re.compile(r"\b0{1,9}%(?=,|$)")
"""A pattern for a share of a size that is 0 %."""
_RATIO = re.compile(r"(?<![\w.])[0-9]{1,9}\.[0-9]{1,9}(?![\w.])")


def size(text: str, kb_base: int = 1024) -> int | None:
    """Read a size as fio does, in bytes: "4k", "4kb", "1m", "4096", "0x1000"; None for anything else.

    With ``kb_base=1024``, "k" is 1024 bytes. For compatibility with fio's first versions, "KiB" is then 1000 bytes.
    With ``kb_base=1000`` the two are exchanged (get_mult_bytes in fio's parse.c).
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    base = 2024 - kb_base if (match[3] or "").lower() == "ib" else kb_base
    number = int(match[1], 16) if match[1][:2] in ("0x", "0X") else int(match[1])
    power = _PREFIXES.index(match[2].lower()) + 1 if match[2] else 0
    return number * int(base**power)


def number(text: str) -> int | None:
    """Read a number as fio does: "8", "0x8", "1k"; None for anything else, or if it exceeds 999,999."""
    found = size(text)
    return found if found is not None and found < 10**6 else None


def duration(text: str) -> float | None:
    """Parse a time as fio does, in seconds: "60", "60s", "1m", "500ms"; None for anything else."""
    match = _TIME.fullmatch(text.strip())
    return int(match[1]) * _SECONDS[(match[2] or "s").lower()] or None if match else None


def kb_base(options: Mapping[str, str], name: str) -> int:
    """Return the number of bytes in a "k" of an option's value: 1000 or 1024.

    fio reads its options one after another, and ``kb_base`` changes only those that follow it. Its JSON has the options
    in this order: of a job file ``kb_base`` is the first (opt_cmp in fio's parse.c).
    """
    before = list(options)[: list(options).index(name)] if name in options else ()
    return 1000 if options.get("kb_base") == "1000" and "kb_base" in before else 1024


def uniform(name: str, text: str, base: int = 1024) -> str:
    """Return an option's value in one form for all equal values; a text that is not valid for the option unchanged.

    Args:
        name: the option's primary name. An unknown one is read as a size.
        text: the value as given. The values of reads, writes and trims may be parted by commas.
        base: number of bytes in a "k".
    """
    text = text.strip()
    reading = OPTIONS[name].reading if name in OPTIONS else "size"
    if reading == "text":
        return SAME.get((name, text), text)
    if reading == "ratios":
        return _RATIO.sub(lambda match: f"{float(match[0]):g}", text)
    if reading == "switch":
        return "1" if not text else text if (found := size(text)) is None else str(int(found != 0))
    if reading == "size":
        text = _NOTHING.sub("0", text)
    parts = [_READ[reading](part, base) if part else part for part in text.split(",")]
    # fio takes the last one for the directions behind it, unless it is empty.
    while len(parts) > 1 and parts[-1] and parts[-1] == parts[-2]:
        parts.pop()
    return ",".join(parts)


def is_on(name: str, value: str) -> bool:
    """Return whether an option is set to something else than off or its default; ``value`` is one of ``uniform``."""
    default = OPTIONS[name].default if name in OPTIONS else "0"
    return value != default and (value not in _OFF or default == "")


def _number(text: str, base: int) -> str:
    found = size(text, base)
    return _RATIO.sub(lambda match: f"{float(match[0]):g}", text) if found is None else str(found)


def _short(text: str, base: int) -> str:
    number = size(text, base)
    if number is None:
        return text
    for letter, power in (("t", 40), ("g", 30), ("m", 20), ("k", 10)):
        if number and number % (1 << power) == 0:
            return f"{number >> power}{letter}"
    return str(number)


def _time(text: str, unit: str) -> str:
    """Return a time as "60s" or "1500us". ``unit`` is the one in which fio reads a number without a unit."""
    if not text.strip("0smhdu"):
        return "0s"
    seconds = duration(text if not text.isdecimal() else f"{text}{unit}")
    if seconds is None:
        return text
    micros = round(seconds * 1_000_000)
    return f"{micros // 1_000_000}s" if micros % 1_000_000 == 0 else f"{micros}us"


_READ: Mapping[Reading, Callable[[str, int], str]] = {
    "size": _short,
    "number": _number,
    "seconds": lambda text, _: _time(text, "s"),
    "microseconds": lambda text, _: _time(text, "us"),
}
