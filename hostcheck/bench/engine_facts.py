"""Audit the host again for the measured engine if the session's audit found another engine."""

import os
from collections.abc import Sequence
from dataclasses import replace

from hostcheck.audit import audit_host
from hostcheck.bench.engine.connection import Engine
from hostcheck.host.live import LiveHost
from hostcheck.run.model import Run

SOCKET = "engine.socket"


def of_engine(run: Run, engine: Engine, profiles: Sequence[str], roles: Sequence[str]) -> Run:
    """Return the run with facts and verdicts about the measured engine. The audit may have found another engine.

    Args:
        run: the audited run. It is returned unchanged if its facts are about this engine.
        engine: the engine that is measured.
        profiles: names of the session's profiles.
        roles: names of the session's roles.
    """
    path = engine.url.removeprefix("unix://")
    fact = run.facts.get(SOCKET)
    if fact is not None and os.path.realpath(str(fact.value)) == os.path.realpath(path):
        return run
    host = LiveHost(variables={**os.environ, "DOCKER_HOST": engine.url})
    again = audit_host(host, profiles=profiles, roles=roles)
    return replace(run, facts=again.facts, verdicts=again.verdicts, notes=(*again.notes, *run.notes))
