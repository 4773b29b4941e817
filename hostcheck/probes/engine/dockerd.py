"""Find the Docker daemon's configuration: its command line, its file, and its folders, by the way it is installed.

If an ordinary user runs the audit and has set up a daemon, it is that daemon's configuration, in the user's folders.

The file is the one that the installed daemon reads: snaps, OpenWrt and Synology have their own, and a unit or the
command line of the running daemon may name another.

Sources: dockerd(8); docker-snap's README; OpenWrt utils/dockerd/files; Synology's Container Manager;
https://docs.docker.com/engine/security/rootless/tips/ (configuration file, data directory).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hostcheck.host.base import Host
from hostcheck.jsonvalues import items
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.engine.flags import parse_flags
from hostcheck.probes.engine.unitfiles import assignments, command_of, unit_texts, words_of
from hostcheck.probes.engine.users import home_of_rootless, home_of_user
from hostcheck.probes.paths import other_folders
from hostcheck.run.model import Evidence

DEFAULT_FILE, DEFAULT_ROOT = "/etc/docker/daemon.json", "/var/lib/docker"
_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")

_UCI = "/etc/config/dockerd"
_UCI_OPTION = r"(?m)^[ \t]*option[ \t]+(data_root|alt_config_file)[ \t]+['\"]?([^'\"\s]+)"
_SNAP, _SNAP_ROOT = "/var/snap/docker/current", "/var/snap/docker/common/var-lib-docker"
_PACKAGES = ("/var/packages/ContainerManager", "/var/packages/Docker")
PID_FILES = ("/run/docker.pid", "/var/run/docker.pid")
UNIT = "docker.service"
_USER_UNITS = ".config/systemd/user"
_OPTION_FILES = (("/etc/conf.d/docker", "DOCKER_OPTS"), ("/etc/default/docker", "DOCKER_OPTS"))
"""Files with the options of dockerd as a service of OpenRC or of sysvinit, and the variable that has them. A systemd
unit reads only the files that it names."""


class Daemon(NamedTuple):
    """Where the configuration of the Docker daemon is.

    Attributes:
        file: the path of its configuration file.
        root: the data-root that its command line or the system's configuration sets; None if neither does.
        default: the data-root if nothing sets one.
        evidence: what names the file or the data-root.
        options: the options that its command line sets, under their names in a configuration file.
    """

    file: str
    root: str | None
    default: str
    evidence: Evidence
    options: Mapping[str, Any] = MappingProxyType({})


@cached_per_audit
def find_daemon(host: Host) -> Daemon:
    """Find the configuration: that of the running daemon, else of its unit or service, else by how it is installed."""
    home = home_of_user(host)
    own = _users(host)
    if own and home:
        return _commanded(own, _users_command_line(host, home))
    return _commanded(_installed(host), _command_lines(host))


def _commanded(place: Daemon, lines: Iterable[tuple[str, tuple[str, ...]]]) -> Daemon:
    """Return ``place``, changed by the first of these command lines that sets an option.

    Args:
        place: the configuration by the way the daemon is installed.
        lines: command lines: the source of each, and its words.
    """
    for source, words in lines:
        options = parse_flags(words)
        file, root = _absolute(options, "config-file"), _absolute(options, "data-root")
        if file or root:
            shown = Evidence(source, root or file, "the daemon's command line")
            return Daemon(file or place.file, root or place.root, place.default, shown, options)
        if options:
            return place._replace(options=options)
    return place


@cached_per_audit
def docker_is_installed(host: Host) -> bool:
    """Whether the Docker daemon was found: as a program, a snap, or a package of OpenWrt's or Synology's."""
    found = any(host.exists(path) for path in (_UCI, _SNAP, *_PACKAGES)) or installed(host, "dockerd")
    return found or _users(host) is not None


def installed(host: Host, program: str) -> bool:
    """Whether an engine's program was found in one of the usual folders, or in a folder of the distribution."""
    return any(host.exists(f"{folder}/{program}") for folder in (*_FOLDERS, *other_folders(host)))


def own_data_root(host: Host) -> tuple[str, Evidence]:
    """Return the data-root of a user's own daemon, or the one it would have once set up; and what names it."""
    home = home_of_rootless(host)
    if home is None:
        return DEFAULT_ROOT, Evidence("dockerd(8)", DEFAULT_ROOT, "assumed: the home of the engine's user is unknown")
    engine = find_engine(host)
    running = engine.info.get("DockerRootDir")
    if (
        isinstance(running, str)
        and running.startswith("/")
        and "name=rootless" in items(engine.info.get("SecurityOptions"))
    ):
        return running, Evidence(f"GET /info on {engine.socket}", running, "the running engine's DockerRootDir")
    own = _commanded(_of_home(host, home), _users_command_line(host, home))
    assumed = Evidence("dockerd(8)", own.default, "assumed: the default of a user's daemon")
    return configured_data_root(host, own) or (own.default, assumed)


