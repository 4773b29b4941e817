"""The keys of a promise. Each has a parser, which turns the value into a requirement."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hostcheck.errors import UnfitError
from hostcheck.profiles.loader import CALLED, exists, known_names
from hostcheck.promise.amounts import line_named, parse_amount, require_least, write_alone
from hostcheck.promise.cpus import Cpus, Dedicated
from hostcheck.promise.disk import CLASSES, Class, DiskClass
from hostcheck.promise.engines import Engines
from hostcheck.promise.latin import in_latin, in_usual_width
from hostcheck.promise.location import parse_location
from hostcheck.promise.machine import parse_virtualization
from hostcheck.promise.measured import Measured
from hostcheck.promise.memory import Memory
from hostcheck.promise.model import Requirement
from hostcheck.promise.size import DiskSize
from hostcheck.run.metrics import (
    NETWORK_RECEIVE,
    NETWORK_SEND,
    RANDOM_READ,
    RANDOM_WRITE,
    SEQUENTIAL_READ,
    SEQUENTIAL_WRITE,
    WAL,
    spec_of,
)
from hostcheck.thresholds import parse_threshold
from hostcheck.tomltext import nearest, shown

_MOST_CPUS = 8192
_COUNT = re.compile(
    r"(?:(?:>=|≥)\s*)?(?P<count>[1-9]\d{0,3})\s*(?:[x×]\s*)?(?:(?:virtual|logical) )?"
    r"(?:v?cpus?(?: (?:cores?|threads?))?|v?cores?(?: v?cpus?)?|(?:hardware )?threads?)?",
    re.IGNORECASE,
)
"""How sellers write a number of CPUs: "4 vCPU", "4 vCPU Cores", "4x vCPU", "4 virtual cores"."""
_THREADS = re.compile(r"(?P<count>[1-9]\d{0,3})\s*(?:threads?|t|поток\w*|hilos|线程|スレッド)\b", re.IGNORECASE)
"""A number of threads: "16 Cores / 32 Threads". Each thread is a CPU of the kernel."""
_OF_CORES = re.compile(
    r"(?<![\d.,/])(?P<cores>[1-9]\d{0,2})\s*/\s*(?P<count>\d{1,3})(?![\d.,/])(?!\s*[kmgtp]i?(?:b|$))", re.IGNORECASE
)
"""Cores and threads, where the second number is the first or twice the first: "Xeon-D 1520 4/8"."""
_MORE = re.compile(
    r"(?P<count>[1-9]\d{0,3})(?:\s+(?![kMGT]?(?:hz|i?b)\b|[x×*](?:\s|\d))v?[^\W\d_]|(?=[^\x00-\x7f])[^\W\d_])",
    re.IGNORECASE,
)
"""A number before other words. Scripts without spaces have the word right behind it."""
_PRODUCT = re.compile(
    r"(?<!\w)(?P<times>\d{1,3})\s*[x×*]\s*(?P<each>\d{1,4})(?![.,]?\d)(?!\s*[kMGT]?hz)", re.IGNORECASE
)
_PART = re.compile(r"\d.{0,40}\D\d{1,9}\s{1,9}(?:dedicated|guaranteed|shared|burst)", re.IGNORECASE)
"""A number of CPUs, and a number of those with a property: "4 vCPU, 2 dedicated"."""
_CARRIED = 0.9
"""Minimum share of a link's bits that TCP carries: headers of Ethernet, IP and TCP take 6 to 7 %, an overlay more."""

_CLASSES: Mapping[Class, frozenset[str]] = {
    "nvme": frozenset({"nvme", "ssd", "pcie", "m.2", "u.2"}),
    "ssd": frozenset({"ssd", "sata"}),
}
_OF_DISKS = frozenset({"storage", "disk", "disks", "drive", "drives", "pure", "100%", "enterprise"})
"""Words that may stand beside a class of disk without changing it. Other words may change it: "SSD cached"."""

Read = Callable[[Any], Requirement]


def _virtualization(value: Any) -> Requirement:
    return parse_virtualization(_text(value, '"kvm"'))


