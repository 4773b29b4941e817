"""Docker before 27.0 that is set to write rules of IPv6 ends without their table."""

import pytest

from hostcheck.probes.engine.ipv6rules import probe

SET = {"/etc/docker/daemon.json": '{"ip6tables": true}'}
RELEASE = {"/proc/sys/kernel/osrelease": "6.1.0\n"}
WITHOUT, WITH = ({"/boot/config-6.1.0": f"CONFIG_MODULES=y\n{more}"} for more in ("", "CONFIG_IP6_NF_NAT=y\n"))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)


def answers(version):
    return {
        ("/run/docker.sock", "/version"): (200, {"Version": version, "Components": [{"Name": "Engine"}]}),
        ("/run/docker.sock", "/info"): (200, {"ServerVersion": version}),
    }


@pytest.mark.parametrize(
    ("files", "version", "value"),
    [
        ({**WITHOUT}, "20.10.17", True),
        ({**SET, **WITHOUT}, "20.10.17", False),
        ({**SET, **WITHOUT}, "26.1.4", False),
        ({**SET, **WITHOUT}, "27.0.1", True),
        ({**SET, **WITHOUT}, "", None),
        ({**SET, **WITH}, "20.10.17", True),
        ({**SET, **WITH}, "", True),
        (SET, "20.10.17", None),
        ({"/etc/docker/daemon.json": '{"ip6tables": true, "iptables": false}', **WITHOUT}, "20.10.17", True),
        ({"/etc/docker/daemon.json": PermissionError(), **WITHOUT}, "20.10.17", None),
    ],
)
def test_docker_needs_the_table_only_where_it_is_set_to_and_is_old(fake_host, facts_of, files, version, value):
    api, socket = (answers(version), {"/run/docker.sock": ""}) if version else ({}, {})
    host = fake_host({"/usr/bin/dockerd": "", **socket, **RELEASE, **files}, api=api)
    fact = facts_of(probe, host)["engine.ipv6_rules"]
    assert (fact.value, fact.known) == (value, value is not None)
