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
        ({**SET, **WITHOUT}, "20.10.17", None),
        ({**SET, **WITHOUT}, "26.1.4", None),
        ({**SET, **WITHOUT}, "27.0.1", True),
        ({**SET, **WITHOUT}, "", None),
        ({**SET, **WITH}, "20.10.17", True),
        ({**SET, **WITH}, "", True),
        (SET, "20.10.17", None),
        ({"/etc/docker/daemon.json": '{"ip6tables": true, "iptables": false}', **WITHOUT}, "20.10.17", True),
        ({"/etc/docker/daemon.json": PermissionError(), **WITHOUT}, "20.10.17", None),
    ],
)
def test_a_docker_that_answers_has_started(fake_host, facts_of, files, version, value):
    api, socket = (answers(version), {"/run/docker.sock": ""}) if version else ({}, {})
    host = fake_host({"/usr/bin/dockerd": "", **socket, **RELEASE, **files}, api=api)
    fact = facts_of(probe, host)["engine.ipv6_rules"]
    assert (fact.value, fact.known) == (value, value is not None)


@pytest.mark.parametrize(
    ("files", "printed", "value"),
    [
        ({**SET, **WITHOUT}, "Docker version 20.10.24+dfsg1, build 297e128\n", False),
        ({**SET, **WITHOUT}, "Docker version 26.1.4, build de5c9cf\n", False),
        ({**SET, **WITHOUT}, "Docker version 28.2.2, build e6534b4\n", True),
        ({**SET, **WITHOUT}, "", None),
        ({**SET, **WITH}, "Docker version 20.10.24+dfsg1, build 297e128\n", True),
    ],
)
def test_one_that_does_not_answer_is_asked_for_its_version(fake_host, facts_of, files, printed, value):
    host = fake_host({"/usr/bin/dockerd": "", **RELEASE, **files}, printed={("dockerd", "--version"): printed})
    fact = facts_of(probe, host)["engine.ipv6_rules"]
    assert (fact.value, fact.known) == (value, value is not None)
    assert ("dockerd --version" in host.asked) == (WITHOUT.items() <= files.items())
