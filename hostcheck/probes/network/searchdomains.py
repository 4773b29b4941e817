"""Search domains of the host in which every name resolves, because of a record such as *.example.com.

A pod looks up names with fewer than five dots in each search domain first, and the kubelet gives it the host's domains.
With such a domain, names outside of the cluster, and services that do not exist yet, resolve to that record's address.
Source: https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/ (known issues).
"""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.host.resolver import RESOLV, search_domains
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.trials import untried
from hostcheck.run.model import Evidence, Fact


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.search_wildcards: the number of such domains. The evidence numbers them: their names are private."""
    fact_id, reading = "net.search_wildcards", host.read(RESOLV)
    if reading.text is None:
        yield Fact.unknown(fact_id, unread_reason(reading))
        return
    domains = search_domains(reading.text)
    if not domains:
        yield Fact(fact_id, "none", evidence=(reading.evidence("it names no search domain", "no search"),))
        return
    tried = host.experiment("search_domains", resolv=RESOLV)
    answers = tried or {}
    order = [str(number) for number in range(1, len(domains) + 1)]
    evidence = tuple(
        Evidence(f"a random name in search domain {number}", *_shown(answers.get(number))) for number in order
    )
    found = sum(bool(answers.get(number, {}).get("any")) for number in order)
    silent = [number for number in order if not answers.get(number, {}).get("ok")]
    if silent and not found:
        number = silent[0]
        error = answers.get(number, {}).get("error")
        failed = f"no name server answered for search domain {number} ({error}): see resolvectl status"
        yield Fact.unknown(fact_id, failed if error else untried("search domains", tried), evidence)
    else:
        yield Fact(fact_id, found, evidence=evidence)


def _shown(answer: Mapping[str, object] | None) -> tuple[str | None, str]:
    if answer is None:
        return None, "not tried"
    if not answer["ok"]:
        return None, f"no answer: {answer['error']}"
    return ("resolves", "against: so does every name") if answer["any"] else ("does not resolve", "for: no wildcard")
