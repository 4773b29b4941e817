"""Whether fapolicyd denies programs and files that engines unpack: it trusts what packages installed.

Sources: rancher/rke2#3454, #2848 (the rules that RKE2's installation adds);
linux-application-whitelisting/fapolicyd#310; fapolicyd.conf(5) (permissive); fapolicyd.rules(5) (dir=).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import undetermined
from hostcheck.probes.services import SLICES, running_services
from hostcheck.run.model import Evidence, Fact

_SERVICE, _CONF, _RULES = "fapolicyd.service", "/etc/fapolicyd/fapolicyd.conf", "/etc/fapolicyd/rules.d"
_PERMISSIVE = re.compile(r"^[ \t]*permissive[ \t]*=[ \t]*1\b", re.MULTILINE)
_ALLOWS = re.compile(
    r"^[ \t]*allow\b.*\bdir=/(?:var/lib/(?:rancher|kubelet|containerd|docker|k0s)|run/k3s)/", re.MULTILINE
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
    names = (host.listdir(_RULES) or ())[:_MOST_FILES]
    for path, pattern in ((_CONF, _PERMISSIVE), *((f"{_RULES}/{name}", _ALLOWS) for name in names)):
        reading = host.read(path)
        if found := pattern.search(reading.text or ""):
            yield Fact(fact_id, value=False, evidence=(reading.evidence("against: it permits them", found[0].strip()),))
            return
    says = "for: it runs, and no rule allows folders of an engine"
    yield Fact(fact_id, value=True, evidence=(Evidence(_SERVICE, "runs", says),))
