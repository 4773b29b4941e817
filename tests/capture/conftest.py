import dataclasses

import pytest

from hostcheck.audit import collect
from hostcheck.capture.contents import CapturedFile, contents
from hostcheck.capture.renaming import Renamer
from hostcheck.capture.take import take
from hostcheck.capture.write import archive
from hostcheck.host import capture_index as index
from hostcheck.host.archive import open_archive
from hostcheck.host.base import Reading
from hostcheck.host.capture_index import open_recorded
from hostcheck.host.recorded import Answers
from hostcheck.profiles.loader import load
from hostcheck.run.model import HostIdentity
from hostcheck.verdicts import judge

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
    """Assert that a replay gives the same facts and verdicts."""

    def check(facts, host):
        again = collect(host, strict=True)
        assert conclusions(again) == conclusions(facts)
        assert verdicts(again) == verdicts(facts)

    return check


def _scrubbed(files, hosts=(), users=(), **answers):
    read = {path: Reading(path, data) for path, data in files.items()}
    kept, out = contents(Answers(read=read, **answers), Renamer(hosts, users))
    made = index.dumps(index.Index("0", "now", HostIdentity("captured"), proves_absence=True, answers=kept))
    return [
        *(file for file in out if file.treated != "left out"),
        CapturedFile(index.PLACE, made.encode(), "made"),
    ]


@pytest.fixture
def scrubbed():
    """Make the files of a capture of what was read and answered."""
    return _scrubbed


@pytest.fixture
def kept():
    """Give what a capture keeps of one file; None when it is left out."""

    def keep(path, data):
        return next(
            (file.data for file in _scrubbed({path: data}, hosts=["web1"]) if file.place == path.lstrip("/")), None
        )

    return keep