def _cpus(value: Any) -> Requirement:
    text = in_usual_width(value).strip() if isinstance(value, str) else ""
    require_least(text)
    written = _COUNT.fullmatch(text)
    count = int(written["count"]) if written else value
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= _MOST_CPUS:
        raise UnfitError(f"cpus is {shown(value)}", _remedy_of_cpus(text))
    return Cpus(count)


def _remedy_of_cpus(text: str) -> str:
    """Return the remedy for a value of ``cpus`` that is not a number, or has other words beside it."""
    line, text = line_named(text), in_latin(text)
    if product := _PRODUCT.search(text):
        most = int(product["times"]) * int(product["each"])
        return f"write the total number of threads: {most}, if each core has one"
    if _PART.search(text):
        return "write only the number of CPUs for each of which the other lines, such as dedicated, are promised"
    if threads := _THREADS.search(text):
        return f"each thread is a CPU: {write_alone(threads['count'], line)}"
    of_cores = _OF_CORES.search(text)
    if of_cores and int(of_cores["count"]) in {int(of_cores["cores"]), 2 * int(of_cores["cores"])}:
        return f"each thread is a CPU: {write_alone(of_cores['count'], line)}"
    if more := _MORE.match(text):
        return write_alone(more["count"], line)
    return "write only the number, such as 4, and other promises on separate lines" + f", such as {line}" * bool(line)


def _dedicated(value: Any) -> Requirement:
    if value is not True:
        raise UnfitError(f"dedicated_cpu is {shown(value)}", "write true, or leave the line out")
    return Dedicated()


def _memory(value: Any) -> Requirement:
    found = parse_amount(_floor(value, "bytes", '"8 GB"'), "bytes")
    if found.times > 1:
        number, unit = found.canonical.split()
        raise UnfitError(f"memory is {shown(value)}", f'write the sum: "{Decimal(number) * found.times:f} {unit}"')
    return Memory(found.value, found.canonical)


def _disk_size(value: Any) -> Requirement:
    found = parse_amount(_floor(value, "bytes", '"160 GB"'), "bytes")
    return DiskSize(found.value, found.canonical, found.times)


def _disk(value: Any) -> Requirement:
    words = frozenset(_text(value, '"nvme"').lower().split())
    for name, written in _CLASSES.items():
        if name in words and words - _OF_DISKS <= written:
            return DiskClass(name)
    named = next((name for name in _CLASSES if name in re.findall(r"\w+", value.lower())), "")
    remedy = (
        f"write only {named}, if every disk is promised to be of this class" if named else _nearest_class(value.lower())
    )
    raise UnfitError(f"there is no class of disk {value!r}", remedy)


def _nearest_class(word: str) -> str:
    """Return the remedy for a class that is not judged: another interface is no slip."""
    judged = "write nvme or ssd; leave the line out for others"
    return judged if word in {"sas", "sata", "scsi", "hdd", "essd"} else nearest(word, CLASSES, judged)


def _engine(value: Any) -> Requirement:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise UnfitError(f"engine is {shown(value)}", 'write "docker", or ["docker", "kubernetes"]')
    return Engines(tuple(dict.fromkeys(map(_profile, names))))


def _profile(name: str) -> str:
    found = name if exists(name) else CALLED.get(name.lower(), name.lower())
    if not exists(found):
        raise UnfitError(f"there is no profile {name!r}", nearest(found, known_names()))
    return found


def _location(value: Any) -> Requirement:
    return parse_location(_text(value, '"NO"'))


