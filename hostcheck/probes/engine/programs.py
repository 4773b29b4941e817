"""Installed programs and plugins, found in their usual folders. Only the few whose version matters are run."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import partial

from hostcheck.host.base import Host
from hostcheck.probes.paths import USUAL_FOLDERS, is_there, other_folders, resolve
from hostcheck.probes.readings import no_version, undetermined
from hostcheck.probes.virt.limits import BOUNDING, parse_dropped, status_fields
from hostcheck.run.model import Evidence, Fact

PROGRAMS = (
    *("ip", "iptables", "mount", "nsenter", "ebtables", "ethtool", "socat", "tc", "touch", "conntrack"),
    *("crun", "runc", "slirp4netns", "pasta", "vpnkit", "fuse-overlayfs", "newuidmap", "newgidmap", "ssh"),
    *("ps", "xz", "git", "auplink", "modprobe", "lsmod"),
    *("docker", "dockerd", "containerd", "podman", "rootlesskit", "conmon", "k3s"),
)
_CNI = ("bridge", "firewall", "host-local", "loopback", "portmap")
_CNI_FOLDERS = ("/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni", "/usr/local/libexec/cni", "/usr/local/lib/cni")
_COMPOSE = (
    *(f"{folder}/docker-compose" for folder in ("/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins")),
    *(f"{folder}/docker-compose" for folder in ("/usr/local/lib/docker/cli-plugins", "/usr/bin", "/usr/local/bin")),
)
_SEALED, _HIGHEST_NEEDED = "NoNewPrivs", 7
_NUMBERS = r"\b\d+(?:\.\d+)+"
_LIMIT_SECONDS = 1.0
_JAVA = r'(?m)^JAVA_VERSION="(?:1\.)?(\d+[\d.]*)'


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.programs, bin.cni, bin.java, engine.compose and user.uidmap."""
    folders = (*USUAL_FOLDERS, *other_folders(host))
    yield _looked_for(host, "host.programs", PROGRAMS, folders)
    yield _looked_for(host, "bin.cni", _CNI, _CNI_FOLDERS)
    yield _java(host, folders)
    yield _compose(host)
    yield _uidmap(host, folders)


def parse_java(text: str) -> str | None:
    """Return the version in a Java runtime's release file: "17.0.9", or "8.0_392" for "1.8.0_392"; None without one."""
    found = re.search(_JAVA, text)
    return found[1] if found else None


def _looked_for(host: Host, fact_id: str, names: Iterable[str], folders: tuple[str, ...]) -> Fact:
    answers = {name: _installed(host, name, folders) for name in names}
    found = ", ".join(name for name, there in answers.items() if there)
    shown = Evidence(", ".join(folders), found or None, "found in these folders")
    return Fact(
        fact_id, answers, reason="audit the host itself, as root" if None in answers.values() else "", evidence=(shown,)
    )


def _installed(host: Host, name: str, folders: Iterable[str]) -> bool | None:
    answers = [is_there(host, f"{folder}/{name}") for folder in folders]
    return True if True in answers else None if None in answers else False


def _java(host: Host, folders: tuple[str, ...]) -> Fact:
    there = _installed(host, "java", folders)
    if there is False:
        return Fact("bin.java", "none", evidence=(Evidence("java", None, "not in the usual folders"),))
    program = resolve(host, "/usr/bin/java")
    reading = host.read(f"{posixpath.dirname(posixpath.dirname(program))}/release")
    version = parse_java(reading.text or "")
    if version is None:
        return Fact.unknown("bin.java", f"{reading.source} does not hold the version of {program}: see java -version")
    return Fact("bin.java", version, evidence=(reading.evidence("the version", version),))


def _version(name: str, host: Host) -> Iterator[Fact]:
    """Yield bin.NAME."""
    fact_id = f"bin.{name}"
    there = _installed(host, name, (*USUAL_FOLDERS, *other_folders(host)))
    if there is False:
        yield Fact(fact_id, "none", evidence=(Evidence(name, None, "not in the usual folders"),))
        return
    reading = host.run((name, "--version"), _LIMIT_SECONDS)
    found = re.search(_NUMBERS, reading.text or "")
    if found is None:
        yield Fact.unknown(fact_id, no_version(reading), (reading.evidence("no version"),))
    else:
        yield Fact(fact_id, found[0], evidence=(reading.evidence("the version", found[0]),))


def _compose(host: Host) -> Fact:
    answers = {path: host.exists(path) for path in _COMPOSE}
    found = next((path for path, there in answers.items() if there), None)
    if found:
        return Fact("engine.compose", found, evidence=(Evidence(found, "present", "the plugin, or the program"),))
    if None in answers.values():
        return Fact.unknown("engine.compose", undetermined("docker-compose"))
    return Fact("engine.compose", "none", evidence=(Evidence("docker-compose", None, "not in the usual folders"),))


def _uidmap(host: Host, folders: tuple[str, ...]) -> Fact:
    answers = {name: _installed(host, name, folders) for name in ("newuidmap", "newgidmap")}
    evidence = tuple(
        Evidence(name, "present" if there else None, "for" if there else "") for name, there in answers.items()
    )
    if None in answers.values():
        return Fact.unknown("user.uidmap", undetermined("newuidmap and newgidmap"), evidence)
    sealed = _sealed(host)
    return Fact("user.uidmap", all(answers.values()) and not sealed, evidence=(*sealed, *evidence))


def _sealed(host: Host) -> tuple[Evidence, ...]:
    """Return evidence that no program here gains what the two need: CAP_SETUID and CAP_SETGID.

    Sources: no_new_privs of prctl(2); capabilities(7) (the bounding set limits what execve(2) gives).
    """
    status = host.read("/proc/self/status")
    fields = status_fields(status)
    if fields.get(_SEALED) == "1":
        return (status.evidence("against: programs gain no privileges here", f"{_SEALED}: 1"),)
    dropped = set(parse_dropped(fields.get(BOUNDING, ""), _HIGHEST_NEEDED) or ()) & {"setuid", "setgid"}
    if dropped:
        shown = f"{BOUNDING} without {', '.join(sorted(dropped))}"
        return (status.evidence("against: no process may have them", shown),)
    return ()


git = partial(_version, "git")
xz = partial(_version, "xz")
