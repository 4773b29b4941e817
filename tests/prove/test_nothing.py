"""Where there is neither an engine nor a runtime, a proof says so, and what to install."""

import pytest

from hostcheck.audit import audit_host
from hostcheck.host.live import LiveHost
from hostcheck.prove import engines
from hostcheck.verdicts import readiness


class Bare(LiveHost):
    """This machine without the sockets and the folders of engines."""

    def exists(self, path):
        return False if path.endswith(".sock") or "containers/storage" in path else super().exists(path)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(engines, "_is_installed", lambda name: False)
    return audit_host(Bare(experiments=False), profiles=("docker",), prove=True)


@pytest.mark.parametrize("fact_id", ["prove.docker", "prove.containerd", "prove.runtime"])
def test_each_proof_says_that_there_is_nothing_to_prove_with_and_what_to_install(run, fact_id):
    fact = run.facts[fact_id]
    assert not fact.known
    assert fact.reason.startswith("there is no engine or runtime to prove with: ")
    assert "install and start the engine (Docker, Podman or containerd), or install runc" in fact.reason


def test_the_check_of_the_profile_is_unknown_with_that_reason(run):
    (verdict,) = [each for each in run.verdicts if each.check == "prove.container"]
    assert (verdict.status, verdict.found) == ("unknown", run.facts["prove.docker"].reason)
    assert readiness("docker", run.verdicts).ready is None
