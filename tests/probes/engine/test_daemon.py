import json

import pytest

from hostcheck.probes.engine.daemon import probe
from hostcheck.probes.engine.dockerd import DEFAULT_FILE as DAEMON_JSON

SOCKET = "/run/docker.sock"
SETTINGS = {
    "icc_off": False,
    "live_restore": False,
    "logs_bounded": False,
    "no_insecure_registries": True,
    "no_new_privileges": False,
    "userland_proxy_off": False,
    "userns_remap": False,
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture
def outcome(fake_host, facts_of):
    """Facts of a host with a daemon.json and an engine that says something of itself."""

    def run(document=None, info=None, **host):
        files = (
            {} if document is None else {DAEMON_JSON: document if isinstance(document, str) else json.dumps(document)}
        )
        api = {}
        if info is not None:
            files[SOCKET] = ""
            api[SOCKET, "/info"] = (200, info)
        return facts_of(probe, fake_host(files, api=api, **host))

    return run


def test_without_a_file_the_defaults_hold(outcome):
    facts = outcome()
    assert facts["engine.configuration"].value == "none"
    assert facts["engine.settings"].value == SETTINGS
    assert facts["engine.warnings"].value == facts["engine.limits"].value == "none"


@pytest.mark.parametrize(
    ("document", "setting"),
    [
        ({"icc": False}, "icc_off"),
        ({"live-restore": True}, "live_restore"),
        ({"log-opts": {"max-size": "10m"}}, "logs_bounded"),
        ({"log-driver": "local"}, "logs_bounded"),
        ({"no-new-privileges": True}, "no_new_privileges"),
        ({"userland-proxy": False}, "userland_proxy_off"),
        ({"userns-remap": "default"}, "userns_remap"),
    ],
)
def test_the_file_sets_one_thing_at_a_time(outcome, document, setting):
    assert outcome(document)["engine.settings"].value == SETTINGS | {setting: True}


def test_an_insecure_registry_is_reported(outcome):
    facts = outcome({"insecure-registries": ["192.0.2.1:5000"]})
    assert facts["engine.settings"].value["no_insecure_registries"] is False
    assert "192.0.2.1" not in str(facts["engine.settings"].evidence)


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "{'icc': false}", "[" * 100_000])
def test_a_damaged_file_keeps_the_daemon_from_starting(outcome, text):
    facts = outcome(text)
    assert facts["engine.configuration"].value == "damaged"
    assert "dockerd --validate" in facts["engine.settings"].reason


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"ipv6": "true"}, "ipv6"),
        ({"hosts": "unix:///run/docker.sock", "debug": 1}, "debug, hosts"),
        ({"log-opts": ["max-size=1m"]}, "log-opts"),
        ({"data-root": ["/srv"]}, "data-root"),
        ({"disable-legacy-registry": True}, "disable-legacy-registry"),
        ({"ipv6": True, "hosts": [], "debug": None, "log-opts": {}, "mtu": 1400, "group": "docker"}, ""),
        ({"a new option": 1, "features": {"cdi": True}}, ""),
    ],
)
def test_values_of_another_type_keep_the_daemon_from_starting(outcome, document, wrong):
    fact = outcome(document)["engine.configuration"]
    assert fact.value == ("refused" if wrong else "valid")
    assert not wrong or fact.evidence[0].value == wrong


def test_a_file_that_is_closed_or_not_captured_is_unknown(outcome, fake_host, facts_of):
    closed = facts_of(probe, fake_host({DAEMON_JSON: PermissionError()}))
    for facts, root_helps in ((closed, True), (outcome(live=False), False)):
        for fact_id in ("engine.configuration", "engine.settings"):
            assert not facts[fact_id].known
            assert ("run as root" in facts[fact_id].reason) is root_helps
    assert not outcome(live=False)["engine.warnings"].known


def test_what_the_running_engine_says_outranks_the_file(outcome):
    info = {
        "LiveRestoreEnabled": False,
        "LoggingDriver": "journald",
        "SecurityOptions": ["name=seccomp,profile=builtin", "name=no-new-privileges", "name=userns"],
    }
    value = outcome({"live-restore": True}, info)["engine.settings"].value
    assert value == SETTINGS | {"logs_bounded": True, "no_new_privileges": True, "userns_remap": True}


def test_warnings_and_limits_are_reported_by_the_engine(outcome):
    facts = outcome(None, {"Warnings": ["WARNING: No swap limit support", 7], "MemoryLimit": True, "SwapLimit": False})
    assert facts["engine.warnings"].value == ("WARNING: No swap limit support",)
    assert facts["engine.limits"].value["memory"] is True
    assert facts["engine.limits"].value["swap"] is False
    assert facts["engine.limits"].value["pids"] is None
    for none in (None, True, 7, {"a": 1}, "text"):
        assert outcome(None, {"Warnings": none, "SecurityOptions": none})["engine.warnings"].value == ()


def test_an_engine_that_does_not_answer_is_unknown(fake_host, facts_of):
    fact = facts_of(probe, fake_host({SOCKET: ""}))["engine.warnings"]
    assert not fact.known
    assert SOCKET in fact.reason