def configured_data_root(host: Host, daemon: Daemon) -> tuple[str, Evidence] | None:
    """Return the data-root that a daemon's command line or configuration file sets, and what names it; else None."""
    if daemon.root is not None:
        return daemon.root, daemon.evidence
    reading = host.read(daemon.file)
    named = parse_data_root(reading.text) if reading.text else None
    return (named, reading.evidence("the configuration's data-root", named)) if named else None


def parse_data_root(text: str) -> str | None:
    """Return the data-root that a daemon.json sets (by "graph" until 17.05); None if it sets none or is damaged."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    named = document.get("data-root") or document.get("graph")
    return named if isinstance(named, str) and named.startswith("/") else None


def _users(host: Host) -> Daemon | None:
    """Return where the daemon of the user who runs the audit is configured; None for root, or without such a daemon."""
    home = home_of_user(host)
    if home is None:
        return None
    own = _of_home(host, home)
    found = next((path for path in (f"{home}/{_USER_UNITS}/{UNIT}", own.default, own.file) if host.exists(path)), None)
    return own._replace(evidence=Evidence(found, "present", "of the user's own daemon")) if found else None


def _of_home(host: Host, home: str) -> Daemon:
    """Return where a user's daemon has its configuration and its data-root, or would have them once set up."""
    configuration, data = f"{home}/.config", f"{home}/.local/share"
    if home == home_of_user(host):
        configuration, data = _folder(host, "XDG_CONFIG_HOME", configuration), _folder(host, "XDG_DATA_HOME", data)
    file, root = f"{configuration}/docker/daemon.json", f"{data}/docker"
    return Daemon(file, None, root, Evidence("dockerd(8)", root, "the default of a user's daemon"))


def _folder(host: Host, variable: str, default: str) -> str:
    named = host.environ(variable) or ""
    return named.rstrip("/") if named.startswith("/") else default


def _users_command_line(host: Host, home: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield source and words of the command line in the unit in a user's home, with its drop-ins.

    The user may have made the drop-ins by systemctl --user edit.
    """
    folder = f"{home}/{_USER_UNITS}"
    words = command_of(host, unit_texts(host, UNIT, (folder,)))
    yield f"{folder}/{UNIT}", tuple(word.replace("%h", home) for word in words)


def _installed(host: Host) -> Daemon:
    uci = host.read(_UCI)
    if uci.text is not None:
        options = dict(re.findall(_UCI_OPTION, uci.text))
        file = options.get("alt_config_file", "/tmp/dockerd/daemon.json")  # noqa: S108  OpenWrt writes it there
        root = None if "alt_config_file" in options else options.get("data_root", "").rstrip("/") or None
        return Daemon(file, root, "/opt/docker", uci.evidence("OpenWrt's configuration", root or file))
    if host.exists(_SNAP) and not installed(host, "dockerd"):
        return Daemon(f"{_SNAP}/config/daemon.json", None, _SNAP_ROOT, Evidence(_SNAP, "present", "a snap"))
    package = next((folder for folder in _PACKAGES if host.exists(folder)), None)
    if package is not None:
        shown = Evidence(package, "present", "a package of Synology's")
        return Daemon(f"{package}/etc/dockerd.json", None, f"{package}/var/docker", shown)
    return Daemon(DEFAULT_FILE, None, DEFAULT_ROOT, Evidence("dockerd(8)", DEFAULT_FILE, "the default"))


def _command_lines(host: Host) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the source and the words of each command line, that of the running daemon first."""
    for path in PID_FILES:
        pid = (host.read(path).text or "").strip()
        if pid.isascii() and pid.isdecimal():
            source = f"/proc/{pid}/cmdline"
            words = tuple((host.read(source).text or "").strip("\0").split("\0"))
            if words[0].rsplit("/", 1)[-1] == "dockerd":
                yield source, words
                return
    texts = unit_texts(host, UNIT)
    if texts:
        yield UNIT, command_of(host, texts)
    elif host.exists("/run/systemd/system") is not True:
        for path, name in _OPTION_FILES:
            yield path, words_of(assignments(host.read(path).text or "").get(name, ""))


def _absolute(options: Mapping[str, Any], name: str) -> str | None:
    path = options.get(name, "")
    return path if path.startswith("/") else None
