import dataclasses

import pytest

from hostcheck.audit import collect, judge
from hostcheck.capture.take import take
from hostcheck.capture.write import archive
from hostcheck.host.archive import open_archive
from hostcheck.host.index import open_recorded
from hostcheck.profiles.loader import load

WHEN = "2026-11-23T10:00:00Z"


def conclusions(facts):
    """What may not differ between an audit and its replay: everything but the evidence's shown values."""
    return {
        fact_id: (
            dataclasses.astuple(dataclasses.replace(fact, evidence=())),
            [(each.source, each.says) for each in fact.evidence],
        )
        for fact_id, fact in facts.items()
    }


def verdicts(facts):
    return [verdict for profile in ("docker", "docker-2014") for verdict in judge(load(profile), facts)]


@pytest.fixture
def replayed(tmp_path):
    """Capture a host, write the archive, and open it as ``audit --capture`` does."""

    def replay(host):
        taken = take(host, WHEN)
        path = tmp_path / "host.tar.gz"
        path.write_bytes(archive(taken.kept, 0))
        return taken, open_recorded(open_archive(path))

    return replay


@pytest.fixture
def same():
    """Assert that a replay comes to the same facts and verdicts."""

    def check(facts, host):
        again = collect(host, strict=True)
        assert conclusions(again) == conclusions(facts)
        assert verdicts(again) == verdicts(facts)

    return check
