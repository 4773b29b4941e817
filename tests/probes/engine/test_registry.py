import json

from hostcheck.probes.engine.registry import VARIABLE, probe, wanted

MIRRORS = {"/etc/docker/daemon.json": json.dumps({"registry-mirrors": ["https://mirror.corp.example", 7, " "]})}
ANSWERS, SILENT = {"ok": True, "error": ""}, {"ok": False, "error": "timed out"}


def found(host):
    return next(iter(probe(host)))


def test_no_registry_is_contacted_unless_named(fake_host, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    host = fake_host({})
    assert found(host).value == "none"
    assert not [asked for asked in host.asked if asked.startswith("experiment")]


def test_mirrors_that_cannot_be_read_are_not_known(fake_host, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert not found(fake_host({"/etc/docker/daemon.json": PermissionError()})).known
    assert not found(fake_host({}, live=False)).known


def test_registries_are_named_by_the_environment_and_mirrors_by_the_engine(fake_host, monkeypatch):
    monkeypatch.setenv(VARIABLE, "ghcr.io, quay.io")
    assert wanted(fake_host(MIRRORS)) == {
        "https://mirror.corp.example": "mirror 1",
        "ghcr.io": "ghcr.io",
        "quay.io": "quay.io",
    }


def test_a_silent_mirror_is_counted_without_its_name(fake_host, monkeypatch):
    monkeypatch.setenv(VARIABLE, "ghcr.io")
    host = fake_host(MIRRORS, experiments={"registries": {"https://mirror.corp.example": SILENT, "ghcr.io": ANSWERS}})
    fact = found(host)
    assert fact.value == 1
    assert "mirror 1" in str(fact.evidence)
    assert "corp" not in str(fact.evidence)


def test_registries_after_the_time_limit_are_unknown(fake_host, monkeypatch):
    monkeypatch.setenv(VARIABLE, "ghcr.io quay.io")
    assert not found(fake_host({})).known
    assert not found(fake_host({}, experiments={"registries": {"ghcr.io": ANSWERS}})).known
    assert found(fake_host({}, experiments={"registries": {"ghcr.io": ANSWERS, "quay.io": ANSWERS}})).value == 0
