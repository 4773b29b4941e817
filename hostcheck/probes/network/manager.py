"""Whether NetworkManager takes over the interfaces and routes of pods.

A setting in NetworkManager's configuration makes it ignore them. No setting prevents nm-cloud-setup from adding routing
rules. Sources: https://docs.rke2.io/known_issues#networkmanager; rancher/rke2#1053; NetworkManager.conf(5).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.paths import is_there
from hostcheck.probes.readings import undetermined
from hostcheck.probes.services import SLICES, running_services
from hostcheck.run.model import NONE, Evidence, Fact

_SERVICE = "NetworkManager.service"
_FOLDERS = ("/etc/NetworkManager/conf.d", "/run/NetworkManager/conf.d", "/usr/lib/NetworkManager/conf.d")
_MAIN = "/etc/NetworkManager/NetworkManager.conf"
_MOST_FILES = 50
_UNMANAGED = re.compile(r"^[ \t]*unmanaged-devices[ \t]*\+?=(.*)$", re.MULTILINE)
_INTERFACES = ("cali", "flannel")
_WANTS = "/etc/systemd/system"
_CLOUD_SETUP = (
    f"{_WANTS}/NetworkManager.service.wants/nm-cloud-setup.service",
    f"{_WANTS}/multi-user.target.wants/nm-cloud-setup.service",
    f"{_WANTS}/timers.target.wants/nm-cloud-setup.timer",
)


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.manager.networkmanager and net.manager.cloud_setup."""
    yield _networkmanager(host)
    yield _cloud_setup(host)


def parse_unmanaged(text: str) -> str:
    """Return the value of the last unmanaged-devices in a NetworkManager.conf(5); empty if it has none."""
    found = _UNMANAGED.findall(text)
    return found[-1].strip() if found else ""


def _networkmanager(host: Host) -> Fact:
    fact_id = "net.manager.networkmanager"
    services = running_services(host)
    if services is None:
        return Fact.unknown(fact_id, undetermined(f"{_SERVICE} in /sys/fs/cgroup"))
    if _SERVICE not in services:
        return Fact(fact_id, NONE, evidence=(Evidence(", ".join(SLICES), f"no {_SERVICE}", "it does not run"),))
    files = (_MAIN, *(f"{folder}/{name}" for folder in _FOLDERS for name in host.listdir(folder) or ()))
    for path in files[:_MOST_FILES]:
        reading = host.read(path)
        devices = parse_unmanaged(reading.text or "")
        if all(f"interface-name:{name}" in devices for name in _INTERFACES):
            return Fact(fact_id, "ignores", evidence=(reading.evidence("it leaves pods' interfaces alone", devices),))
    shown = Evidence(", ".join((_MAIN, *_FOLDERS)), "no such unmanaged-devices", "it manages pods' interfaces")
    return Fact(fact_id, "manages", evidence=(shown,))


def _cloud_setup(host: Host) -> Fact:
    fact_id = "net.manager.cloud_setup"
    answers = {path: is_there(host, path) for path in _CLOUD_SETUP}
    there = next((path for path, answer in answers.items() if answer), None)
    if there is None and None in answers.values():
        return Fact.unknown(fact_id, undetermined("nm-cloud-setup among the enabled units"))
    shown = Evidence(there or ", ".join(_CLOUD_SETUP), "present" if there else "absent", "whether it is enabled")
    return Fact(fact_id, there is not None, evidence=(shown,))
