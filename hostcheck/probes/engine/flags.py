"""Translate flags on dockerd's command line into the options of daemon.json that they stand for.

Sources: dockerd(8); moby cmd/dockerd/config.go and config_unix.go; spf13/pflag (how flags are written).
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from hostcheck.pflags import read_flags

_SHORT = MappingProxyType(
    {
        "b": "bridge",
        "D": "debug",
        "g": "graph",
        "G": "group",
        "H": "host",
        "h": "help",
        "l": "log-level",
        "p": "pidfile",
        "r": "restart",
        "s": "storage-driver",
        "v": "version",
    }
)
_SWITCHES = frozenset(
    {
        *("allow-direct-routing", "debug", "experimental", "icc", "init", "iptables", "ip6tables", "ip-forward"),
        *("ip-forward-no-drop", "ip-masq", "ipv6", "live-restore", "no-new-privileges", "raw-logs", "selinux-enabled"),
        *("tls", "tlsverify", "userland-proxy"),
    }
)
_SWITCHES_OF_THE_COMMAND_LINE = frozenset(
    {"cri-containerd", "disable-legacy-registry", "help", "restart", "rootless", "validate", "version"}
)
"""Switches that cannot be set in daemon.json."""
REMOVED = frozenset({"disable-legacy-registry"})
"""Options of the file that dockerd refuses since 19.03 (https://docs.docker.com/engine/deprecated/)."""
_FALSE = frozenset({"0", "f", "false"})
"""The words that Go's strconv.ParseBool reads as false, in lower case."""
_TEXTS = frozenset(
    {
        *("bip", "bridge", "cgroup-parent", "config-file", "data-root", "default-runtime", "exec-root"),
        *("firewall-backend", "group", "log-driver", "log-level", "pidfile", "storage-driver", "userns-remap"),
    }
)
_LISTS = MappingProxyType(
    {
        "dns": "dns",
        "exec-opt": "exec-opts",
        "host": "hosts",
        "insecure-registry": "insecure-registries",
        "registry-mirror": "registry-mirrors",
        "storage-opt": "storage-opts",
    }
)
"""Flags that may be repeated, and the option of the file that is the list of their values."""
_MOST_DIGITS = 9


def refused(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options of a daemon.json that dockerd refuses: removed ones, and values of another type.

    A null counts as no value (encoding/json).
    """
    kinds: dict[str, type] = dict.fromkeys(_SWITCHES, bool)
    kinds |= dict.fromkeys(_TEXTS, str) | dict.fromkeys(_LISTS.values(), list)
    kinds |= dict.fromkeys(("runtimes", "log-opts", "features", "default-network-opts"), dict)
    wrong = (name for name, kind in kinds.items() if not isinstance(document.get(name), kind | None))
    return tuple(sorted({*wrong, *(REMOVED & document.keys())}))


_PROGRAMS = ("/dockerd", "/dockerd-rootless.sh")


def parse_flags(words: Sequence[str]) -> Mapping[str, Any]:
    """Return the options that the words of a command line set.

    If a flag that has one value is repeated, the last value is used. Words that are not flags of dockerd are ignored,
    such as a program that starts it.
    """
    options: dict[str, Any] = {}
    switches = _SWITCHES | _SWITCHES_OF_THE_COMMAND_LINE
    for flag, value, _ in read_flags(_arguments(words), switches=switches, short=_SHORT).flags:
        if flag in _SWITCHES:
            options[flag] = value.lower() not in _FALSE
        else:
            _set(options, flag, value)
    return options


def _arguments(words: Sequence[str]) -> Sequence[str]:
    """Return the words after dockerd's path; all words if the first is a flag, or none is such a path."""
    if not words or words[0].startswith("-"):
        return words
    return words[next((place + 1 for place, word in enumerate(words) if word.endswith(_PROGRAMS)), 0) :]


def _set(options: dict[str, Any], flag: str, value: str) -> None:
    if flag in _TEXTS:
        options[flag] = value
    elif flag == "graph":
        options["data-root"] = value
    elif flag == "mtu" and value.isdecimal() and len(value) <= _MOST_DIGITS:
        options[flag] = int(value)
    elif flag in _LISTS:
        options.setdefault(_LISTS[flag], []).append(value)
    elif flag in _TABLES:
        _TABLES[flag](options, value)


def _log_option(options: dict[str, Any], value: str) -> None:
    key, _, text = value.partition("=")
    options.setdefault("log-opts", {})[key] = text


def _pool(options: dict[str, Any], value: str) -> None:
    """Add a pool to default-address-pools. It is written as "base=10.9.0.0/16,size=24"."""
    parts = dict(part.partition("=")[::2] for part in value.split(","))
    options.setdefault("default-address-pools", []).append(parts)


def _network_option(options: dict[str, Any], value: str) -> None:
    """Add an option to default-network-opts. It is written as "bridge=com.docker.network.driver.mtu=1400"."""
    driver, _, rest = value.partition("=")
    key, _, text = rest.partition("=")
    options.setdefault("default-network-opts", {}).setdefault(driver, {})[key] = text


def _runtime(options: dict[str, Any], value: str) -> None:
    name, _, path = value.partition("=")
    options.setdefault("runtimes", {})[name] = {"path": path}


_TABLES: Mapping[str, Callable[[dict[str, Any], str], None]] = MappingProxyType(
    {
        "add-runtime": _runtime,
        "default-address-pool": _pool,
        "default-network-opt": _network_option,
        "log-opt": _log_option,
    }
)
