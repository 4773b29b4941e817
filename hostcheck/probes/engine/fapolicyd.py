"""Whether fapolicyd denies programs and files that engines unpack: it trusts what packages installed.

Sources: rancher/rke2#3454, #2848 (the rules that RKE2's installation adds);
linux-application-whitelisting/fapolicyd#310; fapolicyd.conf(5) (permissive); fapolicyd.rules(5) (dir=).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import undetermined, unread
from hostcheck.probes.services import SLICES, running_services
from hostcheck.run.model import Evidence, Fact

_SERVICE, _CONF, _RULES = "fapolicyd.service", "/etc/fapolicyd/fapolicyd.conf", "/etc/fapolicyd/rules.d"
_ONE_FILE = "/etc/fapolicyd/fapolicyd.rules"
"""The rules of a host that has no rules.d."""
_PERMISSIVE = re.compile(r"^[ \t]*permissive[ \t]*=[ \t]*1\b", re.MULTILINE)
_OF_ENGINES = (
    *(f"/var/lib/{name}/" for name in ("rancher", "kubelet", "containerd", "docker", "k0s")),
    "/run/k3s/",
)
_MOST_FILES = 50


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.fapolicyd."""
    fact_id = "host.fapolicyd"
    services = running_services(host)
    if services is None:
        yield Fact.unknown(fact_id, undetermined(f"{_SERVICE} in /sys/fs/cgroup"))
        return
    if _SERVICE not in services:
        shown = Evidence(", ".join(SLICES), f"no {_SERVICE}", "against: it does not run")
        yield Fact(fact_id, value=False, evidence=(shown,))
        return
    listed = host.listdir(_RULES)
    paths = (_ONE_FILE,) if listed is None else [f"{_RULES}/{name}" for name in listed[:_MOST_FILES]]
    for path, permission in ((_CONF, _permissive), *((path, _allowance) for path in paths)):
        reading = host.read(path)
        if found := permission(reading.text or ""):
            yield Fact(fact_id, value=False, evidence=(reading.evidence("against: it permits them", found),))
            return
    is_cut = len(listed or ()) > _MOST_FILES or (listed is None and host.exists(_RULES) is not False)
    if reason := undetermined(_RULES) if is_cut else unread(host, (_CONF, *paths)):
        yield Fact.unknown(fact_id, reason, (Evidence(_SERVICE, "runs", "for: it runs"),))
        return
    says = "for: it runs, and no rule allows folders of an engine"
    yield Fact(fact_id, value=True, evidence=(Evidence(_SERVICE, "runs", says),))


def _permissive(text: str) -> str:
    """Return the line that makes the service permissive; empty without one."""
    found = _PERMISSIVE.search(text)
    return found[0].strip() if found else ""


def _allowance(text: str) -> str:
    """Return the first rule that allows a folder of an engine; empty without one. A rule may list several folders."""
    for line in text.splitlines():
        words = line.split()
        folders = [each for word in words[1:] if word.startswith("dir=") for each in word[4:].split(",")]
        if words[:1] == ["allow"] and any(each.startswith(_OF_ENGINES) for each in folders):
            return line.strip()
    return ""
