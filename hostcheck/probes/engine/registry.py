"""Whether registries answer this host: those that the user names, and the mirrors in the engine's configuration.

No other registry is contacted: an audit must not disclose where it runs.
"""

from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.trials import untried
from hostcheck.run.model import Evidence, Fact

VARIABLE = "HOSTCHECK_REGISTRIES"


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.registries_silent: the number of registries that do not answer."""
    fact_id = "net.registries_silent"
    asked, configuration = wanted(host), read_configuration(host)
    if not asked and configuration.problem:
        yield Fact.unknown(fact_id, configuration.problem, (configuration.evidence,))
        return
    if not asked:
        shown = Evidence(VARIABLE, None, "not set, and no mirror is configured")
        yield Fact(fact_id, "none", evidence=(shown,))
        return
    tried = host.experiment("registries", registries=" ".join(asked))
    answers = tried or {}
    evidence = tuple(Evidence(f"GET /v2/ of {name}", *_shown(answers.get(url))) for url, name in asked.items())
    silent = sum(not answer["ok"] for answer in answers.values())
    if len(answers) < len(asked) and not silent:
        yield Fact.unknown(fact_id, untried("registries", tried), evidence)
    else:
        yield Fact(fact_id, silent, evidence=evidence)


def wanted(host: Host) -> Mapping[str, str]:
    """Return the registries to try, each with a label to show. Mirrors are numbered, since their names are private."""
    named = {name: name for name in (host.environ(VARIABLE) or "").replace(",", " ").split()}
    mirrors = read_configuration(host).values.get("registry-mirrors")
    listed = [url for url in mirrors if isinstance(url, str) and url.strip()] if isinstance(mirrors, list) else []
    return {**{url.strip(): f"mirror {number}" for number, url in enumerate(listed, 1)}, **named}


def _shown(answer: Mapping[str, object] | None) -> tuple[str | None, str]:
    if answer is None:
        return None, "not tried"
    return ("answers", "a registry") if answer["ok"] else (None, f"no registry answers: {answer['error']}")
