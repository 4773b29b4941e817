"""Values that the client of Docker refuses before it asks an engine: numbers, sizes, durations, modes and addresses.

Sources: docker/cli, cli/command/container/opts.go and opts/; go-units (ulimit.go); tried with Docker 28.2.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from hostcheck.workloadfiles.mounts import TARGETS, fields_of_mount
from hostcheck.workloadfiles.sizes import docker_bytes

_WHOLE = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_NEGATIVE = re.compile(r"-0*[1-9]\d*")
_NO_SHARE = re.compile(r"-(?:[2-9]|[1-9]\d+)|\+?(?:10[1-9]|1[1-9]\d|[2-9]\d\d|[1-9]\d{3,})")
"""Decimal numbers below -1 or above 100: Docker's engine refuses them for memory-swappiness (daemon_unix.go)."""
_DURATION = re.compile(r"[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_MAC = re.compile(
    r"[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){7}|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2,3}"
)
_RULE = re.compile(r"[acb] (?:\d+|\*):(?:\d+|\*) [rwm]{1,3}")
_EXPOSED = re.compile(r"\d+(?:-\d+)?(?:/\w+)?")
_ULIMIT = re.compile(
    r"(?:core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)"
    r"=-?\d+(?::-?\d+)?"
)
_RATE = re.compile(r"/dev/[^:]+:[\w.]+")
_TRUTHS = frozenset(["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"])
_ALONE = frozenset({"readonly", "ro", "volume-nocopy", "bind-nonrecursive", "bind-create-src"})
"""Fields of a mount that may have no value."""
_TARGETS = frozenset(TARGETS)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    name, found, address = text.partition("=") if "=" in text else text.partition(":")
    return bool(name and found) and (address == "host-gateway" or _is_address(address))


def _is_mount(text: str) -> bool:
    fields = fields_of_mount(text)
    keys = {key.strip().lower() for key, _ in fields}
    return bool(keys & _TARGETS) and all(value is not None or key.strip().lower() in _ALONE for key, value in fields)


def _is_gpus(text: str) -> bool:
    """Whether each count is a number or "all": docker/cli, opts/gpus.go."""
    counts = [
        key if value is None else value for key, value in fields_of_mount(text) if value is None or key == "count"
    ]
    return all(count == "all" or _DECIMAL.fullmatch(count) for count in counts)


def _matches(*patterns: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: any(pattern.fullmatch(text) is not None for pattern in patterns)


def _is_of(*texts: str, start: str = "\0") -> Callable[[str], bool]:
    return lambda text: text in texts or text.startswith(start)


def _is_size(text: str) -> bool:
    return text == "-1" or docker_bytes(text) is not None


_TESTS: Sequence[tuple[str, Callable[[str], bool], str]] = (
    (
        "blkio-weight cpu-period cpu-quota cpu-shares oom-score-adj pids-limit",
        _matches(_WHOLE),
        "a whole number",
    ),
    ("cpu-rt-period cpu-rt-runtime stop-timeout", _matches(_WHOLE), "a whole number"),
    ("health-retries", lambda text: _matches(_WHOLE)(text) and not _NEGATIVE.fullmatch(text), "0 or more"),
    ("memory-swappiness", lambda text: _matches(_WHOLE)(text) and not _NO_SHARE.fullmatch(text), "-1 to 100"),
    ("gpus", _is_gpus, "a number of processors or all, such as count=2 or device=0"),
    ("memory-swap shm-size", _is_size, "a size, such as 64m"),
    (
        "health-interval health-start-interval health-start-period health-timeout",
        _matches(_DURATION),
        "a duration, such as 30s",
    ),
    ("pid", _is_of("", "host", start="container:"), "host or container:NAME"),
    ("uts userns", _is_of("", "host"), "host"),
    ("cgroupns", _is_of("", "host", "private"), "host or private"),
    ("pull", _is_of("", "always", "missing", "never"), "always, missing or never"),
    ("attach", lambda text: text.lower() in {"stdin", "stdout", "stderr"}, "stdin, stdout or stderr"),
    ("add-host", _is_host, "a name and an address, such as a:10.0.0.1"),
    ("dns", _is_address, "an address"),
    ("mac-address", _matches(_MAC), "an address of six bytes"),
    ("device-cgroup-rule", _matches(_RULE), 'a rule, such as "c 1:3 mr"'),
    ("expose", _matches(_EXPOSED), "a port, such as 80 or 80/udp"),
    ("ulimit", _matches(_ULIMIT), "a limit, such as nofile=1024:2048"),
    ("security-opt", lambda text: text == "no-new-privileges" or bool(re.search("[=:]", text)), "a key and a value"),
    ("env label", lambda text: bool(text) and not text.startswith("="), "a name"),
    ("volume", lambda text: all(text.split(":")), "no empty part"),
    ("mount", _is_mount, "fields, with a target"),
    (
        "device-read-bps device-read-iops device-write-bps device-write-iops blkio-weight-device",
        _matches(_RATE),
        "a device and a number, such as /dev/sda:1mb",
    ),
)
_BY_OPTION: Mapping[str, tuple[Callable[[str], bool], str]] = {
    option: (test, wanted) for options, test, wanted in _TESTS for option in options.split()
}


def wrong_value(option: str, value: str, switches: AbstractSet[str]) -> str:
    """Return what the client of Docker wants instead of a value; "" if it takes the value.

    Args:
        option: the option in its long form, without dashes.
        value: the value, without variables.
        switches: the options that are truth values.
    """
    if option in switches:
        return "" if value in _TRUTHS else "it takes true or false"
    test, wanted = _BY_OPTION.get(option, (None, ""))
    return f"it takes {wanted}" if test is not None and not test(value) else ""
