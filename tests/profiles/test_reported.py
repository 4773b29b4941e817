"""Hosts that people reported elsewhere come out as their reports say."""

import pytest

from hostcheck.audit import collect
from hostcheck.host.base import Reading
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge, readiness
from tests.profiles.reports import EVERY
from tests.profiles.stock import write


class Denying(CapturedHost):
    """A captured host, asked by a user who may not read everything, on which an engine may answer."""

    def __init__(self, root, denied, engine="", dockerd=""):
        super().__init__(root)
        self.denied = denied
        self.engine = engine
        self.dockerd = dockerd

    def http_get(self, socket, path, timeout):
        answers = {
            "/version": {"Version": self.engine, "Components": [{"Name": "Engine"}]},
            "/info": {"ServerVersion": self.engine},
        }
        return (200, answers[path]) if self.engine and path in answers else None

    def run(self, argv, timeout):
        printed = f"Docker version {self.dockerd}, build 0123456\n" if self.dockerd else None
        return Reading("dockerd", printed.encode()) if printed and argv[0] == "dockerd" else super().run(argv, timeout)

    def _closed(self, path):
        return any(path == each or path.startswith(f"{each}/") for each in self.denied)

    def read(self, path):
        return Reading(path, None, "denied", "Permission denied") if self._closed(path) else super().read(path)

    def readlink(self, path):
        return Reading(path, None, "denied", "Permission denied") if self._closed(path) else super().readlink(path)

    def listdir(self, path):
        return None if self._closed(path) else super().listdir(path)

    def exists(self, path):
        there = None if self._closed(path) else super().exists(path)
        return False if there is None and self.proves_absence and not self._closed(path) else there

    def stat(self, path):
        return None if self._closed(path) else super().stat(path)


@pytest.mark.parametrize("reported", EVERY, ids=lambda reported: reported.name)
def test_a_host_comes_out_as_its_report_says(tmp_path, reported):
    write(tmp_path, reported.tree)
    host = Denying(tmp_path, reported.denied, reported.engine, reported.dockerd)
    host.proves_absence = reported.whole
    facts = collect(host, strict=True)
    verdicts = judge(load(reported.profile), facts)
    checks = {verdict.check: verdict for verdict in verdicts}
    decided = {
        each.check: (each.status, each.found)
        for each in verdicts
        if each.severity == "required" and each.status in {"fail", "unknown"}
    }
    assert {name: checks[name].status for name in reported.checks} == reported.checks, decided
    assert readiness(reported.profile, verdicts).ready in reported.ready, decided
    assert not {name: facts[name].value for name, wrong in reported.facts.items() if facts[name].value == wrong}
    for name, words in reported.words.items():
        assert words in checks[name].fix