@dataclass(frozen=True, slots=True)
class _Figure:
    """The parser of a key that sets a limit for metrics.

    Attributes:
        metrics: the ids of the metrics that must all meet the limit.
        unit: the unit of the metrics.
        lower: whether lower is better.
        is_link: whether the figure is that of a link, of which TCP carries less.
        example: a valid value.
    """

    metrics: tuple[str, ...]
    unit: str
    example: str
    lower: bool = False
    is_link: bool = False

    def __call__(self, value: Any) -> Requirement:
        """Parse a value.

        Raises:
            UnfitError: if the value is no quantity, or is a maximum for a metric that needs a minimum, or the reverse.
        """
        if isinstance(value, float):
            # TOML reads 25.000 as 25.
            raise UnfitError(f"the value is {shown(value)}", f"write a whole number, or a text such as {self.example}")
        text = str(value) if _is_number(value) and self.unit == "IOPS" else _text(value, self.example)
        found = parse_amount(text, self.unit)
        operator = found.operator or ("<=" if self.lower else ">=")
        if operator.startswith("<") != self.lower:
            side = "at most" if self.lower else "at least"
            raise UnfitError(
                f"{shown(value)} is a limit in the wrong direction",
                f"write the value that is promised {side}: {self.example}",
            )
        limit, note = found.value, ""
        if self.is_link or (found.in_bits and self.metrics[0].startswith("network.")):
            limit, note = limit * _CARRIED, f"{_CARRIED:.0%} of {found.canonical}"
        unit = f" {self.unit}" if self.unit else ""
        return Measured(
            tuple(parse_threshold(f"{metric} {operator} {limit:.15g}{unit}") for metric in self.metrics), note
        )


_AMOUNTS = {"IOPS": '">= 25000 IOPS"', "MB/s": '">= 500 MB/s"', "s": '"<= 10 ms"'}
"""Units that a promise may write as sellers do, each with an example."""
_BOTH = (NETWORK_SEND, NETWORK_RECEIVE)
KEYS: Mapping[str, Read] = {
    "virtualization": _virtualization,
    "cpus": _cpus,
    "dedicated_cpu": _dedicated,
    "memory": _memory,
    "disk": _disk,
    "disk_size": _disk_size,
    "random_read": _Figure((RANDOM_READ,), "IOPS", '">= 25000 IOPS"'),
    "random_write": _Figure((RANDOM_WRITE,), "IOPS", '">= 25000 IOPS"'),
    "sequential_read": _Figure((SEQUENTIAL_READ,), "MB/s", '">= 500 MB/s"'),
    "sequential_write": _Figure((SEQUENTIAL_WRITE,), "MB/s", '">= 500 MB/s"'),
    "fsync_p99": _Figure((WAL,), "s", '"<= 10 ms"', lower=True),
    "network": _Figure(_BOTH, "MB/s", '">= 1 Gbit/s"', is_link=True),
    "network_send": _Figure(_BOTH[:1], "MB/s", '">= 1 Gbit/s"', is_link=True),
    "network_receive": _Figure(_BOTH[1:], "MB/s", '">= 1 Gbit/s"', is_link=True),
    "engine": _engine,
    "location": _location,
}
"""The parser of each key. The order is that of the documentation."""


def requirement_of(key: str, value: Any) -> Requirement:
    """Return the requirement of a line of the file. A key with a dot is the id of a metric.

    Raises:
        UnfitError: if the key is unknown (the remedy names the most similar key), or the value is not valid for it.
    """
    if key in KEYS:
        return KEYS[key](value)
    if "." not in key:
        raise UnfitError(f"unknown key {key!r}", nearest(key, KEYS))
    spec = spec_of(key)
    if spec is not None and spec.unit in _AMOUNTS:
        return _Figure((key,), spec.unit, _AMOUNTS[spec.unit], lower=spec.better == "lower")(value)
    text = str(value) if _is_number(value) else _text(value, '">= 25000 IOPS"')
    if not text.lstrip().startswith((">", "<")):
        text = f"{'<=' if spec is not None and spec.better == 'lower' else '>='} {text}"
    return Measured((parse_threshold(f"{key} {text}"),))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any, example: str) -> str:
    text = in_usual_width(value) if isinstance(value, str) else ""
    if not text.strip() or not text.isprintable():
        raise UnfitError(f"the value is {shown(value)}", f"write a text, such as {example}")
    return text


def _floor(value: Any, unit: str, example: str) -> str:
    text = _text(value, example)
    operator = parse_amount(text, unit).operator
    if operator == ">":
        raise UnfitError(f"{shown(value)} excludes the amount itself", f'write ">={text.strip().lstrip(">")}"')
    if operator.startswith("<"):
        raise UnfitError(f"{shown(value)} is a limit in the wrong direction", f"write the promised minimum: {example}")
    return text
