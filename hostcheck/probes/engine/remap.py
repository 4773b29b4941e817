"""Whether Docker's userns-remap has the user namespaces that it needs: each container is given one.

Sources: https://docs.docker.com/engine/security/userns-remap/; moby#34011, moby#35806.
"""

from collections.abc import Iterator
from dataclasses import replace

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.kernel.namespaces import user_namespaces
from hostcheck.run.model import Fact

_OPTION = "userns-remap"


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.remaps_users: whether userns-remap is off, or the kernel has user namespaces for it."""
    fact_id = "engine.remaps_users"
    configuration = read_configuration(host)
    if configuration.values.get(_OPTION):
        found = user_namespaces(host)
        yield replace(found, id=fact_id, evidence=(configuration.evidence, *found.evidence))
    elif doubt := configuration.unread or configuration.problem:
        yield Fact.unknown(fact_id, doubt, (configuration.evidence,))
    else:
        yield Fact(fact_id, value=True, evidence=(configuration.evidence,))
