"""Whether the Docker of a host writes rules into the table raw: by its version, and by a variable."""

import pytest

from hostcheck.probes.engine.dockerd import DEFAULT_FILE as DAEMON_JSON
from hostcheck.probes.engine.environment import raw_rules
from hostcheck.probes.engine.firewall import probe as probe_firewall

SOCKET = "/run/docker.sock"
DROP_IN = "/etc/systemd/system/docker.service.d/x.conf"
WITHOUT = "DOCKER_INSECURE_NO_IPTABLES_RAW=1"


def answering(version, name="Engine"):
    answers = {"/info": {"ServerVersion": version}, "/version": {"Components": [{"Name": name}]}}
    return {(SOCKET, path): (200, answer) for path, answer in answers.items()}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.mark.parametrize(
    ("files", "api", "value"),
    [
        ({SOCKET: ""}, answering("27.5.1"), False),
        ({SOCKET: ""}, answering("28.0.0"), True),
        ({SOCKET: ""}, answering("29.3.0-rc.1"), True),
        ({SOCKET: ""}, answering("library-import"), None),
        ({SOCKET: ""}, {}, None),
        ({"/usr/bin/dockerd": ""}, {}, None),
        # Nothing is installed, or Podman is at Docker's socket: what will be installed is a release of today.
        ({}, {}, True),
        ({SOCKET: ""}, answering("4.9.4", "Podman Engine"), True),
        ({SOCKET: "", "/run/docker.pid": "7\n", "/proc/7/environ": f"A=1\0{WITHOUT}\0"}, answering("29.3.0"), False),
        ({SOCKET: "", DROP_IN: f'[Service]\nEnvironment="{WITHOUT}"\n'}, answering("29.3.0"), False),
        # It writes no rules of iptables at all.
        ({SOCKET: "", DAEMON_JSON: '{"iptables": false}'}, answering("29.3.0"), False),
        ({SOCKET: "", DAEMON_JSON: '{"firewall-backend": "nftables"}'}, answering("29.3.0"), False),
        ({SOCKET: "", DAEMON_JSON: '{"firewall-backend": "iptables"}'}, answering("29.3.0"), True),
        ({SOCKET: "", DROP_IN: "[Service]\nExecStart=/usr/bin/dockerd --iptables=false\n"}, answering("29.3.0"), False),
        ({SOCKET: "", "/etc/default/docker": "DOCKER_INSECURE_NO_IPTABLES_RAW=0\n"}, answering("29.3.0"), True),
    ],
)
def test_it_does_from_28_on_unless_the_variable_forbids_it(fake_host, facts_of, files, api, value):
    fact = facts_of(raw_rules, fake_host(files, api=api))["engine.raw_rules"]
    assert (fact.value if fact.known else None) is value


@pytest.mark.parametrize(
    ("options", "reported", "value"),
    [
        ("{}", None, "iptables"),
        ('{"firewall-backend": "nftables"}', None, "nftables"),
        ('{"firewall-backend": "nftables", "iptables": false}', None, "none"),
        ("{}", {"Driver": "nftables"}, "nftables"),
        ("{}", {"Driver": "iptables+firewalld"}, "iptables"),
        # The file was changed, and the engine was not restarted.
        ('{"firewall-backend": "nftables"}', {"Driver": "iptables"}, "iptables"),
        ("{damaged", "of another form", None),
    ],
)
def test_the_rules_are_those_that_the_engine_reports_or_is_set_to(fake_host, facts_of, options, reported, value):
    api = {(SOCKET, "/info"): (200, {"FirewallBackend": reported})}
    fact = facts_of(probe_firewall, fake_host({SOCKET: "", DAEMON_JSON: options}, api=api))["engine.firewall"]
    assert fact.value == value
